import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createMCPClient } from '@ai-sdk/mcp'
import { StdioMCPTransport } from '@ai-sdk/mcp/mcp-stdio'
import {
  Client as SecondClient,
  StreamableHTTPClientTransport as SecondHttp,
} from '@modelcontextprotocol/client'
import { StdioClientTransport as SecondStdio } from '@modelcontextprotocol/client/stdio'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'

/** A server to start, or one that listens. */
export type Target =
  | { readonly command: string; readonly args: string[]; readonly env: Record<string, string> }
  | { readonly url: URL }

/** A client as others have written it. */
export interface RealClient {
  /** The newest version of MCP that both speak; undefined where it does not tell, or where time decides. */
  readonly version: string | undefined
  readonly tools: readonly string[]
  /** The structured content of the result; the signal gives the call up. */
  call(name: string, args: object, signal?: AbortSignal): Promise<unknown>
  close(): Promise<unknown>
}

const info = { name: 'test', version: '1' }
const quiet = { stderr: 'ignore' as const }

async function firstSdk(target: Target): Promise<RealClient> {
  const transport =
    'url' in target
      ? new StreamableHTTPClientTransport(target.url)
      : new StdioClientTransport({ ...target, ...quiet })
  const client = new Client(info)
  await client.connect(transport as Transport)
  const { tools } = await client.listTools()
  return {
    version: undefined,
    tools: tools.map(({ name }) => name),
    call: async (name, args, signal) => {
      const options = signal === undefined ? {} : { signal }
      const called = client.callTool({ name, arguments: { ...args } }, undefined, options)
      return (await called).structuredContent
    },
    close: () => client.close(),
  }
}

async function secondSdk(target: Target): Promise<RealClient> {
  const transport =
    'url' in target ? new SecondHttp(target.url) : new SecondStdio({ ...target, ...quiet })
  const client = new SecondClient(info, { versionNegotiation: { mode: 'auto' } })
  await client.connect(transport)
  const { tools } = await client.listTools()
  return {
    version: client.getNegotiatedProtocolVersion(),
    tools: tools.map(({ name }) => name),
    call: async (name, args, signal) => {
      const options = signal === undefined ? {} : { signal }
      return (await client.callTool({ name, arguments: { ...args } }, options)).structuredContent
    },
    close: () => client.close(),
  }
}

async function aiSdk(target: Target): Promise<RealClient> {
  const transport =
    'url' in target
      ? { type: 'http' as const, url: target.url.href }
      : new StdioMCPTransport({ ...target, ...quiet })
  const client = await createMCPClient({ transport })
  const { tools } = await client.listTools()
  return {
    // Over stdio it waits one second for an answer to discovery, and else speaks an earlier version.
    version: 'url' in target ? client.initializeResult.protocolVersion : undefined,
    tools: tools.map(({ name }) => name),
    call: async (name, args, signal) => {
      const options = signal === undefined ? {} : { signal }
      const result = await client.callTool({ name, arguments: { ...args }, options })
      return result.structuredContent
    },
    close: () => client.close(),
  }
}

interface Line {
  readonly id?: number
  readonly version?: string
  readonly tools?: string[]
  readonly result?: unknown
  readonly error?: string
}

/** The Python SDK, in the Python that FLYOPS_PYTHON_MCP names. */
async function pythonSdk(target: Target): Promise<RealClient> {
  const script = fileURLToPath(new URL('python-client.py', import.meta.url))
  const { FLYOPS_PYTHON_MCP: python = '', PATH = '' } = process.env
  const child = spawn(python, [script, JSON.stringify(target)], {
    env: { PATH },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const ended = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })
  const waiting = new Map<number | undefined, (line: Line) => void>()
  const lineOf = (id?: number) =>
    new Promise<Line>((resolve, reject) => {
      waiting.set(id, resolve)
      void ended.then(() => reject(new Error('The client ended.')))
    })
  lines.on('line', (text) => {
    const line = JSON.parse(text) as Line
    waiting.get(line.id)?.(line)
  })
  const say = (message: object) => child.stdin.write(`${JSON.stringify(message)}\n`)
  const { version, tools = [] } = await lineOf()
  let calls = 0
  return {
    version,
    tools,
    async call(name, args, signal) {
      calls += 1
      const id = calls
      signal?.addEventListener('abort', () => say({ cancel: id }))
      const answered = lineOf(id)
      say({ id, name, arguments: args })
      const { result, error } = await answered
      if (error !== undefined) throw new Error(error)
      return result
    },
    async close() {
      child.stdin.end()
      await ended
    },
  }
}

export const realClients: Readonly<Record<string, (target: Target) => Promise<RealClient>>> = {
  'the first SDK': firstSdk,
  'the second SDK': secondSdk,
  'the AI SDK': aiSdk,
  'the Python SDK': pythonSdk,
}
