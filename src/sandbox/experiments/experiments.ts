import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { identityText, ownIdentity, parseIdentity, standingOf } from '../../process/identity.js'
import { makeBaseImage } from '../engine/busybox.js'
import { createDockerCli } from '../engine/docker-cli.js'
import { askEngine } from '../engine/probe-engine.js'
import type { SandboxOptions } from '../options.js'
import { reset } from '../sandbox.js'
import { windowUrl } from '../window/url.js'
import { runExperiment } from './experiment.js'
import { forgetBuilt, openPlatform } from './platform.js'
import type { Outcome } from './record.js'
import type { Scenario } from './scenario.js'
import type { ExperimentOptions } from './setting.js'

/** What a scenario's Dockerfile may begin with, where nothing can be pulled. */
export const scenarioBase = 'flyops-base'

export interface ExperimentsOptions
  extends Pick<ExperimentOptions, 'command' | 'cwd' | 'flyops' | 'sandbox' | 'signal'> {
  readonly scenarios: readonly Scenario[]
  /** Instead of each scenario's own. */
  readonly seed: number | undefined
  /** How many run side by side. */
  readonly atOnce: number
  /** Absolute folder for the state of runs; each has one of its own in it. */
  readonly root: string
  /** Gets a record of each run, where it is wanted. */
  readonly recordFolder: string | undefined
  readonly onOutcome: (outcome: Outcome) => void
  /** Told where a browser shows a run, once it begins. */
  readonly onWindow: (scenario: Scenario, url: string) => void
}

/** Runs the command once for each scenario; the result is in their order. Raises what keeps one from running. */
export async function runExperiments(options: ExperimentsOptions): Promise<readonly Outcome[]> {
  const { root, recordFolder } = options
  await sweep(options)
  const folder = join(root, identityText(ownIdentity()))
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (recordFolder !== undefined) await mkdir(recordFolder, { recursive: true })
  const engine = await openEngine(options, folder)
  try {
    const sandbox = { ...options.sandbox, env: engine.env }
    await makeBase(sandbox)
    const registries: string[] = []
    try {
      return await runAll({ ...options, sandbox }, { folder, registries })
    } finally {
      for (const host of registries) await forgetBuilt(sandbox, host)
    }
  } finally {
    await engine.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function runAll(
  options: ExperimentsOptions,
  { folder, registries }: { readonly folder: string; readonly registries: string[] },
): Promise<readonly Outcome[]> {
  const { scenarios, recordFolder, atOnce, onOutcome, onWindow } = options
  const outcomes = new Map<Scenario, Outcome>()
  const waiting = [...scenarios]
  async function work(): Promise<void> {
    for (let scenario = waiting.shift(); scenario !== undefined; scenario = waiting.shift()) {
      const record = recordFolder && join(recordFolder, `${scenario.name}.jsonl`)
      const outcome = await runExperiment({
        ...options,
        scenario,
        seed: options.seed ?? scenario.seed,
        folder: join(folder, scenario.name),
        recordFile: record,
        onPlatform(env) {
          const { FLY_REGISTRY_HOST = '', FLY_API_BASE_URL = '', FLY_API_TOKEN = '' } = env
          registries.push(FLY_REGISTRY_HOST)
          onWindow(scenario, windowUrl({ apiUrl: FLY_API_BASE_URL, token: FLY_API_TOKEN }))
        },
      })
      outcomes.set(scenario, outcome)
      onOutcome(outcome)
    }
  }
  const workers = Array.from({ length: atOnce }, async () => {
    // One that fails ends the whole run, and lets the others finish what they have begun.
    await work().finally(() => waiting.splice(0))
  })
  const ended = await Promise.allSettled(workers)
  const failed = ended.find((each) => each.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return scenarios.flatMap((scenario) => outcomes.get(scenario) ?? [])
}

/** All share one engine: the one that answers, else that of a sandbox which does nothing else. */
async function openEngine(
  { sandbox }: ExperimentsOptions,
  folder: string,
): Promise<{ env: SandboxOptions['env']; close(): Promise<void> }> {
  const { docker: program, env, run } = sandbox
  const there = program !== undefined && (await askEngine(createDockerCli({ program, env, run })))
  if (there) return { env, close: async () => {} }
  const host = await openPlatform({ ...sandbox, stateDir: join(folder, hostName) })
  return { env: { ...env, DOCKER_HOST: host.env.DOCKER_HOST }, close: host.close }
}

const hostName = '.engine'

async function makeBase({ docker: program = 'docker', env, run }: SandboxOptions): Promise<void> {
  await makeBaseImage(createDockerCli({ program, env, run }), scenarioBase, { env, run })
}

/** Removes what runs have left that were killed. */
async function sweep({ root, sandbox }: ExperimentsOptions): Promise<void> {
  for (const name of await readdir(root).catch(() => [])) {
    const owner = parseIdentity(name)
    const standing = owner === undefined ? 'unknown' : standingOf(owner)
    if (standing !== 'ended' && standing !== 'other_boot') continue
    const folder = join(root, name)
    for (const scenario of await readdir(folder)) {
      const stateDir =
        scenario === hostName ? join(folder, hostName) : join(folder, scenario, 'sandbox')
      await reset({ ...sandbox, stateDir })
    }
    await rm(folder, { recursive: true, force: true })
  }
}
