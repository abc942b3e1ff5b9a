import { delimiter, dirname } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/** Variables that change what flyctl does behind its flags (flyctl 2026.8, internal/config). */
const behaviourVariables = [
  'FLY_APP',
  'FLY_ORG',
  'FLY_ORGANIZATION',
  'FLY_REGION',
  'FLY_JSON',
  'FLY_VERBOSE',
  'FLY_LOCAL_ONLY',
  'FLY_LOG_GQL_ERRORS',
  'FLY_UPDATE_CHECK',
  'FLY_INCIDENTS_CHECK',
  'FLY_GHA_ERROR_ANNOTATION',
  'FLY_EMIT_RELEASE_JSON',
  'FLYCTL_OUTPUT_HAR',
  'DEPLOY_TRIGGER',
  'LOG_LEVEL',
]

/**
 * The environment of every flyctl child: the user's own HOME and login, less what would change its
 * behaviour. A present but empty token variable would hide the login (flyctl 2026.8, env.First).
 */
export function flyctlEnvironment(env: Environment, dockerProgram?: string): Environment {
  const child: Record<string, string | undefined> = { ...env }
  for (const name of behaviourVariables) delete child[name]
  if (!child.FLY_API_TOKEN) delete child.FLY_API_TOKEN
  if (!child.FLY_ACCESS_TOKEN || child.FLY_API_TOKEN) delete child.FLY_ACCESS_TOKEN
  return {
    ...child,
    ...(dockerProgram === undefined
      ? {}
      : { PATH: withFolder(child.PATH, dirname(dockerProgram)) }),
    FLY_INVOKED_BY: 'flyops',
    FLY_NO_UPDATE_CHECK: '1',
    FLY_NO_INCIDENTS_CHECK: '1',
    FLY_SEND_METRICS: '0',
    NO_COLOR: '1',
  }
}

/** `flyctl auth docker` starts whichever docker comes first on PATH: let it be ours. */
function withFolder(path: string | undefined, folder: string): string {
  return path === undefined || path === '' ? folder : `${folder}${delimiter}${path}`
}
