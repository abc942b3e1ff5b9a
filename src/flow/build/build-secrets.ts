import type { BuildSecret } from '../../docker/docker.js'
import { FlyopsError } from '../../errors.js'
import type { ToolContext } from '../context.js'
import { refuseOwnSecrets, refuseOwnValues } from '../secrets/own-secrets.js'
import type { BuildInput } from './input.js'

type Given = BuildInput['secrets']

/** Where docker finds each, and the values that no output may show. Raises `invalid_input` and `forbidden`. */
export async function findBuildSecrets(
  given: Given,
  context: ToolContext,
): Promise<readonly BuildSecret[]> {
  const entries = Object.entries(given ?? {})
  const names = entries.flatMap(([, { env }]) => env ?? [])
  refuseOwnSecrets(names, context)
  return Promise.all(entries.map(([id, place]) => findSecret(id, place, context)))
}

async function findSecret(
  id: string,
  { env, file }: NonNullable<Given>[string],
  context: ToolContext,
): Promise<BuildSecret> {
  if ((env === undefined) === (file === undefined))
    throw refused(id, 'give either env or file', 'Say where the value is; never the value itself.')
  if (env !== undefined) {
    const value = Object.hasOwn(context.env, env) ? context.env[env] : undefined
    if (value === undefined || value === '')
      throw refused(id, `${env} is not in the environment of flyops`, askForIt)
    refuseOwnValues(value, env, context)
    return { id, env, value }
  }
  const field = `secrets.${id}.file`
  const path = await context.folder.resolve(file ?? '', field, 'file')
  if (/[",\r\n]/.test(path))
    throw refused(id, 'docker cannot take a path with commas or quotes', 'Rename the file.')
  const value = await context.folder.read(file ?? '', field)
  refuseOwnValues(value, field, context)
  return { id, path, value }
}

const askForIt =
  'Ask the person to put it into the client’s settings of flyops, and to restart it; never ask for the value.'

function refused(id: string, reason: string, remedy: string): FlyopsError {
  return new FlyopsError('invalid_input', 'build', `secrets.${id}: ${reason}.`, { remedy })
}
