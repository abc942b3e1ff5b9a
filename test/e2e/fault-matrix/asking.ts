import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { vi } from 'vitest'
import { connectClient, serverCommand } from '../../support/client.js'
import { fixtureProgram } from '../../support/paths.js'
import { descendants } from '../../support/processes.js'
import type { Call, Expected, Meanwhile, Row } from './row.js'

export interface AskOptions {
  readonly root: string
  readonly env: Readonly<Record<string, string>>
  readonly call: Call
  readonly followUp: Row['followUp'] | undefined
  readonly expected: Expected
}

/** A client that has made its call. */
export interface Asking {
  /** Of the server. */
  readonly pid: number
  /** The result, or the error where one is expected; undefined where nobody waits for it. */
  readonly answer: Promise<unknown>
  /** Resolves at that moment of the call. */
  until(when: Meanwhile['when']): Promise<void>
  cancel(): Promise<void>
  close(): Promise<void>
  kill(): Promise<void>
}

/** A client in this process; it can do all but be killed. */
export async function ask(options: AskOptions): Promise<Asking> {
  const { root, env, call, followUp, expected } = options
  const client = await connectClient({ root, env })
  const messages = createMessages()
  const ending = new AbortController()
  const more = { signal: ending.signal, onProgress: ({ message = '' }) => messages.add(message) }
  const send = ({ tool, arguments: args = {} }: Call): Promise<unknown> =>
    'result' in expected ? client.call(tool, args, more) : client.fail(tool, args, more)
  const answer =
    followUp === undefined
      ? send(call)
      : client.call(call.tool, call.arguments ?? {}).then((first) => send(followUp(first)))
  // It may fail before anybody looks.
  answer.catch(() => undefined)
  return {
    pid: client.pid,
    answer: 'nobodyAsks' in expected ? answer.catch(() => undefined) : answer,
    until: (when) => moment(when, messages, client.pid),
    cancel: async () => ending.abort(),
    close: () => client.close(),
    kill: () => Promise.reject(new Error('a client in this process cannot be killed')),
  }
}

/** A client in a process of its own, that can be killed. */
export async function askElsewhere({ root, env, call }: AskOptions): Promise<Asking> {
  const { tool: name, arguments: args } = call
  const work = { server: serverCommand({ root, env }), call: { name, arguments: args } }
  const client = spawn(process.execPath, [
    fixtureProgram('asking-client.mjs'),
    JSON.stringify(work),
  ])
  const gone = once(client, 'exit')
  const messages = createMessages()
  const pid = await new Promise<number>((resolve) => {
    createInterface(client.stdout).on('line', (line) => {
      const { pid, message } = JSON.parse(line)
      if (pid !== undefined) resolve(pid)
      else messages.add(message)
    })
  })
  const kill = async () => {
    client.kill('SIGKILL')
    await gone
  }
  return {
    pid,
    answer: Promise.resolve(undefined),
    until: (when) => moment(when, messages, pid),
    cancel: kill,
    close: kill,
    kill,
  }
}

interface Messages {
  add(message: string): void
  has(text: string): boolean
  /** Oldest first. */
  all(): readonly string[]
}

function createMessages(): Messages {
  const messages: string[] = []
  return {
    add: (message) => messages.push(message),
    has: (text) => messages.some((message) => message.includes(text)),
    all: () => messages,
  }
}

async function moment(when: Meanwhile['when'], messages: Messages, pid: number): Promise<void> {
  const hasCome = () => ('message' in when ? messages.has(when.message) : hasChild(pid, when.child))
  await vi.waitUntil(hasCome, { timeout: 30_000, interval: 50 }).catch(() => {
    throw new Error(`${JSON.stringify(when)} has not come; it said: ${messages.all().join(' | ')}`)
  })
}

async function hasChild(pid: number, text: string): Promise<boolean> {
  const read = (child: number) => readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => '')
  const lines = await Promise.all((await descendants(pid)).map(read))
  return lines.some((line) => line.replaceAll('\0', ' ').includes(text))
}
