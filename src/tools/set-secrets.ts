import { readFile } from 'node:fs/promises'
import { parseEnv } from 'node:util'
import { z } from 'zod'
import { FlyopsError } from '../errors.js'
import { refuseOwnSecrets } from './own-secrets.js'
import * as fields from './parameters.js'
import { recorded } from './recorded.js'
import { defineTool, mayReplace, type ToolContext } from './tool.js'
import { withAppLock } from './with-app-lock.js'

const input = z.strictObject({
  app: fields.app,
  names: z
    .array(fields.envName)
    .min(1)
    .max(50)
    .describe('Names of the secrets; never their values'),
  from: z
    .enum(['env', 'file'])
    .describe('Where the values are: the environment of flyops, or a file of NAME=value lines'),
  file: z.string().max(4096).optional().describe('For from=file, relative to the project folder'),
  stage: z
    .boolean()
    .default(false)
    .describe('Set them with the next deploy, and start nothing now'),
})

const output = z.object({
  app: z.string(),
  set: z.array(z.string()),
  staged: z.boolean(),
  warnings: fields.warnings.optional(),
  next: fields.next,
})

type Input = z.output<typeof input>
type Output = z.output<typeof output>

export const setSecrets = defineTool({
  name: 'set_secrets',
  title: 'Set secrets of an app',
  description:
    'Gives an app secrets by their names: the values go from the environment of flyops, or from a file in the project folder, to Fly, and never through this conversation. Without stage the machines start again with them. Never ask for a value in the chat; ask the person to put it where flyops reads it. Next: deploy_image.',
  annotations: mayReplace,
  input,
  output,
  async run(request, context) {
    if (request.from === 'env') refuseOwnSecrets(request.names, context)
    const values = await valuesOf(request, context)
    const { app, names, stage } = request
    const operation = { tool: 'set_secrets', app, args: request }
    return withAppLock(app, context, ({ guard: onStart }) =>
      recorded(operation, context, async (): Promise<Output> => {
        await context.flyctl.setSecrets({ app, values, stage }, { ...context, onStart })
        const next = [
          {
            tool: 'check_health',
            arguments: { app },
            why: 'shows whether the app works with them',
          },
        ]
        return { app, set: [...names], staged: stage, next: stage ? [] : next }
      }),
    )
  },
  summarize: ({ app, set, staged }) =>
    `${set.join(', ')} of ${app} ${staged ? 'will be set by the next deploy' : 'are set'}.`,
})

/** All that were asked for; raises `invalid_input` naming those that are not there. */
async function valuesOf(
  { names, from, file }: Input,
  context: ToolContext,
): Promise<Readonly<Record<string, string>>> {
  const source = from === 'env' ? context.env : await readValues(file, context)
  const found = names.flatMap((name) => {
    const value = source[name]
    return value === undefined || value === '' ? [] : [[name, value] as const]
  })
  const missing = names.filter((name) => !found.some(([each]) => each === name))
  if (missing.length === 0) return Object.fromEntries(found)
  const place = from === 'env' ? 'the environment of flyops' : `${file}`
  throw new FlyopsError(
    'invalid_input',
    'settings',
    `names: ${missing.join(', ')} not in ${place}.`,
    {
      remedy:
        from === 'env'
          ? 'Ask the person to put them into the client’s settings of flyops, and to restart it; never ask for the values.'
          : 'Ask the person to put them into the file; never ask for the values.',
      who: 'human',
    },
  )
}

async function readValues(file: string | undefined, { folder }: ToolContext) {
  if (file === undefined) {
    throw new FlyopsError('invalid_input', 'settings', 'file: it is missing, and from is "file".', {
      remedy: 'Say which file holds the values.',
    })
  }
  const path = await folder.resolve(file, 'file', 'file')
  return parseEnv(await readFile(path, 'utf8'))
}
