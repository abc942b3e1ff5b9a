import { createServer, type ServerResponse } from 'node:http'
import { createLog } from '../../src/log.js'
import { everything } from '../../src/sandbox/platform/access.js'
import { close, listen } from '../../src/sandbox/ports.js'
import { createAuthProxy } from '../../src/sandbox/registry/auth-proxy.js'
import { startBackend } from '../../src/sandbox/registry/backend.js'
import { stateFiles } from '../../src/sandbox/state-folder.js'
import { noFaults } from '../sandbox/faults/none.js'
import { run, type TestEngine } from './engine.js'

/** How the registry behaves: `expired` refuses every login, `hanging` never takes a layer to its end. */
export type RegistryMood = 'well' | 'expired' | 'hanging' | 'broken'

export interface TestRegistry {
  /** `127.0.0.1:PORT`. */
  readonly host: string
  /** What a docker configuration that is logged in holds. */
  readonly config: string
  behave(mood: RegistryMood): void
  /** How many layers a hanging registry has been sent. */
  held(): number
  stop(): Promise<void>
}

const token = 'fo1_test_token'

/** A real registry behind the sandbox's proxy, with repositories for the app `hello` alone. */
export async function startRegistry({ docker, folder }: TestEngine): Promise<TestRegistry> {
  let mood: RegistryMood = 'well'
  const held = new Set<ServerResponse>()
  const files = stateFiles(folder)
  const { env } = process
  const backend = await startBackend({ files, sandboxId: 'test', docker, env, run })
  const proxy = createAuthProxy({
    backend: backend.socket,
    accessOf: (given) => (given === token ? everything : undefined),
    login: { admits: () => mood !== 'expired' },
    ownsRepository: (app) => app === 'hello',
    faults: noFaults,
    log: createLog('silent'),
  })
  const front = createServer((request, response) => {
    if (mood === 'broken') response.writeHead(500).end('{"errors":[{"code":"UNKNOWN"}]}')
    else if (mood === 'hanging' && request.method === 'PATCH') held.add(response)
    else proxy.emit('request', request, response)
  })
  const host = `127.0.0.1:${await listen(front, 0)}`
  return {
    host,
    config: JSON.stringify({ auths: { [host]: { auth: btoa(`x:${token}`) } } }),
    behave(next) {
      mood = next
      // The engine does not give up an upload whose client is gone; the next push of a layer would join it.
      for (const response of held) response.destroy()
      held.clear()
    },
    held: () => held.size,
    async stop() {
      await close(front)
      await backend.close()
    },
  }
}
