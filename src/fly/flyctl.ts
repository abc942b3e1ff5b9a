import type { RunOptions, RunResult, Stop } from '../process/command.js'
import type { ProgressUpdate } from '../progress.js'
import type { BuildArguments, DeployArguments } from './commands.js'
import type { Login } from './login.js'

export interface Organization {
  readonly slug: string
  readonly name: string
}

export interface App {
  readonly name: string
  readonly org: string
  readonly hostname: string
  readonly url: string
}

/** An app as a list of them has it. */
export interface AppSummary {
  readonly name: string
  readonly org: string
  readonly status: string
  readonly isDeployed: boolean
}

export interface MachineCheck {
  readonly name: string
  readonly status: string
  readonly output: string
  /** When it came to say so, by Fly's clock; undefined where Fly does not tell. */
  readonly updatedAtMs: number | undefined
}

export interface MachineSize {
  readonly cpuKind: string
  readonly cpus: number
  readonly memoryMb: number
}

/** An end of a machine's process that nobody asked for; of a server one with exit code 0 is such an end too. */
export interface MachineExit {
  readonly exitCode: number
  readonly oomKilled: boolean
  /** Whether Fly starts the machine again. */
  readonly isRestarted: boolean
  /** Since 1970, by Fly's clock; undefined where Fly does not say. */
  readonly atMs: number | undefined
}

/** What a machine has gone through since its last update; what was before belongs to another release. */
export interface MachineLife {
  /** Each end that nobody asked for, the newest first. Fly remembers some 20 events of a machine: there may have been more. */
  readonly exits: readonly MachineExit[]
  /** The first of `exits` where nobody has stopped the machine since; such a machine is at rest. */
  readonly lastExit: MachineExit | undefined
  /** When it was launched and updated, the newest first; empty where Fly does not remember that any more. */
  readonly updatesMs: readonly number[]
  /** Since when it is up; undefined where it has ended since, or Fly does not say. */
  readonly upSinceMs: number | undefined
}

export interface Machine extends MachineLife {
  readonly id: string
  readonly processGroup: string
  readonly region: string
  readonly state: string
  /** Version of the release that it carries. */
  readonly release: number | undefined
  readonly image: string | undefined
  readonly imageDigest: string | undefined
  /** Full SHA out of the image's label org.opencontainers.image.revision. */
  readonly commit: string | undefined
  /** Digest of what flyops built that image from; undefined for an image of others. */
  readonly inputs: string | undefined
  readonly checks: readonly MachineCheck[]
  readonly hasService: boolean
  /** Whether Fly's proxy speaks HTTP to one of its services; a database, say, is reached in another way. */
  readonly answersHttp: boolean
  /** The checks that its configuration asks for. */
  readonly checksConfigured: number
  readonly hostReachable: boolean
  /** The path of its first HTTP check. */
  readonly checkPath: string | undefined
  readonly size: MachineSize | undefined
}

export interface AppStatus extends App {
  /** Version of the newest release; 0 before the first. */
  readonly release: number
  readonly machines: readonly Machine[]
}

export interface Release {
  readonly version: number
  readonly status: string
  readonly image: string | undefined
  readonly createdAt: string
  readonly user: string
}

export interface LogLine {
  /** ISO 8601, as Fly says it; '' where it does not. */
  readonly at: string
  readonly machine: string
  readonly region: string
  /** Who says it: `app` is the app, and Fly's init in its machine; `runner` and `proxy` are Fly. */
  readonly source: string
  readonly message: string
}

export interface DeployRequest extends DeployArguments {
  /** Folder that relative paths in the toml start from. */
  readonly cwd: string
}

export interface DeployOptions extends Pick<RunOptions, 'onStart'> {
  readonly signal: AbortSignal
  readonly stops: (reason: unknown) => readonly Stop[]
  readonly onProgress: (update: ProgressUpdate) => void
  /** Hears that every machine has come up: what flyctl does then changes none. */
  readonly onAllUp?: () => void
  readonly onOutput?: (line: string) => void
}

export interface ScaleRequest {
  readonly app: string
  /** A process group that has machines. */
  readonly group: string
  readonly count: number
}

export interface SecretsRequest {
  readonly app: string
  readonly values: Readonly<Record<string, string>>
  readonly stage: boolean
}

/** What `flyctl deploy` did; its exit status is not the verdict. */
export interface DeployEnding {
  readonly result: RunResult
  /** The release that flyctl says it made; only where it believes that it succeeded. */
  readonly release: number | undefined
  /** Whether it warned that the app does not listen where it should. */
  readonly notListening: boolean
}

export interface CallOptions extends Pick<RunOptions, 'onStart'> {
  readonly signal?: AbortSignal
}

/**
 * The flyctl command line. Every method raises `flyctl_missing`, `not_authenticated`,
 * `flyctl_too_old`, `timed_out`, `cancelled` and `unknown_failure` beside what it names.
 */
export interface Flyctl {
  /** flyctl's own version, and whether it is the sandbox's stand-in. */
  version(options?: CallOptions): Promise<{ version: string; standIn: boolean }>
  /** Which login flyctl uses; nothing is asked, so it may be no good. */
  login(): Login
  /** The e-mail address of the login. */
  whoami(options?: CallOptions): Promise<string>
  /** Logs docker in to Fly's registry, in that DOCKER_CONFIG folder. */
  authDocker(dockerConfigFolder: string, options?: CallOptions): Promise<void>
  /** The password of user `x` at Fly's registry. */
  registryToken(options?: CallOptions): Promise<string>
  /** Builds at Fly's remote builder, which pushes; what that means is the caller's to judge. */
  build(request: BuildArguments, options: RunOptions): Promise<RunResult>
  orgs(options?: CallOptions): Promise<readonly Organization[]>
  /** Raises `name_taken`, `unknown_org`. Without a name flyctl makes one up. */
  createApp(name: string | undefined, org: string, options?: CallOptions): Promise<App>
  /** Raises `app_not_found`. */
  status(app: string, options?: CallOptions): Promise<AppStatus>
  /** Newest first, at most 25. Raises `app_not_found`. */
  /** Of one organization, else all that the login may see. */
  apps(org: string | undefined, options?: CallOptions): Promise<readonly AppSummary[]>
  /** For good. Raises `app_not_found`. */
  destroyApp(app: string, options?: CallOptions): Promise<void>
  releases(app: string, options?: CallOptions): Promise<readonly Release[]>
  /** The newest lines; empty where nothing came within 10 s. */
  logs(app: string, machine: string | undefined, options?: CallOptions): Promise<readonly LogLine[]>
  /** Raises `config_invalid`; returns what `--strict` finds beside. */
  validateConfig(path: string, cwd: string, options?: CallOptions): Promise<readonly string[]>
  /** What the newest release was deployed with: the tables of a fly.toml. Raises `app_not_found`. */
  runningConfig(app: string, options?: CallOptions): Promise<Readonly<Record<string, unknown>>>
  deploy(request: DeployRequest, options: DeployOptions): Promise<DeployEnding>
  /** Takes the leases of machines away, whoever holds them. Raises `app_not_found`. */
  clearLeases(app: string, machines: readonly string[], options?: CallOptions): Promise<void>
  /** Brings the machines of a group to a number; waits for none of them. Raises `app_not_found`. */
  scale(request: ScaleRequest, options?: CallOptions): Promise<void>
  /** The names of an app's secrets. Raises `app_not_found`. */
  secretNames(app: string, options?: CallOptions): Promise<readonly string[]>
  /**
   * Sets secrets; without `stage` the machines start again with them. Raises `app_not_found`, and
   * `invalid_input` for values that flyctl would misread.
   */
  setSecrets(request: SecretsRequest, options?: CallOptions): Promise<void>
}
