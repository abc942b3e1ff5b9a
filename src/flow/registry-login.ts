import type { RegistryLogin } from '../docker/docker.js'
import { FlyopsError } from '../errors.js'
import type { Auth, RegistrySession, ToolContext } from './context.js'

type LoginContext = Pick<ToolContext, 'docker' | 'flyctl' | 'signal' | 'openRegistry'>

/** Logs in just before use, for a login may live five minutes only, and removes it afterwards. */
export async function withRegistryLogin<T>(
  context: LoginContext,
  work: (session: RegistrySession) => Promise<T>,
): Promise<T> {
  if (context.openRegistry !== undefined) return work(await context.openRegistry())
  const login = await context.docker.createLogin()
  try {
    await context.flyctl.authDocker(login.folder, context)
    return await work(createSession(context, login))
  } finally {
    await login.remove()
  }
}

/** One login for all that `work` does with the registry, made when it is needed first. */
export async function withSharedLogin<Context extends ToolContext, T>(
  context: Context,
  work: (context: Context) => Promise<T>,
): Promise<T> {
  let opened: Promise<RegistrySession> | undefined
  const open = async () => {
    const login = await context.docker.createLogin()
    try {
      await context.flyctl.authDocker(login.folder, context)
    } catch (error) {
      await login.remove()
      throw error
    }
    return createSession(context, login)
  }
  const openRegistry = () => {
    opened ??= open()
    return opened
  }
  try {
    return await work({ ...context, openRegistry })
  } finally {
    const session = await opened?.catch(() => undefined)
    await session?.login.remove()
  }
}

function createSession(context: LoginContext, login: RegistryLogin): RegistrySession {
  let auth: Auth = 'fresh'
  async function renew(refusal: string): Promise<void> {
    if (auth === 'renewed') throw await notAuthenticated(context, refusal)
    auth = 'renewed'
    await context.flyctl.authDocker(login.folder, context)
  }
  return {
    login,
    auth: () => auth,
    renew,
    async inspectRemote(image) {
      const remote = await context.docker.inspectRemote(image, login, context)
      if (remote.kind !== 'unauthorized') return remote
      await renew(remote.text)
      const again = await context.docker.inspectRemote(image, login, context)
      if (again.kind === 'unauthorized') throw await notAuthenticated(context, again.text)
      return again
    },
  }
}

async function notAuthenticated(
  { flyctl, signal }: LoginContext,
  refusal: string,
): Promise<FlyopsError> {
  const who = await flyctl.whoami({ signal }).then(
    (email) => `fly auth whoami: ${email}`,
    (error: unknown) => `fly auth whoami: ${error instanceof Error ? error.message : 'failed'}`,
  )
  return new FlyopsError(
    'not_authenticated',
    'auth',
    'The Fly registry refuses the login, also after a new one.',
    {
      remedy:
        'Run `fly auth login`, or set FLY_API_TOKEN to a token that may push to this app; then call push_image again.',
      evidence: `${refusal}\n${who}`,
    },
  )
}
