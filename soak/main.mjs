// Makes calls of many kinds against the built server in the sandbox, over stdio and HTTP, cancels some, kills
// programs and whole servers meanwhile, and prints what is left of it all; exit 1 where something is.
// Flags: --calls N (2000), --seed N.
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { withSandbox } from '../bench/with-sandbox.mjs'
import { apps, choose, createRandom, fates, kindsOf, passing } from './calls.mjs'
import { withProject } from './project.mjs'
import { startHttpServer, startStdioServer } from './servers.mjs'
import { compare, programsOf, readTraces } from './traces.mjs'

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
  },
})
const calls = Number(values.calls)
const random = createRandom(Number(values.seed))
/** Lanes of calls that are made side by side. */
const lanes = { stdio: 4, http: 3, killed: 1 }
const startedAt = Date.now()
const outcomes = new Map()
const faults = []
let made = 0

function print(line) {
  process.stdout.write(`${line}\n`)
}

function note(name, fate, outcome) {
  made += 1
  const key = `${name} ${fate}`
  const ofKind = outcomes.get(key) ?? new Map()
  ofKind.set(outcome, (ofKind.get(outcome) ?? 0) + 1)
  outcomes.set(key, ofKind)
  const isFault = outcome === 'internal' || (outcome === 'no answer' && fate !== 'server killed')
  if (isFault) faults.push(`${key}: ${outcome}`)
  if (made % 200 === 0) print(`${made} calls after ${seconds()} s`)
}

function seconds() {
  return Math.round((Date.now() - startedAt) / 1000)
}

/** Something that is there to be deployed, tested and asked about. */
async function prepare(server) {
  const [app, other] = apps
  const { image } = await server.result('ship', { app, skip_test: true })
  await server.result('create_app', { app: other })
  await server.result('deploy_image', { app: other, image })
  return image
}

function nextCall(kinds) {
  const { name, args } = choose(kinds, random)
  return { name, args: typeof args === 'function' ? args() : args }
}

/** One call, and what becomes of it. */
async function call(server, kinds, temporary) {
  const { name, args } = nextCall(kinds)
  const { fate } = choose(fates, random)
  const stopping = new AbortController()
  const answered = server.outcome(name, args, stopping.signal)
  const afterMs = random() * 1_500
  if (fate === 'cancelled') void sleep(afterMs).then(() => stopping.abort('caller is gone'))
  if (fate === 'program killed') void sleep(afterMs).then(() => killOne(temporary))
  note(name, fate, await answered)
}

/** Any program that runs for a server, as the system might end it for want of memory. */
async function killOne(temporary) {
  const programs = (await programsOf(temporary)).filter(({ line }) => !/ serve /.test(line))
  const chosen = programs[Math.floor(random() * programs.length)]
  if (chosen === undefined) return
  try {
    process.kill(chosen.pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}

/** A call whose server is killed in the middle of it. */
async function callAndKill(start, kinds) {
  const { name, args } = nextCall(kinds)
  const server = await start()
  const answered = server.outcome(name, args)
  await Promise.race([answered, sleep(random() * 3_000)])
  process.kill(server.pid, 'SIGKILL')
  note(name, 'server killed', await answered)
  await server.close()
}

async function soak({ servers, start, kinds, temporary }) {
  let left = calls
  const lane = async (work) => {
    while (left > 0) {
      left -= 1
      await work()
    }
  }
  const of = (count, work) => Array.from({ length: count }, () => lane(work))
  await Promise.all([
    ...of(lanes.stdio, () => call(servers.stdio, kinds, temporary)),
    ...of(lanes.http, () => call(servers.http, kinds, temporary)),
    ...of(lanes.killed, () => callAndKill(start, kinds)),
  ])
}

const settleMs = 120_000

/** Until no program runs for a server any more: jobs go on where their callers are gone. */
async function settle({ servers, temporary }) {
  const own = Object.values(servers).map(({ pid }) => pid)
  const until = Date.now() + settleMs
  while (Date.now() < until && (await programsOf(temporary, own)).length > 0) await sleep(500)
}

/** What a killed server has left goes when the next one starts and works. */
async function cleanUp(start, image) {
  const server = await start()
  const { apps: found } = await server.result('list_apps', { limit: 100 })
  for (const { app } of found.filter((each) => passing.test(each.app)))
    await server.result('destroy_app', { app, confirm: app })
  await server.result('test_image', { image })
  await server.close()
}

async function measure(project, sandbox) {
  const { root, temporary, state, home } = project
  const { PATH } = process.env
  const env = { PATH, HOME: home, TMPDIR: temporary, FLYOPS_STATE_DIR: state, ...sandbox }
  const start = () => startStdioServer({ root, env })
  const servers = { stdio: await start(), http: await startHttpServer({ root, env, home }) }
  const place = { servers, temporary, state, env: sandbox }
  try {
    const image = await prepare(servers.stdio)
    const kinds = kindsOf(image)
    // Code and connections that stay are not leaks: every kind of call once, by each server.
    for (const server of Object.values(servers))
      for (const { name, args } of kinds)
        await server.outcome(name, typeof args === 'function' ? args() : args)
    await cleanUp(start, image)
    await settle(place)
    const before = await readTraces(place)
    print(`prepared after ${seconds()} s`)
    await soak({ ...place, start, kinds })
    await settle(place)
    await cleanUp(start, image)
    await settle(place)
    return { before, after: await readTraces(place) }
  } finally {
    for (const server of Object.values(servers)) await server.close()
  }
}

const { before, after } = await withSandbox((sandbox) =>
  withProject((project) => measure(project, sandbox)),
)
for (const [kind, counts] of [...outcomes].sort())
  print(`${kind.padEnd(32)} ${[...counts].map(([name, count]) => `${name} ${count}`).join(', ')}`)
print(`${made} calls in ${seconds()} s`)
for (const fault of faults) print(`FAULT ${fault}`)
process.exitCode = compare(before, after, print) && faults.length === 0 ? 0 : 1
