import { z } from 'zod'
import * as fields from '../flow/fields.js'
import { listReleasesInput } from '../flow/releases/input.js'
import { readReleases } from '../flow/releases/list.js'
import { defineTool, readsOnly } from './tool.js'

const release = z.object({
  version: fields.count,
  status: z.string(),
  stable: z.boolean(),
  type: z.string(),
  image: z.string(),
  tag: z.string().optional(),
  commit: z.string().optional(),
  created_at: z.string(),
  user: z.string(),
  description: z.string(),
  current: z.boolean(),
})

const output = z.object({ app: z.string(), releases: z.array(release), next: fields.next })

export const listReleases = defineTool({
  name: 'list_releases',
  title: 'List the releases of an app',
  description:
    'Lists the releases of an app, newest first, each with its image, status, date and author, and marks the one that the started machines carry as current. Use it to see what runs, what was deployed before, and which image to go back to: deploy_image with the image of an older release returns to it. Changes nothing. Next: check_health.',
  annotations: readsOnly,
  input: listReleasesInput,
  output,
  examples: ['flyops list-releases --app hello --limit 5'],
  run: readReleases,
  summarize({ app, releases }) {
    const current = releases.find((each) => each.current)
    const runs =
      current === undefined ? 'none is current' : `current is ${current.version} (${current.image})`
    return `Releases of ${app}, newest first (${releases.length}); ${runs}.`
  },
})
