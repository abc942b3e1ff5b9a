import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { createLog } from '../../../src/log.js'
import { createEdge } from '../../../src/sandbox/edge/edge.js'
import type { Machines } from '../../../src/sandbox/machines/machines.js'
import { createPlatform } from '../../../src/sandbox/platform/platform.js'
import { close } from '../../../src/sandbox/ports.js'
import { noFaults } from '../faults/none.js'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of closers.splice(0)) await end()
})

/** The port of an app whose one machine, a server here, takes sockets and answers requests. */
async function openApp(): Promise<number> {
  const machine = createServer((_asked, response) => response.end('from the machine'))
  machine.on('upgrade', (_asked, socket) => {
    socket.end(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    )
  })
  await once(machine.listen(0, '127.0.0.1'), 'listening')
  const { port: internal_port } = machine.address() as AddressInfo
  const clock = { now: Date.now, randomHex: (bytes: number) => 'ab'.repeat(bytes) }
  const platform = createPlatform({ clock })
  platform.apps.create({ name: 'hello', organization: 'personal', network: '', port: 0 })
  const config = { image: 'r/hello:1', services: [{ internal_port, ports: [{ port: 80 }] }] }
  const image = { registry: 'r', repository: 'hello', tag: '1', digest: 'sha256:0', labels: {} }
  const { id } = platform.machines.create({ app: 'hello', name: 'm', region: 'ewr', config, image })
  platform.machines.setState(id, 'started')
  const container = () => ({ id: 'c1', pid: 1, address: '127.0.0.1' })
  const machines = { container } as unknown as Machines
  const idleMs = 60_000
  const edge = createEdge({
    platform,
    machines,
    faults: noFaults,
    idleMs,
    log: createLog('silent'),
  })
  await edge.open('hello')
  closers.push(edge.closeAll, () => close(machine))
  return platform.apps.get('hello').port
}

/** The status of the answer to a request for a socket; 0 where the connection is cut. */
async function upgrade(port: number, headers: Record<string, string>): Promise<number> {
  const all = { connection: 'Upgrade', upgrade: 'websocket', ...headers }
  const asking = request({ host: '127.0.0.1', port, headers: all, agent: false }).end()
  return new Promise((resolve) => {
    asking.on('upgrade', (answer, socket) => {
      socket.destroy()
      resolve(answer.statusCode ?? 0)
    })
    asking.on('error', () => resolve(0))
  })
}

test('an app is reached by its port, with requests and with sockets', async () => {
  const port = await openApp()
  expect(await (await fetch(`http://localhost:${port}/`)).text()).toBe('from the machine')
  expect(await upgrade(port, { origin: `http://127.0.0.1:${port}` })).toBe(101)
})

test('no page of another site reaches it', async () => {
  const port = await openApp()
  expect(await upgrade(port, { origin: 'https://attacker.example' })).toBe(0)
  expect(await upgrade(port, { host: `attacker.example:${port}` })).toBe(0)
  const headers = { origin: 'https://attacker.example' }
  expect((await fetch(`http://127.0.0.1:${port}/`, { headers })).status).toBe(403)
})
