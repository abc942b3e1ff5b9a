import type { LocalImage } from '../../docker/docker.js'
import type { ToolContext } from '../context.js'
import { checkRunning, pause, type Running, withContainer } from './container.js'
import { describeTrial } from './describe-trial.js'
import { findPath } from './find-path.js'
import { findPort, portsToPublish } from './find-port.js'
import type { ImageTest } from './image-test.js'
import type { Trial } from './output.js'

/**
 * Runs the image until it answers, or as a worker until it has stayed up. Where it listens on a port that nobody named
 * it is started once more, for docker publishes ports at the start alone. Raises `test_failed` and `cancelled`.
 */
export async function runTrial(
  test: ImageTest,
  image: LocalImage,
  context: ToolContext,
): Promise<Trial> {
  const ports = portsToPublish(test, image)
  const exposes = image.exposedPorts.length > 0
  const wanted = { test, ports, exposes, context }
  const found = await withContainer(wanted, (running) => observe(running, image))
  if (typeof found !== 'number') return found
  context.progress({ message: `it listens on port ${found}: starting it once more, to ask there` })
  return runTrial({ ...test, port: { value: found, from: 'measured' } }, image, context)
}

/** The port alone where it listens on one that is not published. */
async function observe(running: Running, image: LocalImage): Promise<Trial | number> {
  if (running.test.isWorker) {
    await stayUp(running)
    return describeTrial(running, image)
  }
  const port = await findPort(running)
  if (!running.ports.includes(port)) return port
  const { speaksHttp } = running.test
  const found = speaksHttp ? await findPath(running, port) : { startupMs: running.elapsedMs() }
  return describeTrial(running, image, { ...found, port })
}

const workerMs = 3_000

async function stayUp(running: Running): Promise<void> {
  running.context.progress({ message: 'seeing whether the worker stays up' })
  await pause(running, workerMs)
  await checkRunning(running)
}
