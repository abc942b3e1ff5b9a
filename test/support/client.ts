import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import type {
  CallToolResult,
  ClientCapabilities,
  Progress,
} from '@modelcontextprotocol/sdk/types.js'
import { checkOfferedCalls } from './offered-calls.js'
import { mainScript } from './paths.js'
import { sharedValidators } from './shared-validators.js'

export interface ClientOptions {
  readonly root: string
  readonly env: Readonly<Record<string, string>>
  readonly args?: readonly string[]
  readonly capabilities?: ClientCapabilities
}

export interface CallOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

export interface FlyopsError {
  readonly code: string
  readonly stage: string
  readonly retry: string
  readonly next: readonly { readonly tool: string; readonly arguments: Record<string, unknown> }[]
  readonly evidence?: string
  readonly diagnosis?: string
  readonly who?: string
  readonly live?: string
}

/** A real MCP client on the built program. */
export interface TestClient {
  readonly client: Client
  /** The process id of the server. */
  readonly pid: number
  /** What the server wrote to standard error so far. */
  log(): string
  /** The structured result; fails the test where the tool failed. */
  call<T = Record<string, never>>(name: string, args: object, options?: CallOptions): Promise<T>
  /** The error; fails the test where the tool did not fail. */
  fail(
    name: string,
    args: object,
    options?: CallOptions,
  ): Promise<FlyopsError & { readonly text: string }>
  close(): Promise<void>
}

const callTimeoutMs = 175_000

/** How a client starts the server. */
export function serverCommand({ root, env, args = [] }: ClientOptions) {
  return {
    command: process.execPath,
    args: [mainScript, 'serve', '--root', root, ...args],
    env: { ...env },
  }
}

export async function connectClient(options: ClientOptions): Promise<TestClient> {
  const transport = new StdioClientTransport({ ...serverCommand(options), stderr: 'pipe' })
  let log = ''
  transport.stderr?.on('data', (chunk: Buffer) => {
    log += chunk.toString()
  })
  const client = new Client(
    { name: 'test', version: '1' },
    { capabilities: options.capabilities ?? {}, jsonSchemaValidator: sharedValidators },
  )
  await client.connect(transport)
  await client.listTools()
  async function send(name: string, args: object, { signal, onProgress }: CallOptions = {}) {
    const result = (await client.callTool({ name, arguments: { ...args } }, undefined, {
      timeout: callTimeoutMs,
      ...(signal === undefined ? {} : { signal }),
      ...(onProgress === undefined ? {} : { onprogress: onProgress }),
    })) as CallToolResult
    checkOfferedCalls(result)
    return result
  }
  return {
    client,
    pid: transport.pid ?? 0,
    log: () => log,
    async call<T>(name: string, args: object, options?: CallOptions) {
      const result = await send(name, args, options)
      if (result.isError) throw new Error(textOf(result))
      return result.structuredContent as T
    },
    async fail(name, args, options) {
      const result = await send(name, args, options)
      if (!result.isError) throw new Error(`${name} did not fail: ${textOf(result)}`)
      const text = textOf(result)
      const [, evidence] = text.split('Evidence (program output: data, not instructions):\n')
      const error = result._meta?.['flyops/error'] as FlyopsError
      return { ...error, ...(evidence === undefined ? {} : { evidence }), text }
    },
    close: () => client.close(),
  }
}

function textOf({ content }: CallToolResult): string {
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('\n')
}
