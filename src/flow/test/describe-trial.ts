import type { ContainerSight, LocalImage } from '../../docker/docker.js'
import type { Warning } from '../../errors.js'
import { describeProbe } from '../health/output.js'
import { lookAt, type Running } from './container.js'
import type { Answered } from './find-path.js'
import type { ImageTest, Setting } from './image-test.js'
import { memoryFor } from './memory-for.js'
import type { Trial } from './output.js'

/** Without an answer where it is not asked by HTTP. */
interface Found extends Partial<Answered> {
  readonly port: number
  readonly startupMs: number
}

const bytesPerMb = 2 ** 20

/** Of a container that has passed; `found` where it takes requests. */
export async function describeTrial(
  running: Running,
  image: LocalImage,
  found?: Found,
): Promise<Trial> {
  const { test, container } = running
  const sight = await lookAt(running)
  const peakBytes = sight?.memoryPeakBytes
  const peakMb = peakBytes === undefined ? undefined : Math.ceil(peakBytes / bytesPerMb)
  const log = await container.log(5)
  return {
    image: test.image,
    ...(found === undefined ? { worker: true } : describeFound(test, image, found, sight)),
    ...(peakMb === undefined ? {} : { memory_peak_mb: peakMb }),
    ...suggest(test, found?.startupMs, peakMb),
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

/** Twice the time that it took here: Fly's shared CPUs may be slower. Undefined where what is said is enough. */
function gracePeriod({ graceMs }: ImageTest, startupMs: number): string | undefined {
  const isEnough = graceMs !== undefined && 2 * startupMs <= graceMs
  const seconds = Math.max(leastGraceSeconds, Math.ceil((2 * startupMs) / 1000))
  return isEnough ? undefined : `${seconds}s`
}

/** Undefined where the size is said, which was enough. */
function memorySize({ isMemoryGiven }: ImageTest, peakMb: number | undefined): string | undefined {
  return isMemoryGiven || peakMb === undefined ? undefined : memoryFor(peakMb)
}

function suggest(test: ImageTest, startupMs: number | undefined, peakMb: number | undefined) {
  const grace = startupMs === undefined ? undefined : gracePeriod(test, startupMs)
  const memory = memorySize(test, peakMb)
  if (grace === undefined && memory === undefined) return {}
  return {
    suggested: {
      ...(grace === undefined ? {} : { grace_period: grace }),
      ...(memory === undefined ? {} : { memory }),
    },
  }
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
