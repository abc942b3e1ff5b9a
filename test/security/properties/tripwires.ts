import childProcess from 'node:child_process'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import { basename, dirname, join, resolve } from 'node:path'
import timers from 'node:timers/promises'
import { playChild } from './played-child.js'
import type { Answer } from './program-answers.js'

/** A program that was started. */
export interface Started {
  /** Without its folder. */
  readonly program: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly shell: boolean
}

/** Takes the place of a program; undefined starts it. */
export type Play = (started: Started) => ((stdin: string) => Answer) | undefined

/** What the process itself did while a call ran, seen at Node's own doors. */
export interface Sightings {
  /** Programs that were started. */
  readonly started: Started[]
  /** What the call before started after its end. */
  readonly late: readonly Started[]
  /** Absolute paths, links resolved, whose content was read. */
  readonly read: Set<string>
  /** The same of what was written, made or removed. */
  readonly written: Set<string>
  /** `host:port` of connections. */
  readonly connected: Set<string>
  /** What was written to standard error. */
  logged: string
  /** What Node warns of: timers that overflow, listeners that are never removed. */
  readonly warnings: string[]
}

export interface Tripwires {
  /** What `work` does, and only that: two at a time would be mixed up. */
  watch(work: () => Promise<void>, play: Play): Promise<Sightings>
}

export interface TripwireOptions {
  /** Connections to these `host:port` lead to that port of loopback; all others are refused. */
  readonly reachable: ReadonlyMap<string, number>
}

// biome-ignore lint/suspicious/noExplicitAny: functions of Node, of every signature
type Doors = Record<string, (...args: any[]) => any>

const reading = ['readFile', 'readdir', 'opendir', 'createReadStream', 'watch']
const writing = [
  ...['writeFile', 'appendFile', 'createWriteStream', 'mkdir', 'mkdtemp', 'rm', 'rmdir'],
  ...['unlink', 'chmod', 'chown', 'lchown', 'utimes', 'lutimes', 'truncate'],
]
const starting = ['spawn', 'exec', 'execFile', 'fork', 'spawnSync', 'execSync', 'execFileSync']

/** Puts itself between this process and the system, for good. The clock jumps over every sleep. */
export function installTripwires({ reachable }: TripwireOptions): Tripwires {
  let sightings: Sightings | undefined
  const late: Started[] = []
  let playing: Play = () => undefined
  watchPrograms((started) => {
    ;(sightings?.started ?? late).push(started)
    return playing(started)
  })
  watchFiles({
    onRead: (path) => sightings?.read.add(realPath(path)),
    onWrite: (path) => sightings?.written.add(realPath(path)),
    onLog(text) {
      if (sightings !== undefined) sightings.logged += text
    },
  })
  watchConnections(reachable, (address) => sightings?.connected.add(address))
  skipSleeps()
  process.on('warning', ({ message }) => sightings?.warnings.push(message))
  syncBuiltinESMExports()
  return {
    async watch(work, play) {
      const seen = nothingYet(late.splice(0))
      sightings = seen
      playing = play
      try {
        await work()
        return seen
      } finally {
        sightings = undefined
      }
    },
  }
}

function nothingYet(late: readonly Started[]): Sightings {
  return {
    late,
    started: [],
    read: new Set(),
    written: new Set(),
    connected: new Set(),
    logged: '',
    warnings: [],
  }
}

function watchPrograms(onStart: Play): void {
  const doors = childProcess as unknown as Doors
  for (const name of starting) {
    const door = doors[name]
    if (door === undefined) continue
    doors[name] = (path: string, ...more: unknown[]) => {
      const args = Array.isArray(more[0]) ? more[0] : []
      const options = more.find((each) => isOptions(each)) ?? {}
      const shell = name === 'exec' || name === 'execSync' || Boolean(options.shell)
      const { env = process.env, stdio } = options
      const answer = onStart({ program: basename(path), args, env, shell })
      if (answer === undefined || name !== 'spawn') return door.call(childProcess, path, ...more)
      return playChild(answer, !Array.isArray(stdio) || stdio[0] !== 'ignore')
    }
  }
}

interface Options {
  readonly shell?: unknown
  readonly env?: Started['env']
  readonly stdio?: unknown
}

function isOptions(value: unknown): value is Options {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

interface FileWatch {
  onRead(path: unknown): void
  onWrite(path: unknown): void
  /** What goes no further. */
  onLog(text: string): void
}

function watchFiles({ onRead, onWrite, onLog }: FileWatch): void {
  const realpath = fs.realpathSync
  resolveLinks = (path) => realpath(path)
  for (const doors of [fs, fs.promises] as unknown as Doors[]) {
    const before = (name: string, look: (...args: unknown[]) => void) => {
      for (const each of [name, `${name}Sync`]) {
        const door = doors[each]
        if (door === undefined) continue
        doors[each] = (...args: unknown[]) => {
          look(...args)
          return door.apply(doors, args)
        }
      }
    }
    for (const name of reading) before(name, onRead)
    for (const name of writing) before(name, onWrite)
    before('open', (path, flags = 'r') => (isWriting(flags) ? onWrite(path) : onRead(path)))
    for (const name of ['copyFile', 'cp', 'link'])
      before(name, (from, to) => {
        onRead(from)
        onWrite(to)
      })
    before('rename', (from, to) => {
      onWrite(from)
      onWrite(to)
    })
    before('symlink', (_target, path) => onWrite(path))
  }
  const { writeSync } = fs
  fs.writeSync = ((fd: number, text: string, ...more: []) => {
    if (fd !== 2) return writeSync(fd, text, ...more)
    onLog(String(text))
    return Buffer.byteLength(text)
  }) as typeof writeSync
}

function isWriting(flags: unknown): boolean {
  if (typeof flags !== 'number') return flags !== 'r'
  const { O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND } = fs.constants
  return (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND)) !== 0
}

let resolveLinks = (path: string) => path

/** A path that is not there yet lies where its folder does. */
export function realPath(path: unknown): string {
  if (typeof path !== 'string') return String(path)
  try {
    return resolveLinks(path)
  } catch {
    const folder = dirname(resolve(path))
    return folder === '/' ? resolve(path) : join(realPath(folder), basename(path))
  }
}

function watchConnections(
  reachable: ReadonlyMap<string, number>,
  onConnection: (address: string) => void,
): void {
  const { connect } = net.Socket.prototype
  net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
    const [normalized] = args
    const options = (Array.isArray(normalized) ? normalized[0] : normalized) as {
      host?: string
      port?: number
      path?: string
    }
    const address = options.path ?? `${options.host}:${options.port}`
    onConnection(address)
    const port = reachable.get(address)
    if (port === undefined) {
      const refusal = new Error(`connect ECONNREFUSED ${address}`)
      process.nextTick(() => this.destroy(Object.assign(refusal, { code: 'ECONNREFUSED' })))
      return this
    }
    Object.assign(options, { host: '127.0.0.1', port })
    return connect.apply(this, args as Parameters<typeof connect>)
  } as typeof connect
}

/** While nothing is done the clock runs faster: what looks each second for an hour is to look a few times. */
const hurry = 100

/** Sleeping takes no time here, and all that measures time is told that it did. */
function skipSleeps(): void {
  let skippedMs = 0
  const now = performance.now.bind(performance)
  performance.now = () => now() + skippedMs
  timers.setTimeout = (async (
    delayMs = 0,
    value?: unknown,
    options: { signal?: AbortSignal } = {},
  ) => {
    options.signal?.throwIfAborted()
    skippedMs += delayMs * hurry
    await timers.setImmediate()
    return value
  }) as typeof timers.setTimeout
}
