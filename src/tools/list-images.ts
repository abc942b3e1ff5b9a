import { z } from 'zod'
import * as fields from '../flow/fields.js'
import { listImagesInput } from '../flow/images/input.js'
import { takeInventory } from '../flow/images/inventory.js'
import { defineTool, readsOnly } from './tool.js'

const output = z.object({
  images: z.array(
    z.object({
      image: z.string(),
      commit: z.string().optional(),
      dirty: z.boolean().optional(),
      digest: z.string().optional(),
      local: z.boolean(),
      registry: z.enum(['there', 'moved', 'gone', 'never_pushed', 'unknown']),
      deployed_in: z.array(z.object({ app: z.string(), release: fields.count.optional() })),
      at: z.string().optional(),
    }),
  ),
  total: fields.count,
  warnings: fields.warnings.optional(),
  next: fields.next,
})

export const listImages = defineTool({
  name: 'list_images',
  title: 'List images',
  description:
    'Lists the images built or pushed here, newest first, after what others deployed: the commit, whether this engine and the registry have it, and which apps run it. Use it to see which commit runs where, and what rollback or promote_image can use.',
  annotations: readsOnly,
  input: listImagesInput,
  output,
  examples: ['flyops list-images', 'flyops list-images --app hello'],
  needsNoApp: 'filters',
  run: takeInventory,
  summarize({ images, total }) {
    const shown = images.map(({ image, deployed_in }) => {
      const apps = deployed_in.map(({ app }) => app).join(', ')
      return apps === '' ? image : `${image} (in ${apps})`
    })
    return `Images (${images.length} of ${total}): ${shown.join(', ') || 'none'}.`
  },
})
