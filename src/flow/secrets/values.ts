import { parseEnv } from 'node:util'
import { FlyopsError } from '../../errors.js'
import type { ToolContext } from '../context.js'
import { hideValues } from './hide-values.js'
import type { SetSecretsInput } from './input.js'
import { refuseOwnSecrets, refuseOwnValues } from './own-secrets.js'

/**
 * The values that were asked for, which nothing that flyops tells shows from now on. Raises `forbidden`, and
 * `invalid_input` naming those that are not there.
 */
export async function readSecrets(
  { names, from, file }: Pick<SetSecretsInput, 'names' | 'from' | 'file'>,
  app: string,
  context: ToolContext,
): Promise<Readonly<Record<string, string>>> {
  refuseOwnSecrets(names, context)
  const source = from === 'env' ? context.env : await readValues(file, context)
  const found = names.flatMap((name) => {
    const value = Object.hasOwn(source, name) ? source[name] : undefined
    return value === undefined || value === '' ? [] : [[name, value] as const]
  })
  for (const [name, value] of found) refuseOwnValues(value, name, context)
  hideValues(
    found.map(([, value]) => value),
    app,
    context,
  )
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

/** The names that a file of NAME=value lines gives a value. Raises `forbidden` and `invalid_input`. */
export async function namesIn(file: string, context: ToolContext): Promise<readonly string[]> {
  const values = Object.entries(await readValues(file, context))
  return values.flatMap(([name, value]) => (value ? [name] : []))
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
