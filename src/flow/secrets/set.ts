import { parseEnv } from 'node:util'
import { FlyopsError, type NextCall, type Warning } from '../../errors.js'
import { withAppLock } from '../app-lock.js'
import type { ToolContext } from '../context.js'
import { next } from '../next.js'
import { recorded } from '../record/recorded.js'
import { hideValues } from './hide-values.js'
import type { SetSecretsInput } from './input.js'
import { refuseOwnSecrets, refuseOwnValues } from './own-secrets.js'

/** What is told of secrets that were set. */
interface SecretsSet {
  readonly app: string
  readonly set: string[]
  readonly staged: boolean
  readonly next: NextCall[]
  readonly warnings?: Warning[]
}

/** Gives an app secrets, by a way that no caller sees. Raises `invalid_input` and `forbidden`. */
export async function giveSecrets(
  request: SetSecretsInput,
  context: ToolContext,
): Promise<SecretsSet> {
  refuseOwnSecrets(request.names, context)
  const values = await valuesOf(request, context)
  const { app, names, stage } = request
  hideValues(Object.values(values), app, context)
  const operation = { tool: 'set_secrets', app, args: request }
  return withAppLock(app, context, ({ guard: onStart }) =>
    recorded(operation, context, async (): Promise<SecretsSet> => {
      await context.flyctl.setSecrets({ app, values, stage }, { ...context, onStart })
      const look = next.checkHealth({ app }, 'shows whether the app works with them')
      return { app, set: [...names], staged: stage, next: stage ? [] : [look] }
    }),
  )
}

/** All that were asked for; raises `invalid_input` naming those that are not there. */
async function valuesOf(
  { names, from, file }: SetSecretsInput,
  context: ToolContext,
): Promise<Readonly<Record<string, string>>> {
  const source = from === 'env' ? context.env : await readValues(file, context)
  const found = names.flatMap((name) => {
    const value = Object.hasOwn(source, name) ? source[name] : undefined
    return value === undefined || value === '' ? [] : [[name, value] as const]
  })
  for (const [name, value] of found) refuseOwnValues(value, name, context)
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

async function readValues(file: string | undefined, context: ToolContext) {
  if (file === undefined) {
    throw new FlyopsError('invalid_input', 'settings', 'file: it is missing, and from is "file".', {
      remedy: 'Say which file holds the values.',
    })
  }
  const text = await context.folder.read(file, 'file')
  refuseOwnValues(text, 'file', context)
  return parseEnv(text)
}
