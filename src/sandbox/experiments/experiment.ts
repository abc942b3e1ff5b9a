import { mkdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { FlyopsError } from '../../errors.js'
import { findProgram } from '../../process/programs.js'
import { createRedact } from '../../process/redact.js'
import { lastLines } from '../../process/tail.js'
import { addFault, clearFaults } from '../faults/edit.js'
import type { Observer } from '../observer.js'
import { stateFiles } from '../state-folder.js'
import { createEvidence, type Evidence, type ShownMachine } from './evidence.js'
import { findLeaks } from './leaks.js'
import { openPlatform } from './platform.js'
import {
  callsIn,
  type Entry,
  type Happening,
  type Outcome,
  readCalls,
  writeRecord,
} from './record.js'
import { createRunView } from './run-view.js'
import { bytesToModel, judge, scoreOf } from './score.js'
import { createSecrets } from './secrets-shown.js'
import { type ExperimentOptions, faultsOf, prepare, type Setting } from './setting.js'

/** Starts a fresh sandbox, lets the command loose on it, and says what came of it. */
export async function runExperiment(options: ExperimentOptions): Promise<Outcome> {
  const { folder, scenario } = options
  const happenings: Happening[] = []
  const watch = { isOn: false }
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const stateDir = join(folder, 'sandbox')
  const observer = observe(happenings, watch)
  const view = createRunView(scenario, options.seed)
  const platform = await openPlatform({
    ...options.sandbox,
    stateDir,
    observer,
    experiment: view.read,
  })
  options.onPlatform(platform.env)
  try {
    const setting = await prepare(options, platform.env)
    const evidence = createEvidence(platform.env)
    const machinesBefore = await machinesOf(evidence)
    const faultFile = stateFiles(stateDir).faults
    const faults = []
    for (const fault of faultsOf(scenario, options.seed))
      faults.push(await addFault(faultFile, fault))
    view.listenTo(setting.callsFile)
    view.reach('run')
    watch.isOn = true
    const command = await runCommand(options, setting)
    watch.isOn = false
    view.reach('judge')
    // A platform that refuses to answer could not be judged.
    for (const { id, place } of faults)
      if (place === 'api' || place === 'registry') await clearFaults(faultFile, id)
    happenings.push(...(await readCalls(setting.callsFile)))
    const leaks = await findLeaks(scenario, command.output, [setting.state, setting.root])
    const { commits } = setting
    const run = { evidence, happenings, commits, machinesBefore, leaks, seconds: command.seconds }
    const outcome = outcomeOf(options, {
      happenings,
      command,
      goals: await judge(scenario.goals, run, view.judged),
    })
    view.reach('end')
    await keepRecord(options, happenings, outcome)
    await view.lastLook()
    return outcome
  } finally {
    await platform.close()
    await rm(folder, { recursive: true, force: true })
  }
}

function observe(happenings: Happening[], watch: { readonly isOn: boolean }): Observer {
  const clean = createRedact([])
  // What follows is a registry's state of an upload, and other things that are nobody's matter.
  const told = (path: string) => clean(path.replace(/\?.*/, ''))
  return {
    request({ place, method, path, status, startedAtMs, durationMs }) {
      if (!watch.isOn) return
      const times = { at_ms: startedAtMs, duration_ms: durationMs }
      happenings.push({ kind: 'request', place, method, path: told(path), status, ...times })
    },
    strike({ place, kind }, met) {
      if (!watch.isOn) return
      const what = 'method' in met ? `${met.method} ${told(met.path)}` : `${met.app} ${met.id}`
      happenings.push({ kind: 'fault', at_ms: Date.now(), fault: `${place} ${kind}`, met: what })
    },
  }
}

interface Ended {
  readonly exitStatus: number | null
  readonly seconds: number
  /** The end of all that it printed. */
  readonly output: string
}

async function runCommand(
  { command, cwd, scenario, sandbox, signal }: ExperimentOptions,
  { env }: Setting,
): Promise<Ended> {
  const [name = '', ...args] = command
  const override = name.includes('/') ? resolve(cwd, name) : undefined
  const wanted = { names: [name], path: env.PATH, folders: [], override }
  const { program } = await findProgram(wanted)
  if (program === undefined)
    throw new FlyopsError('invalid_input', 'sandbox', `There is no program ${name} to run.`)
  const lines: string[] = []
  const { exitCode, durationMs } = await sandbox.run(
    { program, args, env, cwd },
    { signal, timeoutMs: scenario.timeout, onLine: (line) => lines.push(line) },
  )
  return { exitStatus: exitCode ?? null, seconds: durationMs / 1000, output: lines.join('\n') }
}

async function machinesOf(evidence: Evidence): Promise<Map<string, readonly ShownMachine[]>> {
  const apps = await evidence.apps()
  return new Map(
    await Promise.all(apps.map(async (app) => [app, await evidence.machines(app)] as const)),
  )
}

function outcomeOf(
  { scenario, seed }: ExperimentOptions,
  {
    happenings,
    command,
    goals,
  }: {
    readonly happenings: readonly Happening[]
    readonly command: Ended
    readonly goals: Outcome['goals']
  },
): Outcome {
  const count = (kind: Happening['kind']) => happenings.filter((each) => each.kind === kind).length
  return {
    kind: 'outcome',
    scenario: scenario.name,
    title: scenario.title,
    seed,
    score: scoreOf(goals),
    goals,
    calls: callsIn(happenings).length,
    bytes_to_model: bytesToModel(happenings),
    requests: count('request'),
    faults: count('fault'),
    seconds: Math.round(command.seconds * 10) / 10,
    exit_status: command.exitStatus,
    output: createSecrets(scenario.secrets).cutOut(lastLines(command.output)),
  }
}

async function keepRecord(
  { recordFile }: ExperimentOptions,
  happenings: readonly Happening[],
  outcome: Outcome,
): Promise<void> {
  if (recordFile === undefined) return
  const inOrder: readonly Entry[] = happenings.toSorted((a, b) => a.at_ms - b.at_ms)
  await writeRecord(recordFile, [...inOrder, outcome])
}
