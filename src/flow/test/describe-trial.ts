import type { ContainerSight, LocalImage } from '../../docker/docker.js'
import type { Warning } from '../../errors.js'
import { describeProbe } from '../health/output.js'
import { lookAt, type Running } from './container.js'
import type { Answered } from './find-path.js'
import type { ImageTest, Setting } from './image-test.js'
import type { Trial } from './output.js'

/** Without an answer where it is not asked by HTTP. */
interface Found extends Partial<Answered> {
  readonly port: number
  readonly startupMs: number
}

/** Of a container that has passed; `found` where it takes requests. */
export async function describeTrial(
  running: Running,
  image: LocalImage,
  found?: Found,
): Promise<Trial> {
  const { test, container } = running
  const sight = await lookAt(running)
  const log = await container.log(5)
  return {
    image: test.image,
    ...(found === undefined ? { worker: true } : describeFound(test, image, found, sight)),
    ...describeMemory(sight),
    architecture: image.architecture,
    ...(sight === undefined ? {} : { listening: [...sight.listening] }),
    log: log.split('\n'),
    warnings: [
      ...architectureWarnings(image),
      ...(found === undefined ? workerWarnings(test) : warningsOf(found)),
    ],
  }
}

function describeFound(
  test: ImageTest,
  image: LocalImage,
  { port, path, probe, startupMs }: Found,
  sight: ContainerSight | undefined,
) {
  const { value, from } = portSetting(test, image, { port, isSeen: sight !== undefined })
  return {
    port: value,
    port_from: from,
    ...(path === undefined ? {} : { path: path.value, path_from: path.from }),
    startup_ms: startupMs,
    grace_period: gracePeriod(startupMs),
    ...(probe === undefined ? {} : { probe: describeProbe(probe) }),
  }
}

function portSetting(
  { port: asked }: ImageTest,
  { exposedPorts }: LocalImage,
  found: { readonly port: number; readonly isSeen: boolean },
): Setting<number> {
  const { port: value, isSeen } = found
  if (asked !== undefined) return asked
  if (exposedPorts.includes(value)) return { value, from: 'image' }
  return { value, from: isSeen ? 'measured' : 'default' }
}

const leastGraceSeconds = 10

/** Twice the time that it took here: Fly's shared CPUs may be slower. */
function gracePeriod(startupMs: number): string {
  return `${Math.max(leastGraceSeconds, Math.ceil((2 * startupMs) / 1000))}s`
}

const bytesPerMb = 2 ** 20
const leastMemoryMb = 256

/** The memory that follows is the next size of Fly's that leaves it as much again. */
function describeMemory(sight: ContainerSight | undefined) {
  if (sight?.memoryPeakBytes === undefined) return {}
  const peakMb = Math.ceil(sight.memoryPeakBytes / bytesPerMb)
  const sizeMb = 2 ** Math.ceil(Math.log2(Math.max(leastMemoryMb, 2 * peakMb)))
  return { memory_peak_mb: peakMb, memory: `${sizeMb}mb` }
}

const slowStartMs = 10_000

function warningsOf({ path, startupMs, probe }: Found): Warning[] {
  const warnings: Warning[] = []
  if (startupMs > slowStartMs) {
    const seconds = Math.round(startupMs / 1000)
    const text = `It takes ${seconds} s to start: the first visitor after an idle time would wait as long, or get a 503. Deploy it with auto_stop "off", or with min_machines_running 1.`
    warnings.push({ code: 'slow_start', cosmetic: false, text })
  }
  if (path === undefined && probe !== undefined) {
    const text = `It is alive, but GET / answers ${probe.status}${to(probe.redirect)}, and no usual path answers 2xx: without a health_path that does, no check can ask for one.`
    warnings.push({ code: 'no_health_path', cosmetic: false, text })
  }
  return warnings
}

function workerWarnings({ deploysAsWorker }: ImageTest): readonly Warning[] {
  if (deploysAsWorker) return []
  const text =
    'Deploy it with `worker: true`, or a fly.toml without a service: else it gets one, and a check that fails.'
  return [{ code: 'worker_needs_toml', cosmetic: false, text }]
}

function to(redirect: string | undefined): string {
  return redirect === undefined ? '' : ` (to ${redirect})`
}

function architectureWarnings({ os, architecture }: LocalImage): Warning[] {
  if (os === 'linux' && architecture === 'amd64') return []
  const text = `The image is for ${os}/${architecture}; Fly machines run linux/amd64.`
  return [{ code: 'other_architecture', cosmetic: false, text }]
}
