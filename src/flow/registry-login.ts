import type { RegistryLogin, RemoteImage } from '../docker/docker.js'
import { FlyopsError } from '../errors.js'
import type { Auth, RegistrySession, ToolContext } from './context.js'

type LoginContext = Pick<
  ToolContext,
  'docker' | 'registry' | 'flyctl' | 'hide' | 'signal' | 'openRegistry'
>

/** Logs in just before use, for a login may live five minutes only, and removes it afterwards. */
export async function withRegistryLogin<T>(
  context: LoginContext,
  work: (session: RegistrySession) => Promise<T>,
): Promise<T> {
  if (context.openRegistry !== undefined) return work(await context.openRegistry())
  return withSharedLogin(context, async ({ openRegistry }) => work(await openRegistry()))
}

/** One login for all that `work` does with the registry, made when it is needed first. */
export async function withSharedLogin<Context extends LoginContext, T>(
  context: Context,
  work: (
    context: Context & { readonly openRegistry: () => Promise<RegistrySession> },
  ) => Promise<T>,
): Promise<T> {
  let opened: Promise<OpenSession> | undefined
  let isOver = false
  async function openRegistry(): Promise<OpenSession> {
    if (isOver) throw workIsOver()
    opened ??= openSession(context)
    return opened
  }
  try {
    return await work({ ...context, openRegistry })
  } finally {
    isOver = true
    const session = await opened?.catch(() => undefined)
    await session?.close()
  }
}

interface OpenSession extends RegistrySession {
  /** Removes the login; whoever still looks something up then makes none anew. */
  close(): Promise<void>
}

/** The login that docker is to use: there wherever docker builds or pushes. */
export function dockerLogin({ login }: RegistrySession): RegistryLogin {
  if (login === undefined) throw new Error('the registry is asked without docker')
  return login
}

/** A way to ask the registry. */
interface Door {
  readonly login: RegistryLogin | undefined
  logIn(): Promise<void>
  inspect(image: string): Promise<RemoteImage>
  exposedPorts(image: string): Promise<readonly number[]>
  close(): Promise<void>
}

async function openSession(context: LoginContext): Promise<OpenSession> {
  const door = await openDoor(context)
  try {
    await door.logIn()
    return createSession(context, door)
  } catch (error) {
    await door.close()
    throw error
  }
}

async function openDoor(context: LoginContext): Promise<Door> {
  const { docker, registry, flyctl, hide } = context
  if (registry !== undefined) {
    let token = ''
    return {
      login: undefined,
      async logIn() {
        token = await flyctl.registryToken(context)
        for (const part of token.split(',')) hide(part)
      },
      inspect: (image) => registry.inspect(image, token, context),
      async exposedPorts(image) {
        const remote = await registry.inspect(image, token, context)
        return remote.kind === 'found' ? (remote.exposedPorts ?? []) : []
      },
      close: async () => {},
    }
  }
  const login = await docker.createLogin()
  return {
    login,
    logIn: () => flyctl.authDocker(login.folder, context),
    inspect: (image) => docker.inspectRemote(image, login, context),
    exposedPorts: (image) => docker.remotePorts(image, login, context),
    close: () => login.remove(),
  }
}

function createSession(context: LoginContext, door: Door): OpenSession {
  let auth: Auth = 'fresh'
  let isClosed = false
  let renewing: Promise<void> | undefined
  async function renew(refusal: string): Promise<void> {
    if (isClosed) throw workIsOver()
    if (auth === 'renewed') throw await notAuthenticated(context, refusal)
    auth = 'renewed'
    renewing = door.logIn()
    await renewing
  }
  return {
    login: door.login,
    auth: () => auth,
    renew,
    async inspectRemote(image) {
      const remote = await door.inspect(image)
      if (remote.kind !== 'unauthorized') return remote
      await renew(remote.text)
      const again = await door.inspect(image)
      if (again.kind === 'unauthorized') throw await notAuthenticated(context, again.text)
      return again
    },
    exposedPorts: door.exposedPorts,
    async close() {
      isClosed = true
      await renewing?.catch(() => {})
      await door.close()
    },
  }
}

/** For what goes on where the work beside it has failed already: nobody waits for it. */
function workIsOver(): FlyopsError {
  return new FlyopsError('cancelled', 'auth', 'The work that this login was for is over.', {
    retry: 'yes',
  })
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
