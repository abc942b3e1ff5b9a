import { appendFileSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { createBoundedLines } from '../../process/bounded-lines.js'
import { runPiped } from '../../process/piped.js'
import { createRedact } from '../../process/redact.js'
import type { Environment } from '../options.js'
import type { CallEntry, MessageEntry } from './record.js'
import { createSecrets } from './secrets-shown.js'
import { createTap } from './tap.js'

export interface ListenInOptions {
  /** flyops itself, and what it is called with. */
  readonly node: string
  readonly script: string
  readonly args: readonly string[]
  readonly env: Environment
  readonly stdin: Readable
  readonly stdout: Writable
  readonly ending: AbortSignal
  /** Gets what was called, and what was answered, as JSON lines. */
  readonly file: string
  /** The variables whose values must not show. */
  readonly secretNames: readonly string[]
}

/** No message of MCP is longer. */
const maxLineBytes = 64 * 1024 * 1024

/** Of a verb's output so much is looked at. */
const maxOutputBytes = 1024 * 1024

/** Runs flyops as it was called, and writes down what is said to it and what it answers. The result is its exit status. */
export function listenIn(options: ListenInOptions): Promise<number> {
  const { env, file, secretNames } = options
  const planted = secretNames.flatMap((name) => (env[name] ? [[name, env[name]] as const] : []))
  const secrets = createSecrets(Object.fromEntries(planted))
  const redact = createRedact(env.FLY_API_TOKEN ? [env.FLY_API_TOKEN] : [])
  const onEntry = (entry: CallEntry | MessageEntry) =>
    appendFileSync(file, `${JSON.stringify(entry)}\n`, { mode: 0o600 })
  const tap = createTap({ now: Date.now, redact, secrets, onEntry })
  return isServer(options.args) ? serve(options, tap) : runVerb(options, tap)
}

function isServer([verb]: readonly string[]): boolean {
  return verb === undefined || verb === 'serve'
}

function serve(options: ListenInOptions, tap: ReturnType<typeof createTap>): Promise<number> {
  const lines = (listen: (line: string) => void) =>
    createBoundedLines(maxLineBytes, {
      onLine: (line) => listen(line.toString()),
      onTooLong: () => {},
    })
  const [asked, answered] = [lines(tap.fromClient), lines(tap.fromServer)]
  return runPiped(command(options), {
    ...options,
    onInput: (chunk) => asked.write(chunk),
    onOutput: (chunk) => answered.write(chunk),
  })
}

/** A verb of the command line is a call too: its answer is what it prints on standard output. */
async function runVerb(
  options: ListenInOptions,
  tap: ReturnType<typeof createTap>,
): Promise<number> {
  const [verb = '', ...argv] = options.args
  const params = { name: verb.replaceAll('-', '_'), arguments: { argv } }
  tap.fromClient(JSON.stringify({ id: 1, method: 'tools/call', params }))
  let output = ''
  const status = await runPiped(command(options), {
    ...options,
    onInput: () => {},
    onOutput(chunk) {
      if (output.length < maxOutputBytes) output += chunk.toString()
    },
  })
  const result = { isError: status !== 0, content: [{ type: 'text', text: output }] }
  tap.fromServer(JSON.stringify({ id: 1, result }))
  return status
}

function command({ node, script, args, env }: ListenInOptions) {
  return { program: node, args: [script, ...args], env }
}
