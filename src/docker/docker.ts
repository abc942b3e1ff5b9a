import type { Warning } from '../errors.js'
import type { ProgressUpdate } from '../progress.js'

export type BuilderKind = 'buildx' | 'buildkit' | 'legacy'

export interface WorkOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (update: ProgressUpdate) => void
  /** Each line that people would see. */
  readonly onOutput?: (line: string) => void
}

/** A secret for `RUN --mount=type=secret`: docker takes it from a variable or a file, and it enters no layer. */
export type BuildSecret = {
  readonly id: string
  /** What no output may show. */
  readonly value: string
} & (
  | { readonly env: string }
  | { /** Absolute, without commas and quotes. */ readonly path: string }
)

export interface BuildRequest {
  /** Absolute paths; no file outside of `root`, the project folder, is read. */
  readonly root: string
  readonly context: string
  readonly dockerfile: string
  /** The image reference to tag. */
  readonly image: string
  readonly platform: string
  /** A buildx instance of the user's; the selected one unless given. */
  readonly builder?: string
  readonly target?: string
  readonly buildArgs: Readonly<Record<string, string>>
  readonly secrets?: readonly BuildSecret[]
  readonly labels: Readonly<Record<string, string>>
  readonly noCache: boolean
  /** Paths relative to the context that stay out of the image. */
  readonly excluded: readonly string[]
  /** Seconds since the epoch for SOURCE_DATE_EPOCH: the commit's date. */
  readonly sourceDateEpoch: number
}

export interface LocalImage {
  /** `sha256:…` of the image's configuration. */
  readonly imageId: string
  readonly architecture: string
  readonly os: string
  readonly sizeBytes: number
  /** TCP ports of EXPOSE. */
  readonly exposedPorts: readonly number[]
  readonly labels: Readonly<Record<string, string>>
}

export interface BuildResult {
  readonly image: LocalImage
  readonly builder: BuilderKind
  readonly steps: { readonly total: number; readonly cached: number }
  readonly durationMs: number
  readonly warnings: readonly Warning[]
}

/** A buildkitd that builds where there is no engine. */
export interface Buildkit {
  /** `tcp://HOST:PORT` or `unix:///PATH`. */
  readonly address: string
  /** Absolute folder with ca.pem, cert.pem and key.pem for mutual TLS, its path without commas and quotes. */
  readonly certs?: string | undefined
}

/** How a buildkitd is to hand over what it builds. */
export interface Delivery {
  readonly login: RegistryLogin
  /** Else the digest alone is found out. */
  readonly pushes: boolean
}

/** What a buildkitd made, or why the registry did not take it. */
export type DeliveredBuild =
  | {
      readonly kind: 'built'
      readonly digest: string
      readonly steps: { readonly total: number; readonly cached: number }
      readonly durationMs: number
      readonly warnings: readonly Warning[]
    }
  | PushRefusal

/** The engine that docker reaches. */
export interface Engine {
  readonly version: string
  readonly os: string
  /** As Go names it: `amd64`, `arm64`. */
  readonly architecture: string
}

/** A container of an image, for a test on this machine. */
export interface ContainerRequest {
  readonly image: string
  readonly name: string
  /** Those inside that get one on loopback each. */
  readonly ports: readonly number[]
  /** Values without line breaks. */
  readonly env: Readonly<Record<string, string>>
  /** Go through docker's own environment: none may have a name that docker reads itself. */
  readonly secrets: Readonly<Record<string, string>>
  /** In place of the image's CMD; none leaves that as it is. */
  readonly command: readonly string[]
  /** As docker takes it, such as 512mb; no limit unless given. */
  readonly memory?: string | undefined
}

export interface ContainerState {
  readonly id: string
  /** Of its first process, as the engine's machine counts. */
  readonly pid: number
  readonly isRunning: boolean
  readonly exitCode: number
  readonly oomKilled: boolean
  /** Where a port inside is found on loopback of the engine's machine. */
  publishedPort(port: number): number | undefined
}

/** What the kernel tells of a container that runs. */
export interface ContainerSight {
  /** Addresses such as 0.0.0.0:8080. */
  readonly listening: readonly string[]
  /** Most that all its processes had at once, without the files that the kernel would give up first. */
  readonly memoryPeakBytes?: number
  /** Of all its processes together. */
  readonly cpuMs?: number
}

export interface Container {
  inspect(): Promise<ContainerState>
  /** Resolves when it has ended by itself, or when the signal aborts. */
  ended(signal: AbortSignal): Promise<void>
  log(lines: number): Promise<string>
  /** Undefined where nobody can tell: the engine is in a machine of its own, and the image has no `cat`. */
  look(state: ContainerState): Promise<ContainerSight | undefined>
  /** Also where it runs. */
  remove(): Promise<void>
}

/** What the registry says about a reference. */
export type RemoteImage =
  | {
      readonly kind: 'found'
      readonly digest: string
      /** Equals the local image id for the same content. */
      readonly configDigest: string
      readonly sizeBytes: number
      readonly layers: number
      /** Of the image; docker does not tell them. */
      readonly labels?: Readonly<Record<string, string>>
      /** TCP ports of EXPOSE, likewise. */
      readonly exposedPorts?: readonly number[]
    }
  | { readonly kind: 'absent' }
  /** `name unknown: app repository not found`; docker 20.10 to 28 tells it of a push alone, else `absent`. */
  | { readonly kind: 'no_repository'; readonly text: string }
  | { readonly kind: 'unauthorized'; readonly text: string }
  | { readonly kind: 'failed'; readonly text: string }

export type PushOutcome =
  | {
      readonly kind: 'pushed'
      readonly digest: string
      readonly layers: { readonly pushed: number; readonly existing: number }
    }
  | PushRefusal
  | { readonly kind: 'cancelled'; readonly text: string }

/** Why a registry does not take an image. */
export interface PushRefusal {
  readonly kind: 'no_repository' | 'unauthorized' | 'refused'
  readonly text: string
}

/** A docker configuration folder of our own, that holds one registry's login. */
export interface RegistryLogin {
  /** Value for DOCKER_CONFIG. */
  readonly folder: string
  /** Removes the folder. */
  remove(): Promise<void>
}

/**
 * The docker command line. Every method raises `docker_missing` and `docker_daemon_down`, and
 * `cancelled` where a signal ended it.
 */
export interface Docker {
  /** The version of the command; no engine is asked. */
  clientVersion(options?: WorkOptions): Promise<string>
  describeEngine(options?: WorkOptions): Promise<Engine>
  /** What a build would use; no engine is asked. */
  findBuilder(options?: WorkOptions): Promise<BuilderKind>
  /** Raises also `buildx_missing`, `build_failed`. The Dockerfile's existence is the caller's to check. */
  build(request: BuildRequest, options?: WorkOptions): Promise<BuildResult>
  /** Address of the buildkitd of the settings: where there is one, no engine is asked for anything. */
  readonly buildkit: string | undefined
  /** Builds at that buildkitd; raises what `build` raises, also `docker_daemon_down` where it does not answer. */
  buildAndDeliver(
    request: BuildRequest,
    delivery: Delivery,
    options?: WorkOptions,
  ): Promise<DeliveredBuild>
  /** What that buildkitd says of itself. */
  describeBuildkit(options?: WorkOptions): Promise<{ readonly version: string }>
  /** The local image of that reference or id; undefined where no engine builds. */
  inspectImage(image: string, options?: WorkOptions): Promise<LocalImage | undefined>
  /** Whether ports on loopback of the engine's machine are those of this one. */
  isLocal(): Promise<boolean>
  /** Not to be cancelled; raises `test_failed` where the image cannot be started. */
  startContainer(request: ContainerRequest): Promise<Container>
  /** A private folder (mode 0700) that carries over the user's contexts, plugins and proxies, no logins. */
  createLogin(): Promise<RegistryLogin>
  /** Asks the registry, with that login. */
  inspectRemote(image: string, login: RegistryLogin, options?: WorkOptions): Promise<RemoteImage>
  /** TCP ports that an image of the registry exposes; none where that cannot be found out. No engine is asked. */
  remotePorts(
    image: string,
    login: RegistryLogin,
    options?: WorkOptions,
  ): Promise<readonly number[]>
  /** Pushes with that login; stops early where the registry refuses the login. */
  push(image: string, login: RegistryLogin, options?: WorkOptions): Promise<PushOutcome>
}
