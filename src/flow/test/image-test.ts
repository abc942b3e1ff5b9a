import type { TestInput } from './input.js'

/** A setting of a trial run, and where it came from. */
export interface Setting<Value> {
  readonly value: Value
  readonly from: 'caller' | 'toml' | 'image' | 'measured' | 'default'
}

/** A local test of an image. */
export interface ImageTest {
  /** Owner of its repository. */
  readonly app: string
  readonly image: string
  /** As test_image takes it. */
  readonly request: TestInput
  /** Undefined where nobody asks for one: found out. */
  readonly port: Setting<number> | undefined
  readonly path: Setting<string> | undefined
  /** It takes no requests. */
  readonly isWorker: boolean
  /** The toml gives it no service. */
  readonly deploysAsWorker: boolean
  /** Nobody has written a toml. */
  readonly isByDefaults: boolean
  /** Else it passes by listening on its port. */
  readonly speaksHttp: boolean
  /** In place of the image's CMD; none leaves that as it is. */
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
  readonly memory: string | undefined
  /** Whether the toml or the caller says how much. */
  readonly isMemoryGiven: boolean
  /** As the toml or the caller says; undefined where nobody does. */
  readonly graceMs: number | undefined
  readonly timeoutMs: number
  /** The argument that gives it more time. */
  readonly timeField: 'timeout' | 'grace_period'
  /** How long it may listen on nothing, as the toml or the caller says; undefined where nobody does. */
  readonly patienceMs: number | undefined
}

/** What a test's outcome depends on beside the image. */
export function testSettings(test: ImageTest) {
  const { port, path, isWorker, command, env, secrets, memory } = test
  return {
    port: port?.value ?? '',
    path: path?.value ?? '',
    worker: isWorker,
    command,
    env_names: Object.keys(env).sort(),
    secret_names: Object.keys(secrets).sort(),
    memory: memory ?? '',
  }
}
