import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { silentPrograms } from './fake-programs.js'
import { mainScript } from './paths.js'

export interface StdioAnswer {
  readonly id?: string | number | null
  readonly error?: { readonly code: number; readonly message: string }
  readonly result?: {
    readonly isError?: boolean
    readonly content?: readonly { readonly text: string }[]
    readonly structuredContent?: Readonly<Record<string, unknown>>
    readonly _meta?: { readonly 'flyops/error'?: { readonly code: string } }
  }
}

/** The built program on standard input, for lines that no client would write. */
export interface StdioServer {
  readonly process: ChildProcess
  readonly stateDir: string
  /** The bytes as they are; a line needs its end. */
  write(bytes: string | Uint8Array): void
  /** The next message that comes back. */
  answer(): Promise<StdioAnswer>
  /** The calls that its docker and its flyctl got. */
  programCalls(): Promise<readonly string[]>
  /** Ends its standard input, and waits for its exit status. */
  end(): Promise<number | null>
}

export async function startStdioServer(
  env: Readonly<Record<string, string>> = {},
  root?: string,
): Promise<StdioServer> {
  const folder = await mkdtemp(join(tmpdir(), 'flyops-stdio-'))
  const calls = join(folder, 'calls')
  const stateDir = join(folder, 'state')
  const { PATH = '' } = process.env
  const server = spawn(process.execPath, [mainScript, 'serve', '--root', root ?? folder], {
    env: {
      PATH,
      HOME: folder,
      FLYOPS_STATE_DIR: stateDir,
      ...silentPrograms(calls),
      ...env,
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const ended = once(server, 'exit') as Promise<[number | null]>
  server.stdin.on('error', () => {})
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]()
  return {
    process: server,
    stateDir,
    write: (bytes) => server.stdin.write(bytes),
    async answer() {
      const { value, done } = await lines.next()
      if (done) throw new Error('The server ended.')
      return JSON.parse(value)
    },
    programCalls: async () =>
      (await readFile(calls, 'utf8').catch(() => '')).split('\n').filter((line) => line !== ''),
    async end() {
      server.stdin.end()
      const [status] = await ended
      await rm(folder, { recursive: true, force: true })
      return status
    },
  }
}
