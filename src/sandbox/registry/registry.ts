import { randomBytes } from 'node:crypto'
import type { Log } from '../../log.js'
import { createClosers } from '../closers.js'
import type { Faults } from '../faults/faults.js'
import { type Observer, watchRequests } from '../observer.js'
import { type Access, everything } from '../platform/access.js'
import { isSame } from '../platform/tokens.js'
import { close, listen } from '../ports.js'
import { createAuthProxy } from './auth-proxy.js'
import { type BackendOptions, startBackend } from './backend.js'
import { createImages, type Images } from './images.js'
import { createLocalImages } from './local-images.js'
import { createLoginWindow } from './login-window.js'
import { createPullLogin } from './pull-login.js'

export interface RegistryOptions extends BackendOptions {
  /** What a token opens; undefined: nothing. */
  readonly accessOf: (token: string) => Access | undefined
  /** How long a login holds. */
  readonly loginSeconds: number
  /** Whether the app that owns a repository is there. */
  readonly ownsRepository: (app: string) => boolean
  /** The ports to take if they are free. */
  readonly ports: RegistryPorts
  readonly faults: Faults
  readonly observer: Observer | undefined
  readonly log: Log
}

export interface RegistryPorts {
  readonly registry: number
  /** Where the machines' engine pulls. */
  readonly backend: number
}

export interface Registry {
  /** `127.0.0.1:PORT` of the proxy. */
  readonly host: string
  readonly images: Images
  /** DOCKER_CONFIG with which docker may pull what `images` names. */
  readonly pullConfig: string
  readonly ports: RegistryPorts
  close(): Promise<void>
}

/**
 * A real registry behind two proxies: users come in with the Fly token, the engine of the machines with a login
 * of its own, which no fault and no expiry meets.
 */
export async function startRegistry(options: RegistryOptions): Promise<Registry> {
  const closers = createClosers()
  try {
    return { ...(await openProxies(options, closers)), close: closers.closeAll }
  } catch (error) {
    await closers.closeAll()
    throw error
  }
}

async function openProxies(
  options: RegistryOptions,
  closers: ReturnType<typeof createClosers>,
): Promise<Omit<Registry, 'close'>> {
  const { accessOf, loginSeconds, ownsRepository, faults, ports, observer, log } = options
  const { socket: backend, close: closeBackend } = await startBackend(options)
  closers.add(closeBackend)
  const login = createLoginWindow({ seconds: loginSeconds, now: Date.now })
  const proxy = createAuthProxy({ backend, accessOf, login, ownsRepository, faults, log })
  watchRequests(proxy, 'registry', observer)
  const pullToken = randomBytes(20).toString('hex')
  const engineProxy = createAuthProxy({
    backend,
    accessOf: (given) => (isSame(given, pullToken) ? everything : undefined),
    login: { admits: () => true },
    ownsRepository: () => true,
    faults: { strike: () => undefined },
    log,
  })
  closers.add(() => close(proxy))
  closers.add(() => close(engineProxy))
  const taken = {
    registry: await listen(proxy, ports.registry),
    backend: await listen(engineProxy, ports.backend),
  }
  const host = `127.0.0.1:${taken.registry}`
  const engineHost = `127.0.0.1:${taken.backend}`
  const pullLogin = await createPullLogin(engineHost, pullToken)
  closers.add(pullLogin.remove)
  return {
    host,
    images: createImages({
      backend,
      engineHost,
      registryHost: host,
      resolveLocal: createLocalImages(options.docker),
    }),
    pullConfig: pullLogin.path,
    ports: taken,
  }
}
