import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fixtureProgram, mainScript } from './paths.js'
import { played, type Script } from './played.js'

export interface HttpServerOptions {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly root?: string
  /** Default: a free one. */
  readonly port?: number
  /** What its docker and its flyctl do; the default is nothing. */
  readonly docker?: Script
  readonly flyctl?: Script
}

/** The built program, serving HTTP on a free port. */
export interface HttpServer {
  readonly url: URL
  readonly pid: number
  readonly stateDir: string
  /** What it has written on standard output and on standard error. */
  written(): { readonly stdout: string; readonly stderr: string }
  /** The calls that its docker and its flyctl got. */
  programCalls(): Promise<readonly string[]>
  /** Asks it to end, and waits for its exit status. */
  stop(): Promise<number | null>
}

export async function startHttpServer(options: HttpServerOptions = {}): Promise<HttpServer> {
  const folder = await mkdtemp(join(tmpdir(), 'flyops-http-'))
  const { PATH = '' } = process.env
  const { args = [], env = {}, root = folder, port = 0, docker = {}, flyctl = {} } = options
  const calls = join(folder, 'calls')
  const stateDir = join(folder, 'state')
  const server = spawn(
    process.execPath,
    [mainScript, 'serve', '--http', '--port', String(port), '--root', root, ...args],
    {
      env: {
        PATH,
        HOME: folder,
        FLYOPS_STATE_DIR: stateDir,
        FLYOPS_DOCKER: fixtureProgram('fake-docker'),
        FAKE_DOCKER: played(docker),
        FAKE_DOCKER_CALLS: calls,
        FLYOPS_FLYCTL: fixtureProgram('fake-flyctl'),
        FAKE_FLYCTL: played(flyctl),
        FAKE_FLYCTL_CALLS: calls,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const ended = once(server, 'exit') as Promise<[number | null]>
  const written = { stdout: '', stderr: '' }
  server.stdout.on('data', (chunk: Buffer) => {
    written.stdout += chunk.toString()
  })
  const url = await new Promise<URL>((resolve, reject) => {
    server.stderr.on('data', (chunk: Buffer) => {
      written.stderr += chunk.toString()
      const [, address] = /Listening on (\S+)/.exec(written.stderr) ?? []
      if (address !== undefined) resolve(new URL(address))
    })
    void ended.then(() => reject(new Error(`It ended: ${written.stderr}`)))
  })
  return {
    url,
    pid: server.pid ?? 0,
    stateDir,
    written: () => written,
    programCalls: async () =>
      (await readFile(calls, 'utf8').catch(() => '')).split('\n').filter((line) => line !== ''),
    async stop() {
      server.kill('SIGTERM')
      const [status] = await ended
      await rm(folder, { recursive: true, force: true })
      return status
    },
  }
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface HttpRequest {
  readonly method?: string
  /** Sent as they are, Host too. */
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string | Buffer
}

/** A request as any program may make it, which fetch is too polite for. */
export function send(url: URL, { method = 'POST', headers = {}, body = '' }: HttpRequest = {}) {
  return new Promise<HttpAnswer>((resolve, reject) => {
    const call = request(url, { method, headers, agent: false })
    // A server that has answered need not read on.
    let isAnswered = false
    call.on('error', (error) => isAnswered || reject(error))
    call.on('response', (response) => {
      isAnswered = true
      let text = ''
      const done = () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
        call.destroy()
      }
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      response.on('end', done).on('error', done)
    })
    call.end(body)
  })
}

/** Writes these very bytes, and resolves with all that comes back once the server closes or says no more. */
export function sendRaw({ port, hostname }: URL, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    let text = ''
    socket.setTimeout(5_000, () => socket.destroy())
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      socket.setTimeout(250)
    })
    socket.on('error', () => {}).on('close', () => resolve(text))
  })
}

/** What every client of MCP sends. */
export const mcpHeaders = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
}

export function bearer(token: string) {
  return { ...mcpHeaders, authorization: `Bearer ${token}` }
}

export function rpc(method: string, params: object = {}): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
}

export function toolCall(name: string, args: object): string {
  return rpc('tools/call', { name, arguments: args })
}

/** What a tool tells of an error. */
interface ToldError {
  readonly code?: string
  readonly who?: string
  readonly next?: readonly { readonly tool: string; readonly arguments: object }[]
}

interface RpcReply {
  readonly id?: unknown
  readonly error?: { readonly code: number; readonly message: string }
  readonly result?: {
    readonly isError?: boolean
    readonly tools?: readonly { readonly name: string }[]
    readonly structuredContent?: Readonly<Record<string, unknown>>
    readonly _meta?: Readonly<Record<string, ToldError>>
  }
}

/** The JSON-RPC message of an answer, which is JSON or the last event of a stream. */
export function replyOf({ text }: HttpAnswer): RpcReply {
  const data = text.split('\n').findLast((line) => line.startsWith('data: '))
  return JSON.parse(data === undefined ? text : data.slice('data: '.length))
}

/** The error that a tool raised. */
export function errorOf(answer: HttpAnswer): ToldError | undefined {
  return replyOf(answer).result?._meta?.['flyops/error']
}

export function errorCodeOf(answer: HttpAnswer): string | undefined {
  return errorOf(answer)?.code
}
