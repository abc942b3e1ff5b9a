import { listReleasesInput } from '../flow/releases/input.js'
import { readReleases, releasesOutput } from '../flow/releases/list.js'
import { defineTool, readsOnly } from './tool.js'

export const listReleases = defineTool({
  name: 'list_releases',
  title: 'List releases',
  description:
    'Lists the releases of an app, newest first: image, commit, status, date, author and, where flyops deployed it, the verdict. `current` marks what the machines carry, `live` says what serves. Use it to see what runs, what ran before, and what rollback can return to.',
  annotations: readsOnly,
  input: listReleasesInput,
  output: releasesOutput,
  examples: ['flyops list-releases --app hello --limit 5'],
  run: readReleases,
  summarize: ({ app, releases, live }) =>
    `Releases of ${app}, newest first (${releases.length}). ${live}`,
})
