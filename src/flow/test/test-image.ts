import { randomBytes } from 'node:crypto'
import type { Container, LocalImage } from '../../docker/docker.js'
import { durationMs } from '../../durations.js'
import { FlyopsError, type Warning } from '../../errors.js'
import type { Probe } from '../../health/probe.js'
import type { ToolContext } from '../context.js'
import { readFlyImage } from '../fly-image.js'
import { given } from '../given.js'
import { describeProbe } from '../health/output.js'
import { next } from '../next.js'
import { imageNotLocal } from '../push/failures.js'
import { hidden } from '../record/hidden.js'
import { recorded } from '../record/recorded.js'
import { testFailed } from './failures.js'
import { type ImageTest, testSettings } from './image-test.js'
import { type TestInput, testInput } from './input.js'

export type Passed = Awaited<ReturnType<typeof runTest>>

/** Tests an image, and says what to do with it next. Raises what `testAndRecord` raises. */
export async function tryImage(request: TestInput, context: ToolContext) {
  const { image, internal_port, health_path, env = {}, memory, timeout } = request
  const { owner: app } = readFlyImage(image, context.registryHost)
  const timeoutMs = durationMs(timeout) ?? 30_000
  const test = { app, image, port: internal_port, path: health_path, env, memory, timeoutMs }
  const passed = await testAndRecord(test, context)
  const graceArguments = passed.grace_period === '10s' ? {} : { grace_period: passed.grace_period }
  return {
    status: 'done' as const,
    ok: true,
    ...passed,
    next: [
      next.pushImage({ image }, 'the image answers'),
      next.deployImage(
        { app, image, internal_port, health_path, ...graceArguments },
        'after the push, with the settings that were tested',
      ),
    ],
  }
}

/**
 * Runs the image until it answers, and remembers that it did. Raises `test_failed`, `image_not_local`, and
 * `invalid_input` where the engine is on another machine.
 */
export function testAndRecord(test: ImageTest, context: ToolContext): Promise<Passed> {
  const operation = { tool: 'test_image', app: test.app, args: argumentsOf(test) }
  return recorded(operation, context, async (note) => {
    const image = await context.docker.inspectImage(test.image, context)
    if (image === undefined)
      throw imageNotLocal(test.image, readFlyImage(test.image, context.registryHost), 'test')
    if (!(await context.docker.isLocal())) throw engineElsewhere()
    await note({ image_id: image.imageId, settings: testSettings(test) })
    return runTest(test, image, context)
  })
}

/** The test as test_image takes it; values of variables are not written down. */
function argumentsOf({ image, port, path, env, memory, timeoutMs }: ImageTest) {
  return given(testInput, {
    image,
    internal_port: port,
    health_path: path,
    env: Object.keys(env).length === 0 ? undefined : hidden(env),
    memory,
    timeout: `${timeoutMs}ms`,
  })
}

async function runTest(test: ImageTest, image: LocalImage, context: ToolContext) {
  const { docker, signal } = context
  context.progress({ message: 'starting the image', stage: 'test' })
  const container = await docker.startContainer({
    ...test,
    memory: dockerMemory(test.memory),
    name: `flyops-test-${randomBytes(6).toString('hex')}`,
  })
  try {
    if (signal.aborted) throw cancelled()
    return await probe(test, { image, container }, context)
  } finally {
    await container.remove()
  }
}

interface Running {
  readonly image: LocalImage
  readonly container: Container
}

const pauseMs = 100
const leastGraceSeconds = 10

async function probe(test: ImageTest, { image, container }: Running, context: ToolContext) {
  const startedAt = performance.now()
  const answer = await firstAnswer(test, container, context)
  const startupMs = Math.round(performance.now() - startedAt)
  if (context.signal.aborted) throw cancelled()
  const [state, log] = await Promise.all([container.inspect(), container.log(20)])
  const listening = state.isRunning ? await container.listening(state) : undefined
  if (!isGood(answer)) throw testFailed({ test, answer, state, listening, log })
  const graceSeconds = Math.max(leastGraceSeconds, Math.ceil((2 * startupMs) / 1000))
  return {
    image: test.image,
    startup_ms: startupMs,
    grace_period: `${graceSeconds}s`,
    architecture: image.architecture,
    ...(listening === undefined ? {} : { listening: [...listening] }),
    probe: describeProbe(answer),
    log: log.split('\n').slice(-5),
    warnings: [...architectureWarnings(image)],
  }
}

/** Undefined where the container has ended before it answered. */
async function firstAnswer(
  { path, timeoutMs }: ImageTest,
  container: Container,
  { signal, sendProbe, progress }: ToolContext,
): Promise<Probe | undefined> {
  const { publishedPort } = await container.inspect()
  if (publishedPort === undefined) return undefined
  progress({ message: `waiting for an answer to GET ${path}` })
  const done = new AbortController()
  const hasEnded = new AbortController()
  const watching = container
    .ended(AbortSignal.any([done.signal, signal]))
    .then(() => hasEnded.abort())
  const answer = await sendProbe({
    url: `http://127.0.0.1:${publishedPort}`,
    path,
    timeoutMs,
    pauseMs,
    signal: AbortSignal.any([hasEnded.signal, signal]),
  })
  const isOver = hasEnded.signal.aborted
  done.abort()
  await watching
  return isOver ? undefined : answer
}

function isGood(answer: Probe | undefined): answer is Probe {
  return answer?.status !== undefined && answer.status >= 200 && answer.status < 300
}

/** A bare number is megabytes in a fly.toml, and bytes for docker. */
function dockerMemory(memory: string | undefined): string | undefined {
  return memory !== undefined && /^\d+$/.test(memory) ? `${memory}mb` : memory
}

function architectureWarnings({ os, architecture }: LocalImage): readonly Warning[] {
  if (os === 'linux' && architecture === 'amd64') return []
  const text = `The image is for ${os}/${architecture}; Fly machines run linux/amd64.`
  return [{ code: 'other_architecture', cosmetic: false, text }]
}

function cancelled(): FlyopsError {
  return new FlyopsError('cancelled', 'test', 'The test was cancelled; its container is removed.', {
    retry: 'yes',
  })
}

function engineElsewhere(): FlyopsError {
  return new FlyopsError('invalid_input', 'test', 'The Docker engine is on another machine.', {
    remedy: 'Images are tested where the engine runs: there, or not at all (skip_test of ship).',
  })
}
