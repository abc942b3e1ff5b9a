import { createHash } from 'node:crypto'
import type { Warning } from '../../errors.js'
import type { AppStatus, Organization } from '../../fly/flyctl.js'
import type { Operation } from '../../journal/journal.js'
import { findApp } from '../app/find.js'
import type { ToolContext } from '../context.js'
import type { DeployInput } from '../deploy/input.js'
import { operationsIfReadable } from '../record/operations-here.js'
import { buildRequestOf, deployRequestOf, givenToShip, type ShipInput } from '../ship/input.js'
import { type ImageTest, testSettings } from '../test/image-test.js'
import { testInput } from '../test/input.js'
import { leastPatienceMs } from '../test/plan-test.js'
import { findBase } from './base.js'
import { type BuildPlan, planBuild } from './build-plan.js'
import { type PlannedConfig, planConfig, validateConfig } from './config.js'
import { isDeployed } from './deployed-already.js'
import { findMade, findShipped } from './made.js'
import type { Place } from './source.js'

/** What a ship finds before it does anything. */
export interface ShipPlan {
  /** Changes where anything changes that the ship depends on: 16 hex digits. */
  readonly id: string
  readonly build: BuildPlan
  readonly deployRequest: DeployInput
  readonly config: PlannedConfig
  /** What flyctl finds strange in it, and what could not be looked at. */
  readonly findings: readonly Warning[]
  /** The login's organizations, where they were asked for. */
  readonly orgs: Promise<readonly Organization[]> | undefined
  /** Undefined where there is none yet. */
  readonly app: AppStatus | undefined
  /** The image of these very inputs, where it was built already and still is somewhere. */
  readonly imageId: string | undefined
  readonly isLocal: boolean
  /** Digest in the registry, where that image is there. */
  readonly digest: string | undefined
  /** Undefined where there is nothing to ask for. */
  readonly test: ImageTest | undefined
  readonly isTested: boolean
  /** Whether every machine runs that digest, deployed with this very toml. */
  readonly runs: (digest: string) => boolean
}

/**
 * Looks at the source, the engine, the registry, the app and the journal; changes nothing. Where one look fails,
 * the others have ended too.
 */
export async function planShip(
  request: ShipInput,
  place: Place,
  context: ToolContext,
): Promise<ShipPlan> {
  const begun: Promise<unknown>[] = []
  try {
    return await look(request, place, context, begun)
  } catch (error) {
    await Promise.allSettled(begun)
    throw error
  }
}

async function look(
  request: ShipInput,
  { folder, ...place }: Place,
  context: ToolContext,
  begun: Promise<unknown>[],
): Promise<ShipPlan> {
  const buildRequest = { ...buildRequestOf(request), ...place }
  const { operations, warnings } = await operationsIfReadable(context)
  const looking = findApp(request.app, context)
  const ahead = askAhead(request, operations, context)
  begun.push(looking, ...(ahead === undefined ? [] : [ahead]))
  // Whoever waits for them hears of a failure.
  for (const asked of begun) asked.catch(() => {})
  const base = await findBase(request, context, { commit: folder })
  const build = await planBuild(buildRequest, { ...context, folder }, base.base)
  const deployRequest = deployRequestOf(request, build.image)
  const config = await planConfig(deployRequest, context, { found: base, app: looking })
  const isNew = ahead !== undefined
  const validate = () => {
    const validating = validateConfig(config, context)
    validating.catch(() => {})
    begun.push(validating)
    return validating
  }
  const reading = isNew ? validate() : undefined
  const local = await context.docker.inspectImage(build.image, context)
  const seen = { build, request, config, local, looking, isNew }
  const shipped = await findShipped(seen, operations)
  const [made, findings] =
    shipped === undefined
      ? await Promise.all([findMade(seen, operations, context), reading ?? validate()])
      : [shipped, []]
  const test = testOf(deployRequest, config)
  const found = {
    build,
    deployRequest,
    config,
    findings: [...warnings, ...findings],
    orgs: ahead,
    app: await looking,
    ...made,
    isLocal: made.imageId !== undefined && local?.imageId === made.imageId,
    test,
    isTested: wasTested(made.imageId, test, operations),
  }
  const runs = (digest: string) => isDeployed({ ...found, digest }, operations)
  return { ...found, runs, id: identify(request, { ...found, runs }) }
}

/** For an app that nobody here has seen yet: what its creation and its first push will need. */
function askAhead(
  { app }: ShipInput,
  operations: readonly Operation[],
  context: ToolContext,
): ShipPlan['orgs'] {
  if (operations.some((operation) => operation.app === app)) return undefined
  context.openRegistry?.().catch(() => {})
  return context.flyctl.orgs(context)
}

/** Passed before, with these settings. */
function wasTested(
  imageId: string | undefined,
  test: ImageTest | undefined,
  operations: readonly Operation[],
): boolean {
  if (imageId === undefined || test === undefined) return false
  const settings = JSON.stringify(testSettings(test))
  return operations.some(
    ({ tool, end, facts }) =>
      tool === 'test_image' &&
      end?.status === 'done' &&
      facts.image_id === imageId &&
      JSON.stringify(facts.settings) === settings,
  )
}

const testTimeoutMs = 60_000

/** As the app's own settings say; undefined for what takes no requests, or is started by other commands. */
function testOf(
  { app, image, context }: DeployInput,
  { composed }: PlannedConfig,
): ImageTest | undefined {
  const {
    internalPort: port,
    checkPath: path,
    env,
    hasCommands,
    machines,
    gracePeriodMs,
  } = composed
  if (port === undefined || path === undefined || hasCommands) return undefined
  return {
    app,
    image,
    request: testInput.parse({ image, context }),
    port: { value: port, from: 'toml' },
    path: { value: path, from: 'toml' },
    isWorker: false,
    command: [],
    env,
    secrets: {},
    memory: `${machines[0]?.size.memoryMb ?? 1024}mb`,
    timeoutMs: testTimeoutMs + gracePeriodMs,
    patienceMs: Math.max(leastPatienceMs, gracePeriodMs),
  }
}

function identify(request: ShipInput, plan: Omit<ShipPlan, 'id'>): string {
  const { build, config, app, imageId, digest, isTested, runs } = plan
  const machines = app?.machines.map(({ id, imageDigest }) => [id, imageDigest]).sort()
  const world = [
    givenToShip(request),
    [build.image, build.inputs, imageId, digest],
    config.composed.text,
    app === undefined ? 'no app' : [app.org, app.release, machines],
    [isTested, digest !== undefined && runs(digest)],
  ]
  return createHash('sha256').update(JSON.stringify(world)).digest('hex').slice(0, 16)
}
