import { listReleasesInput } from '../flow/releases/input.js'
import { readReleases, releasesOutput } from '../flow/releases/list.js'
import { defineTool, readsOnly } from './tool.js'

export const listReleases = defineTool({
  name: 'list_releases',
  title: 'List the releases of an app',
  description:
    'Lists the releases of an app, newest first, each with its image, commit, status, date, author and, where flyops deployed it, its verdict. Marks the one that the machines carry as current, whatever their state; serving names the one that serves, or says none. Use it to see what runs and what rollback can return to.',
  annotations: readsOnly,
  input: listReleasesInput,
  output: releasesOutput,
  examples: ['flyops list-releases --app hello --limit 5'],
  run: readReleases,
  summarize: ({ app, releases, live }) =>
    `Releases of ${app}, newest first (${releases.length}). ${live}`,
})
