import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { errorCodes } from '../../../src/error-codes.js'
import type { Tool } from '../../../src/tools/tool.js'
import type { Call } from './arbitrary-calls.js'
import { isIntended, looksOnly } from './intended-commands.js'
import { realPath, type Sightings } from './tripwires.js'
import { appHost, canaries, registryHost, type World } from './world.js'

/** One call, and all that became of it. */
export interface Seen {
  readonly call: Call
  readonly tool: Tool
  readonly result: CallToolResult
  readonly sightings: Sightings
}

export interface Surroundings {
  readonly world: World
  /** What lay outside the project before all calls. */
  readonly outside: string
}

type Rule = (seen: Seen, surroundings: Surroundings) => Iterable<string> | AsyncIterable<string>

/** No answer is longer, whatever was asked. */
const mostAnswerBytes = 256 * 1024

/** What must hold after every call, in the words of a failure. */
export async function brokenRules(seen: Seen, surroundings: Surroundings): Promise<string[]> {
  const rules = [answers, programs, files, connections, scope, secrets, leftovers]
  const broken: string[] = []
  for (const rule of rules) for await (const each of rule(seen, surroundings)) broken.push(each)
  return broken
}

/** What a terminal obeys, and what hides or turns text around. */
const unseen = /(?![\t\n])\p{Cc}|\p{Bidi_Control}|[\u200b\ufeff]/u

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [key, ...textsIn(inner)])
}

const answers: Rule = function* ({ result, tool, sightings }) {
  const sizeBytes = Buffer.byteLength(JSON.stringify(result))
  if (sizeBytes > mostAnswerBytes) yield `the answer has ${sizeBytes} bytes`
  for (const text of textsIn(result))
    if (unseen.test(text))
      yield `the answer is no plain text: ${JSON.stringify(text.slice(0, 200))}`
  const { code } = (result._meta?.['flyops/error'] ?? {}) as { code?: string }
  if (result.isError) {
    if (code === 'internal') yield `the answer is an internal error: ${faultIn(sightings.logged)}`
    if (!errorCodes.some((known) => known === code)) yield `there is no error ${code}`
    return
  }
  const parsed = tool.output.safeParse(result.structuredContent)
  if (!parsed.success) yield `the answer has another form: ${parsed.error.message}`
}

/** Of the last internal error in the log: what it was, and where. */
function faultIn(logged: string): string {
  const line = logged.split('\n').findLast((each) => each.includes('internal error')) ?? '{}'
  const { stack = 'not logged' } = JSON.parse(line).err ?? {}
  const [what, where] = stack.split(/\n(?=\s+at (?!JSON))/)
  return `${what.slice(0, 200)} ${where?.trim().split(' (')[0] ?? ''}`
}

const programs: Rule = function* ({ sightings }, { world }) {
  for (const { program: name, args, env, shell } of sightings.started) {
    const line = [name, ...args.map((arg) => JSON.stringify(arg))].join(' ')
    if (shell) yield `a shell was started for ${line}`
    if (!isIntended(name, args)) yield `nobody means to start: ${line}`
    const strays = args
      .flatMap(pathsIn)
      .filter((path) => !isIn([world.root, world.temporary], realPath(path)))
    if (strays.length > 0) yield `${line} names what lies outside: ${strays.join(', ')}`
    for (const secret of secretsNotFor(name)) if (secret in env) yield `${name} is given ${secret}`
  }
}

/** What flyops logs in with elsewhere than where that program does. */
function secretsNotFor(program: string): readonly string[] {
  const own = ['FLYOPS_HTTP_TOKEN', 'FLYOPS_GIT_TOKEN', 'FLYOPS_DATABASE_URL']
  return program === 'git' ? [...own, 'FLY_API_TOKEN', 'APP_SECRET'] : own
}

const fixedPaths = /^\/(?:proc\/net\/tcp6?|dev\/null|sys\/fs\/cgroup\/[\w./]+)$/

function pathsIn(arg: string): readonly string[] {
  const path = /^(?:--[\w-]+=|id=[^,]*,src=|file:\/\/)?(\/.*)$/s.exec(arg)?.[1]
  return path === undefined || fixedPaths.test(path) ? [] : [path]
}

function isIn(folders: readonly string[], path: string): boolean {
  return folders.some((folder) => path === folder || path.startsWith(`${folder}/`))
}

/** By which one process is told from another. */
const aboutProcesses = /^\/proc\/(?:\d+\/(?:stat|cgroup)|sys\/kernel\/random\/boot_id)$/

const files: Rule = async function* ({ sightings }, { world, outside }) {
  const { root, state, temporary, home } = world
  // Modules are loaded when they are needed first.
  const readable = [root, state, temporary, home, process.cwd()]
  for (const path of sightings.read)
    if (!isIn(readable, path) && !aboutProcesses.test(path)) yield `it read ${path}`
  for (const path of sightings.written)
    if (!isIn([root, state, temporary], path)) yield `it wrote ${path}`
  if ((await world.outsideNow()) !== outside) yield 'what lies outside has changed'
}

const connections: Rule = function* ({ sightings }) {
  for (const address of sightings.connected)
    if (address !== appHost && address !== registryHost) yield `it connected to ${address}`
}

/** A token for one app reaches no other. */
const scope: Rule = function* ({ call, sightings }) {
  if (call.caller === 'local') return
  for (const { args } of sightings.started)
    for (const app of appsIn(args))
      if (app !== 'hello') yield `it reached ${app}: ${args.join(' ')}`
}

function appsIn(args: readonly string[]): readonly string[] {
  const [first, second, third = ''] = args
  const isOwn = first === 'apps' && (second === 'create' || second === 'destroy')
  return isOwn ? [third] : args.filter((_arg, at) => args[at - 1] === '--app')
}

const secrets: Rule = async function* ({ result, sightings }, { world }) {
  const places = {
    'the answer': JSON.stringify(result),
    'the journal': await world.journal(),
    'the log': sightings.logged,
    'the arguments of a program': JSON.stringify(sightings.started.map(({ args }) => args)),
  }
  for (const [place, text] of Object.entries(places))
    for (const [name, value] of Object.entries(canaries))
      if (text.includes(value)) yield `${place} shows ${name}`
}

const leftovers: Rule = async function* ({ sightings }, { world }) {
  for (const { program, args } of sightings.late)
    if (!looksOnly(program, args))
      yield `the call before went on after its end: ${[program, ...args].join(' ')}`
  for (const warning of sightings.warnings) yield `Node warns: ${warning}`
  const left = await world.leftOver()
  if (left.length > 0) yield `it left ${left.join(', ')} in the folder for temporary files`
}
