import { z } from 'zod'
import * as fields from '../flow/fields.js'
import { setSecretsInput } from '../flow/secrets/input.js'
import { giveSecrets } from '../flow/secrets/set.js'
import { defineTool, mayReplace } from './tool.js'

const output = z.object({
  app: z.string(),
  set: z.array(z.string()),
  staged: z.boolean(),
  release: fields.count.optional(),
  verdict: z.string().optional(),
  reasons: z.array(z.string()).optional(),
  warnings: fields.warnings.optional(),
  next: fields.next,
})

export const setSecrets = defineTool({
  name: 'set_secrets',
  title: 'Set secrets',
  description:
    'Gives an app secrets by name: the values go from the environment of flyops, or a file in the project folder, to Fly. A person puts them there: never ask for them in the chat. Without stage the machines restart with them and are judged. Next: ship.',
  annotations: mayReplace,
  input: setSecretsInput,
  output,
  examples: [
    'DATABASE_URL=… flyops set-secrets --app hello --names DATABASE_URL --from env',
    'flyops set-secrets --app hello --names DATABASE_URL --from file --file .env.production',
  ],
  run: giveSecrets,
  summarize({ app, set, staged, verdict, reasons = [] }) {
    const names = `${set.join(', ')} of ${app}`
    if (staged) return `${names} will be set by the next deploy.`
    const judged = verdict === undefined ? '' : ` The app is ${verdict}: ${reasons.join(' ')}`
    return `${names} ${set.length === 1 ? 'is' : 'are'} set.${judged}`
  },
})
