import { writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { FlyopsError } from '../errors.js'
import { compareRecords } from '../sandbox/experiments/compare.js'
import { runExperiments } from '../sandbox/experiments/experiments.js'
import { findScenario, readLibrary } from '../sandbox/experiments/library.js'
import { listenIn } from '../sandbox/experiments/listen-in.js'
import { type Outcome, readRecord } from '../sandbox/experiments/record.js'
import { junitOf, tableOf } from '../sandbox/experiments/report.js'
import type { Scenario } from '../sandbox/experiments/scenario.js'
import { setUp } from '../sandbox/experiments/set-up.js'
import { quoted, type SandboxOptions } from '../sandbox/sandbox.js'
import { readNumber } from './flags.js'
import type { Host } from './host.js'
import { type SandboxFlags, sandboxOptions } from './sandbox-options.js'

interface RunFlags extends SandboxFlags {
  readonly scenario: readonly string[]
  readonly list?: boolean
  readonly seed?: number
  readonly atOnce: number
  readonly atLeast: number
  readonly json?: boolean
  readonly junit?: string
  readonly record?: string
  readonly window?: boolean
}

/** `flyops sandbox run`: lets a command loose on a fresh local Fly, and scores it. */
export function runVerb(host: Host, exit: (status: number) => void): Command {
  const verb = new Command('run')
    .description(
      'run a command on a fresh local Fly, and score what it reached: exit status 1 where that is too little',
    )
    .argument('[command...]', 'after --: an agent, a script or a test')
    .option('--scenario <names...>', 'of those that --list shows, files, or all', [])
    .option('--list', 'show the scenarios that come with flyops')
    .option('--seed <number>', "instead of each scenario's own", readNumber)
    .option('--at-once <number>', 'how many run side by side', readCount, 1)
    .option('--at-least <score>', 'of a hundred, for each scenario', readNumber, 100)
    .option('--json', 'print the outcomes as JSON, and nothing else, on standard output')
    .option('--junit <file>', 'write the goals as test cases')
    .option('--window', 'print the address of a page that shows each run, for a browser')
    .option('--record <folder>', 'keep what each run called and asked, redacted, as JSON lines')
    .option('--install', 'on Debian or Ubuntu, as root: install Docker where no engine answers')
    .option('--log-level <level>', 'debug, info, warn, error or silent', 'error')
  return verb.action(async (command: readonly string[]) => {
    const flags = verb.opts<RunFlags>()
    if (flags.list) return list(host)
    const outcomes = await run(flags, command, host)
    host.stdout.write(`${flags.json ? JSON.stringify(outcomes, null, 2) : tableOf(outcomes)}\n`)
    if (flags.junit !== undefined)
      await writeFile(resolve(host.cwd, flags.junit), junitOf(outcomes))
    if (outcomes.some(({ score }) => score < flags.atLeast)) exit(1)
  })
}

/** The scenarios that are built into the package. */
function folderOf({ script }: Host): string {
  return join(dirname(script), 'scenarios')
}

async function list(host: Host): Promise<void> {
  for (const { name, title } of await readLibrary(folderOf(host)))
    host.stdout.write(`${name.padEnd(32)} ${title}\n`)
}

async function run(
  flags: RunFlags,
  command: readonly string[],
  host: Host,
): Promise<readonly Outcome[]> {
  const { cwd, node, script, ending: signal, stderr } = host
  if (command.length === 0 || flags.scenario.length === 0)
    throw new FlyopsError('invalid_input', 'sandbox', 'There is nothing to run.', {
      remedy: 'For example: flyops sandbox run --scenario first-deploy -- node agent.mjs',
    })
  const scenarios = (await Promise.all(flags.scenario.map((name) => named(name, host)))).flat()
  const sandbox = await sandboxOptions(host, flags)
  return runExperiments({
    scenarios,
    seed: flags.seed,
    atOnce: flags.atOnce,
    command,
    cwd,
    root: join(dirname(sandbox.stateDir), 'experiments'),
    recordFolder: flags.record === undefined ? undefined : resolve(cwd, flags.record),
    // A command knows that its app stays up: no need to look for as long as at Fly.
    sandbox: {
      ...sandbox,
      smokeSeconds: host.env.FLYOPS_SANDBOX_SMOKE_SECONDS ? sandbox.smokeSeconds : 1,
    },
    flyops: { node, script },
    signal,
    onOutcome: ({ scenario, score, seconds }) =>
      void stderr.write(`${scenario}: ${score} of 100, in ${seconds} s\n`),
    onWindow({ name }, url) {
      if (flags.window) stderr.write(`${name}: window ${url}\n`)
    },
  })
}

async function named(name: string, host: Host): Promise<readonly Scenario[]> {
  const folder = folderOf(host)
  return name === 'all' ? readLibrary(folder) : [await namedScenario(name, host)]
}

/** One that comes with flyops, else a file. Raises `invalid_input`. */
export function namedScenario(name: string, host: Host): Promise<Scenario> {
  return findScenario(name, { folder: folderOf(host), cwd: host.cwd })
}

/** Brings a sandbox that is up to where a scenario begins; the result tells what to do there. */
export async function beginScenario(
  scenario: Scenario,
  sandbox: SandboxOptions,
  { node, script, ending: signal }: Host,
  seed = scenario.seed,
): Promise<string> {
  const root = await setUp({ scenario, seed, sandbox, flyops: { node, script }, signal })
  const secrets = Object.entries(scenario.secrets)
  return [
    `  scenario  ${scenario.title}, with seed ${seed}`,
    `  project   ${root}`,
    `  task      ${scenario.task}`,
    ...secrets.map(([name, value]) => `  secret    export ${name}=${quoted(value)}`),
  ].join('\n')
}

function readCount(text: string): number {
  const count = readNumber(text)
  if (Number.isInteger(count) && count >= 1 && count <= 64) return count
  throw new InvalidArgumentError('It must be a whole number from 1 to 64.')
}

/** `flyops sandbox compare`: exit status 1 where two runs differ. */
export function compareVerb(host: Host, exit: (status: number) => void): Command {
  const verb = new Command('compare')
    .description('show where two runs part, by the records that `run --record` kept')
    .argument('<record>')
    .argument('<other>')
  return verb.action(async (one: string, other: string) => {
    const read = (file: string) => readRecord(resolve(host.cwd, file))
    const { isSame, text } = compareRecords(await read(one), await read(other))
    host.stdout.write(`${text}\n`)
    if (!isSame) exit(1)
  })
}

/** flyops as a command of an experiment has it; not for people. */
export function listenVerb(host: Host, exit: (status: number) => void): Command {
  const verb = new Command('listen')
    .argument('[args...]')
    .requiredOption('--calls <file>')
    .option('--secret <names...>', '', [])
  return verb.action(async (args: readonly string[]) => {
    const { calls, secret } = verb.opts<{ calls: string; secret: readonly string[] }>()
    exit(await listenIn({ ...host, args, file: calls, secretNames: secret }))
  })
}
