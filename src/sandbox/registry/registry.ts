import type { Log } from '../../log.js'
import type { Faults } from '../faults/faults.js'
import { close, listen } from '../ports.js'
import { createAuthProxy } from './auth-proxy.js'
import { type BackendOptions, startBackend } from './backend.js'
import { createImages, type Images } from './images.js'
import { createLoginWindow } from './login-window.js'

export interface RegistryOptions extends Omit<BackendOptions, 'port'> {
  readonly token: string
  /** How long a login holds. */
  readonly loginSeconds: number
  /** Whether the app that owns a repository is there. */
  readonly ownsRepository: (app: string) => boolean
  /** The ports to take if they are free. */
  readonly ports: RegistryPorts
  readonly faults: Faults
  readonly log: Log
}

export interface RegistryPorts {
  readonly registry: number
  readonly backend: number
}

export interface Registry {
  /** `127.0.0.1:PORT` of the proxy. */
  readonly host: string
  readonly images: Images
  readonly ports: RegistryPorts
  close(): Promise<void>
}

/** A real registry behind the proxy that asks for the Fly token. */
export async function startRegistry(options: RegistryOptions): Promise<Registry> {
  const { token, loginSeconds, ownsRepository, faults, ports, log } = options
  const backend = await startBackend({ ...options, port: ports.backend })
  const login = createLoginWindow({ seconds: loginSeconds, now: Date.now })
  const proxy = createAuthProxy({
    backend: backend.address,
    token,
    login,
    ownsRepository,
    faults,
    log,
  })
  const port = await listen(proxy, ports.registry)
  const host = `127.0.0.1:${port}`
  return {
    host,
    images: createImages({ backend: backend.address, registryHost: host }),
    ports: { registry: port, backend: backend.port },
    async close() {
      await close(proxy)
      await backend.close()
    },
  }
}
