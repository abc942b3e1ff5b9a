import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Host } from '../../src/stand-in/host.js'
import { runFlyctl } from '../../src/stand-in/program.js'
import { standInVersion } from '../../src/stand-in/version.js'

/** What the real flyctl asked the sandbox's API, and what it was told. */
export interface Exchange {
  /** `GET /v1/apps/hello1` */
  readonly request: string
  readonly body?: unknown
  /** Whether it carried a lease's nonce. */
  readonly lease?: boolean
  readonly status: number
  readonly answer: unknown
}

export interface Transcript {
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly stdin?: string
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
  readonly exchanges: readonly Exchange[]
}

export const fixtures = fileURLToPath(new URL('../fixtures/flyctl/', import.meta.url))

/** The recording of one command. `{version}` stands for the version of whoever runs it. */
export async function readTranscript(name: string): Promise<Transcript> {
  const recorded = await readFile(`${fixtures}${name}.json`, 'utf8')
  return JSON.parse(recorded.replaceAll('{version}', standInVersion))
}

export interface Asked {
  readonly request: string
  readonly body?: unknown
  readonly lease?: boolean
}

export interface ReplayServer extends AsyncDisposable {
  readonly url: string
  readonly asked: readonly Asked[]
}

/** Answers each request as its next recording does; the last one stays. */
export async function serve(
  exchanges: readonly Exchange[],
  onRequest: (request: string) => void = () => {},
): Promise<ReplayServer> {
  const asked: Asked[] = []
  const left = [...exchanges]
  const server = createServer((request, response) => {
    void handle(request, response)
  })
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request)
    const what = `${request.method} ${request.url}`
    const lease = request.headers['fly-machine-lease-nonce'] === undefined ? {} : { lease: true }
    asked.push({ request: what, ...(body === '' ? {} : { body: JSON.parse(body) }), ...lease })
    onRequest(what)
    const found = takeAnswer(left, what)
    response.writeHead(found?.status ?? 501, { 'fly-request-id': 'request-1' })
    response.end(JSON.stringify(found?.answer ?? { error: `nothing recorded for ${what}` }))
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function takeAnswer(left: Exchange[], what: string): Exchange | undefined {
  const index = left.findIndex(({ request }) => request === what)
  const isLast = !left.some(({ request }, other) => other !== index && request === what)
  return isLast ? left[index] : left.splice(index, 1)[0]
}

export interface Ran {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly url?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly stdin?: string
  readonly cwd?: string
  readonly signal?: AbortSignal
}

/** Runs the stand-in in this process, against the API at `url`. */
export async function run(command: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { url = 'http://127.0.0.1:1', env, stdin = '', cwd = fixtures, signal } = options
  const printed = { stdout: '', stderr: '' }
  const host: Host = {
    argv: command,
    env: {
      FLY_API_BASE_URL: url,
      FLY_FLAPS_BASE_URL: url,
      FLY_UIEX_BASE_URL: url,
      FLY_REGISTRY_HOST: 'registry.local',
      FLY_API_TOKEN: 'fo1_test',
      ...env,
    },
    cwd,
    out(chunk) {
      printed.stdout += chunk
    },
    err(chunk) {
      printed.stderr += chunk
    },
    readStdin: async () => stdin,
    signal: signal ?? new AbortController().signal,
  }
  return { exit: await runFlyctl(host), ...printed }
}

/** Requests of flyctl whose answers the stand-in does without: reads, addresses that nobody reads, statistics. */
const leftOut = [
  / GET \/api\/v1\/organizations\//,
  / POST \/api\/v1\/builds/,
  /egressIpAddresses/,
  /\/ip_assignments/,
  /^apps-create: GET \//,
  /^secrets-list: GET \/.*\/(machines|releases)/,
]

/** What does nothing in the sandbox: sections of fly.toml, statistics, and what a new volume is for. */
const unsent = ['files', 'statics', 'metrics', 'build_id', 'compute', 'compute_image', 'definition']

/** What of requests must be the same: without repeated polls, times, Go's zero values, and what is left out. */
export function comparable(recording: string, requests: readonly Asked[]): readonly string[] {
  const lines = requests.map(({ request, body, lease }) => {
    const text = JSON.stringify(sorted(body), (key, value) =>
      isSent(key, value) ? value : undefined,
    )
    return `${request} ${lease ? 'with its lease ' : ''}${text ?? ''}`
  })
  const isLeftOut = (line: string) =>
    leftOut.some((pattern) => pattern.test(`${recording}: ${line}`))
  const kept = lines.filter((line) => !isLeftOut(line))
  return kept.filter((line, index) => !(line.startsWith('GET ') && kept[index - 1] === line))
}

function isSent(key: string, value: unknown): boolean {
  if (unsent.includes(key)) return false
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0
  return value !== null && value !== '' && value !== false
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]))
}
