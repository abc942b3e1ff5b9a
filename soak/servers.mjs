import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const timeoutMs = 600_000
const token = 'soak-0123456789abcdef'

/** Told by a signal, the server collects its garbage and says what memory is left. */
const onSignal = `data:text/javascript,process.on('SIGUSR2', () => {
  gc(); gc(); console.error('memory ' + JSON.stringify(process.memoryUsage()))
})`
const nodeArgs = ['--expose-gc', '--import', onSignal.replaceAll('\n', '')]

export async function startStdioServer({ root, env }) {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [...nodeArgs, main, 'serve', '--root', root],
    env,
    stderr: 'pipe',
  })
  const stderr = createInterface({ input: transport.stderr })
  const client = await connect(transport)
  return {
    ...calling(client),
    pid: transport.pid,
    memory: () => askMemory(transport.pid, stderr),
    close: () => client.close(),
  }
}

export async function startHttpServer({ root, env, home }) {
  const tokens = join(home, 'tokens.json')
  const sha256 = createHash('sha256').update(token).digest('hex')
  const entry = { name: 'soak', sha256, tools: ['*'], apps: ['*'] }
  await writeFile(tokens, JSON.stringify({ tokens: [entry] }), { mode: 0o600 })
  const args = ['serve', '--http', '--port', '0', '--root', root, '--tokens', tokens]
  const server = spawn(process.execPath, [...nodeArgs, main, ...args], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const stderr = createInterface({ input: server.stderr })
  const url = await new Promise((resolve, reject) => {
    stderr.on('line', (line) => {
      const [, address] = /Listening on (\S+)/.exec(line) ?? []
      if (address !== undefined) resolve(new URL(address))
    })
    stderr.on('close', () => reject(new Error('the server ended')))
  })
  const headers = { authorization: `Bearer ${token}` }
  const client = await connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }))
  return {
    ...calling(client),
    pid: server.pid,
    memory: () => askMemory(server.pid, stderr),
    async close() {
      await client.close()
      const ended = once(server, 'exit')
      server.kill('SIGTERM')
      await ended
    },
  }
}

async function connect(transport) {
  const client = new Client({ name: 'soak', version: '0.0.0' })
  await client.connect(transport)
  await client.listTools()
  return client
}

function calling(client) {
  const options = { timeout: timeoutMs, onprogress() {} }
  const send = (name, args, signal) =>
    client.callTool({ name, arguments: args }, undefined, { ...options, signal })
  return {
    /** `done`, the code of its error, or what kept it from being answered. */
    async outcome(name, args, signal) {
      try {
        const { _meta, structuredContent } = await send(name, args, signal)
        return _meta?.['flyops/error']?.code ?? structuredContent?.status ?? 'done'
      } catch {
        return signal?.aborted ? 'given up' : 'no answer'
      }
    },
    /** The result; raises what the tool raised. A job is waited for. */
    async result(name, args) {
      let answer = await send(name, args)
      while (answer.structuredContent?.status === 'running')
        answer = await send('get_job', { job_id: answer.structuredContent.job_id })
      if (answer.isError) throw new Error(`${name}: ${answer.content[0].text}`)
      return answer.structuredContent.result ?? answer.structuredContent
    },
  }
}

async function askMemory(pid, stderr) {
  const told = new Promise((resolve) => {
    stderr.on('line', function hear(line) {
      if (!line.startsWith('memory ')) return
      stderr.off('line', hear)
      resolve(JSON.parse(line.slice('memory '.length)))
    })
  })
  process.kill(pid, 'SIGUSR2')
  return told
}
