import { splitCommand } from '../../fly-toml/command-line.js'
import type { DeployInput } from '../deploy/input.js'
import type { PlannedConfig } from '../plan/config.js'
import { openSettings } from '../plan/measured.js'
import { leastPatienceMs } from './find-port.js'
import type { ImageTest, Setting } from './image-test.js'
import type { TestInput } from './input.js'

const longestMs = 60_000

/** The deploy that an image is tested for. */
export interface Tested {
  readonly deploy: DeployInput
  /** Undefined where there is no project folder that could have a toml. */
  readonly config: PlannedConfig | undefined
  /** As test_image takes it. */
  readonly request: TestInput
}

/**
 * How an image is tested: as its machines would run it, and asked as their checks would. What stands in the toml by
 * default alone is asked by nobody, and is found out.
 */
export function testOf({
  deploy,
  config,
  request,
}: Tested): Omit<ImageTest, 'app' | 'secrets' | 'timeField'> {
  const composed = config?.composed
  const open = config === undefined ? [] : openSettings(config)
  const deploysAsWorker = composed?.serviceGroups.length === 0
  const isGiven = (name: 'memory' | 'grace_period') =>
    config !== undefined && (config.from !== 'defaults' || config.given[name] !== undefined)
  const graceMs = composed?.gracePeriodMs ?? 0
  const group = composed?.serviceGroups[0] ?? composed?.machines[0]?.group ?? ''
  const size = composed?.machines.find((machine) => machine.group === group)?.size
  return {
    image: deploy.image,
    request,
    port: settingOf(
      deploy.internal_port,
      open.includes('internal_port') ? undefined : composed?.internalPort,
    ),
    path: settingOf(
      deploy.health_path,
      open.includes('health_path') ? undefined : composed?.checkPath,
    ),
    isWorker: request.worker || deploysAsWorker,
    deploysAsWorker,
    isByDefaults: config?.from === 'defaults',
    speaksHttp: composed?.speaksHttp ?? true,
    command: splitCommand(composed?.commands[group] ?? '') ?? [],
    env: { ...composed?.env, ...request.env },
    memory: request.memory ?? (size === undefined ? undefined : `${size.memoryMb}mb`),
    isMemoryGiven: request.memory !== undefined || isGiven('memory'),
    graceMs: isGiven('grace_period') ? graceMs : undefined,
    timeoutMs: longestMs + graceMs,
    patienceMs: isGiven('grace_period') ? Math.max(leastPatienceMs, graceMs) : undefined,
  }
}

function settingOf<Value>(
  ofCaller: Value | undefined,
  ofToml: Value | undefined,
): Setting<Value> | undefined {
  if (ofCaller !== undefined) return { value: ofCaller, from: 'caller' }
  return ofToml === undefined ? undefined : { value: ofToml, from: 'toml' }
}
