import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'

const initialize = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'bench', version: '0.0.0' },
}

/** Starts a server and asks for its tools as a client does; the time from start to their arrival, the memory, and the answer. */
export async function startToTools([command, ...args], cwd) {
  const startedAt = performance.now()
  const server = spawn(command, args, { cwd, stdio: ['pipe', 'pipe', 'ignore'] })
  const send = (message) =>
    server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  send({ id: 1, method: 'initialize', params: initialize })
  for await (const line of createInterface({ input: server.stdout })) {
    const { id, result } = JSON.parse(line)
    if (id === 1) {
      send({ method: 'notifications/initialized' })
      send({ id: 2, method: 'tools/list' })
    }
    if (id !== 2) continue
    const durationMs = performance.now() - startedAt
    const peakBytes = await peakOf(server.pid)
    server.stdin.end()
    await once(server, 'exit')
    return { durationMs, peakBytes, result }
  }
  throw new Error(`${args.join(' ')} ended without listing its tools`)
}

/** The most memory that a process ever had (proc(5)); not a number elsewhere. */
async function peakOf(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return 1024 * Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1])
}
