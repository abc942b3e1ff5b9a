import { FlyopsError } from '../../errors.js'
import { builtElsewhere, type Elsewhere } from '../build/elsewhere.js'
import type { ToolContext } from '../context.js'
import { readFlyImage } from '../fly-image.js'
import { given } from '../given.js'
import { next } from '../next.js'
import { imageNotLocal } from '../push/failures.js'
import { hidden } from '../record/hidden.js'
import { recorded } from '../record/recorded.js'
import { type ImageTest, testSettings } from './image-test.js'
import { type TestInput, testInput } from './input.js'
import { foundBy, type Tested, type Trial } from './output.js'
import { planTest } from './plan-test.js'
import { runTrial } from './trial.js'

/** Tests an image, and says what to do with it next. Raises what `planTest` and `testAndRecord` raise. */
export async function tryImage(request: TestInput, context: ToolContext): Promise<Tested> {
  const test = await planTest(request, context)
  const trial = await testAndRecord(test, context)
  const { image } = test
  const why = trial.worker ? 'the worker stays up' : 'the image answers'
  return {
    status: 'done',
    ok: true,
    ...trial,
    next: [next.pushImage({ image }, why), ...deployOf(test, trial)],
  }
}

/** None where a deploy would make something else of it than what was tested. */
function deployOf(
  { app, image, request, isWorker, deploysAsWorker, isByDefaults }: ImageTest,
  trial: Trial,
) {
  const { context } = request
  if (isWorker && !deploysAsWorker)
    return isByDefaults
      ? [next.ship({ app, context, worker: true }, 'deploys it without a service')]
      : []
  if (!isWorker && trial.probe !== undefined && trial.path === undefined)
    return [next.ship({ app, context }, 'deploys it without a check that would fail')]
  const settings = settingsFor(trial)
  const why = 'after the push, with the settings that were tested'
  return [next.deployImage({ app, image, context, ...settings }, why)]
}

/** What the deploy does not read in the toml by itself. */
function settingsFor({ port, port_from, path, path_from, suggested }: Trial) {
  const grace_period = suggested?.grace_period
  return {
    ...(port === undefined || port_from === 'toml' ? {} : { internal_port: port }),
    ...(path === undefined || path_from === 'toml' ? {} : { health_path: path }),
    ...(grace_period === undefined || grace_period === '10s' ? {} : { grace_period }),
  }
}

/**
 * Runs the image until it answers, and remembers that it did. Raises `test_failed`, `image_not_local`, and
 * `invalid_input` where the engine is on another machine.
 */
export function testAndRecord(test: ImageTest, context: ToolContext): Promise<Trial> {
  const operation = { tool: 'test_image', app: test.app, args: argumentsOf(test) }
  return recorded(operation, context, async (note) => {
    const image = await context.docker.inspectImage(test.image, context)
    if (image === undefined) {
      const elsewhere = builtElsewhere(context)
      if (elsewhere !== undefined) throw needsEngine(test.image, elsewhere)
      const { owner } = readFlyImage(test.image, context.registryHost)
      throw imageNotLocal(test.image, { app: owner, context: test.request.context }, 'test')
    }
    if (!(await context.docker.isLocal())) throw engineElsewhere()
    await note({ image_id: image.imageId, settings: testSettings(test) })
    const trial = await runTrial(test, image, context)
    await note({ found: foundBy(trial) })
    return trial
  })
}

/** The test as test_image takes it; values of variables are not written down. */
function argumentsOf({ request }: ImageTest) {
  const { env, ...rest } = request
  return given(testInput, { ...rest, env: env === undefined ? undefined : hidden(env) })
}

/** What is built elsewhere is in no engine that could run it. */
function needsEngine(image: string, { setting }: Elsewhere): FlyopsError {
  const message = `A test runs the image in a Docker engine, and ${setting} builds without one.`
  return new FlyopsError('image_not_local', 'test', message, {
    remedy: `Go on without the local test: the deploy is judged by its checks. To test, unset ${setting} where an engine is, and build there.`,
    next: [next.pushImage({ image }, 'sees it in the registry, from where it is deployed')],
  })
}

function engineElsewhere(): FlyopsError {
  return new FlyopsError('invalid_input', 'test', 'The Docker engine is on another machine.', {
    remedy: 'Images are tested where the engine runs: there, or not at all (skip_test of ship).',
  })
}
