import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Container, ContainerSight, ContainerState } from '../../docker/docker.js'
import { FlyopsError } from '../../errors.js'
import type { ToolContext } from '../context.js'
import { findSource } from '../secrets/source.js'
import { type Cause, testFailed } from './failures.js'
import type { ImageTest } from './image-test.js'

/** An image that runs for a test. */
export interface Running {
  readonly test: ImageTest
  readonly context: ToolContext
  readonly container: Container
  readonly state: ContainerState
  /** Ports that are published, the best first. */
  readonly ports: readonly number[]
  /** Whether the image names a port: then it is a server's. */
  readonly exposes: boolean
  /** Aborts when it has ended, by itself or with the call. */
  readonly over: AbortSignal
  /** Since its start. */
  elapsedMs(): number
}

interface Wanted {
  readonly test: ImageTest
  readonly ports: readonly number[]
  readonly exposes: boolean
  readonly context: ToolContext
}

/** Runs the image while the work lasts; the container is gone after it. */
export async function withContainer<Result>(
  { test, ports, exposes, context }: Wanted,
  work: (running: Running) => Promise<Result>,
): Promise<Result> {
  const { docker, signal } = context
  context.progress({ message: 'starting the image', stage: 'test' })
  const container = await docker.startContainer({
    ...test,
    ports,
    memory: dockerMemory(test.memory),
    name: `flyops-test-${randomBytes(6).toString('hex')}`,
  })
  const startedAt = performance.now()
  const done = new AbortController()
  const over = new AbortController()
  const watching = container
    .ended(AbortSignal.any([done.signal, signal]))
    .catch(() => {})
    .then(() => over.abort())
  try {
    if (signal.aborted) throw cancelled()
    const state = await container.inspect()
    const elapsedMs = () => Math.round(performance.now() - startedAt)
    const running = { test, context, container, state, ports, exposes }
    return await work({ ...running, over: over.signal, elapsedMs })
  } finally {
    done.abort()
    await watching
    await container.remove()
  }
}

/** A bare number is megabytes in a fly.toml, and bytes for docker. */
function dockerMemory(memory: string | undefined): string | undefined {
  return memory !== undefined && /^\d+$/.test(memory) ? `${memory}mb` : memory
}

/** What can be seen of it at this moment; raises `test_failed` where it has ended, and `cancelled`. */
export async function lookAt(running: Running): Promise<ContainerSight | undefined> {
  const sight = await running.container.look(running.state)
  await checkRunning(running)
  return sight
}

/** Waits, no longer than it runs. */
export async function pause({ over }: Running, ms: number): Promise<void> {
  await sleep(ms, undefined, { signal: over }).catch(() => {})
}

export async function checkRunning(running: Running): Promise<void> {
  if (running.context.signal.aborted) throw cancelled()
  if (running.over.aborted) throw await failing(running, { kind: 'ended' })
}

/** The error to raise of it, with what it logged. */
export async function failing(
  { test, exposes, container, context, elapsedMs }: Running,
  cause: Cause,
  sight?: ContainerSight,
): Promise<FlyopsError> {
  const afterMs = elapsedMs()
  const [state, log, source] = await Promise.all([
    container.inspect(),
    container.log(20),
    findSource(test.request, context),
  ])
  const { listening } = sight ?? {}
  return testFailed({ test, exposes, cause, afterMs, state, log, source, listening })
}

function cancelled(): FlyopsError {
  return new FlyopsError('cancelled', 'test', 'The test was cancelled; its container is removed.', {
    retry: 'yes',
  })
}
