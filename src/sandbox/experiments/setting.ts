import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { FlyopsError } from '../../errors.js'
import { lastLines } from '../../process/tail.js'
import { quoted } from '../environment.js'
import type { NewFault } from '../faults/fault.js'
import type { Environment, SandboxOptions } from '../options.js'
import { createProject } from './project.js'
import type { Scenario } from './scenario.js'

export interface ExperimentOptions {
  readonly scenario: Scenario
  /** Changes what a fault's probability strikes. */
  readonly seed: number
  /** The program and its arguments; it starts in `cwd`. */
  readonly command: readonly string[]
  readonly cwd: string
  /** Absolute; of this run alone, and gone afterwards. */
  readonly folder: string
  /** Gets the record, where it is wanted. */
  readonly recordFile: string | undefined
  /** For the run's own sandbox; the engine answers already. */
  readonly sandbox: SandboxOptions
  /** Absolute paths of flyops, to be called. */
  readonly flyops: { readonly node: string; readonly script: string }
  readonly signal: AbortSignal
  /** Told how the run's sandbox is reached, once it is up. */
  readonly onPlatform: (env: Readonly<Record<string, string>>) => void
}

export interface Setting {
  /** The project's folder. */
  readonly root: string
  /** Where flyops keeps what it remembers. */
  readonly state: string
  readonly callsFile: string
  /** Of the command. */
  readonly env: Environment
  readonly commits: { readonly first: string; readonly last: string }
}

/** The project, what flyops has done before, and the environment of the command. */
export async function prepare(
  options: ExperimentOptions,
  platform: Readonly<Record<string, string>>,
): Promise<Setting> {
  const { scenario, folder, sandbox } = options
  const [root, state, bin] = ['project', 'flyops', 'bin'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  const callsFile = join(folder, 'calls.jsonl')
  await writeFlyops(bin, options, callsFile)
  const env: Environment = {
    ...withoutFly(sandbox.env),
    ...platform,
    ...scenario.secrets,
    PATH: [
      bin,
      ...(platform.FLYOPS_FLYCTL ? [join(folder, 'sandbox', 'bin')] : []),
      sandbox.env.PATH,
    ].join(delimiter),
    FLYOPS_ROOT: root,
    FLYOPS_STATE_DIR: state,
    FLYOPS_SCENARIO: scenario.name,
    FLYOPS_TASK: scenario.task,
    FLYOPS_LOG_LEVEL: sandbox.env.FLYOPS_LOG_LEVEL || 'warn',
    ...(scenario.first === undefined ? {} : { FLYOPS_FIRST_CALL: JSON.stringify(scenario.first) }),
  }
  return { root, state, callsFile, env, commits: await layOut(options, root, env) }
}

/** The project, in a folder that is made, and what flyops has done before. */
export async function layOut(
  options: Pick<ExperimentOptions, 'scenario' | 'sandbox' | 'flyops' | 'signal'>,
  root: string,
  env: Environment,
): Promise<Setting['commits']> {
  const { scenario, sandbox } = options
  const project = await createProject({ folder: root, env: sandbox.env, run: sandbox.run })
  const first = await project.commit(scenario.files, 'Begin')
  for (const args of scenario.before) await runBefore(options, args, env)
  const isChanged = Object.keys(scenario.change).length > 0
  const last = isChanged ? await project.commit(scenario.change, 'Change') : first
  for (const args of scenario.after_change) await runBefore(options, args, env)
  return { first, last }
}

/** Each fault has a seed of its own, and all of them another one in a run with another seed. */
export function faultsOf({ faults }: Scenario, seed: number): readonly NewFault[] {
  return faults.map((fault, index) => ({
    ...fault,
    seed: 10_007 * seed + 101 * index + fault.seed,
  }))
}

/** The user's own Fly is no matter of an experiment. */
function withoutFly(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^FLY_/.test(name)))
}

/** A `flyops` for the command, which writes down what it is called with and what it answers. */
async function writeFlyops(
  bin: string,
  { flyops, scenario }: ExperimentOptions,
  callsFile: string,
): Promise<void> {
  const path = join(bin, 'flyops')
  const names = Object.keys(scenario.secrets).map((name) => `--secret=${name}`)
  const line = [flyops.node, flyops.script, 'sandbox', 'listen', `--calls=${callsFile}`, ...names]
  await mkdir(bin, { mode: 0o700 })
  await writeFile(path, `#!/bin/sh\nexec ${line.map(quoted).join(' ')} -- "$@"\n`)
  await chmod(path, 0o755)
}

async function runBefore(
  { flyops, sandbox, signal }: Pick<ExperimentOptions, 'flyops' | 'sandbox' | 'signal'>,
  args: readonly string[],
  env: Environment,
): Promise<void> {
  const program = { program: flyops.node, args: [flyops.script, ...args], env }
  const { outcome, stderr, stdout } = await sandbox.run(program, { signal })
  if (outcome === 'ok') return
  const message = `The scenario could not be prepared: flyops ${args.join(' ')} failed.`
  throw new FlyopsError('internal', 'sandbox', message, { evidence: lastLines(stderr || stdout) })
}
