import type { Docker, RegistryLogin, RemoteImage } from '../docker/docker.js'
import type { Flyctl } from '../fly/flyctl.js'
import type { Git } from '../git/git.js'
import type { SendProbe } from '../health/probe.js'
import type { AppLocks } from '../jobs/app-locks.js'
import type { Calls } from '../jobs/calls.js'
import type { DatabaseReport } from '../jobs/database-report.js'
import type { Job, Limits } from '../jobs/job.js'
import type { Jobs } from '../jobs/jobs.js'
import type { Journal } from '../journal/journal.js'
import type { Log } from '../log.js'
import type { HiddenValues } from '../process/hidden-values.js'
import type { ProgressUpdate } from '../progress.js'
import type { ProjectFolder } from '../project/project-folder.js'
import type { Registry } from '../registry/registry.js'
import type { CallerRules } from './rules/caller-rules.js'
import type { Watch } from './watch.js'

export type Auth = 'fresh' | 'renewed'

/** A login to the Fly registry that renews itself once where the registry refuses it. */
export interface RegistrySession {
  /** For docker; undefined where the registry is asked without it. */
  readonly login: RegistryLogin | undefined
  readonly auth: () => Auth
  /** Logs in again; raises `not_authenticated` the second time. */
  renew(refusal: string): Promise<void>
  /** Asks the registry, with one renewal; raises `not_authenticated`. */
  inspectRemote(image: string): Promise<RemoteImage>
  /** TCP ports that an image of the registry exposes; none where that cannot be found out. */
  exposedPorts(image: string): Promise<readonly number[]>
}

/** Work that has limits of its own. */
export type LimitedWork = 'build' | 'push' | 'deploy' | 'ship'

/** Where commits may be fetched from, and how much of them. */
export interface Sources {
  /** Hosts, with a port where it is not the usual one. */
  readonly gitHosts: readonly string[]
  /** Login for them. */
  readonly gitToken: string | undefined
  readonly timeoutMs: number
  readonly maxBytes: number
}

/** What the flow works through; one set for the life of the process. */
export interface ToolClients {
  readonly registryHost: string
  /** Organization for new apps, where the settings name one. */
  readonly org: string | undefined
  readonly deployGraceMs: number
  readonly folder: ProjectFolder
  readonly git: Git
  readonly docker: Docker
  readonly flyctl: Flyctl
  /** There where Fly's remote builder builds: docker is then asked for nothing. */
  readonly registry?: Registry | undefined
  readonly sendProbe: SendProbe
  readonly jobs: Jobs
  readonly appLocks: AppLocks
  readonly journal: Journal
  /** There where several instances share a database. Raises `database_unavailable`. */
  readonly checkDatabase?: (() => Promise<DatabaseReport>) | undefined
  readonly limits: Readonly<Record<LimitedWork, Limits>>
  readonly sources: Sources
  /** The environment of flyops, for the secrets that a caller names. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** From now on nothing that flyops tells shows the value, nor its lines; `known` texts and their parts are no secret. */
  readonly hide: HiddenValues['add']
  /** How long a call waits for long work unless it says otherwise; Infinity waits for its end. */
  readonly waitMs: number
  /** Process id of flyops. */
  readonly pid: number
  readonly log: Log
  readonly watch: Watch
}

/** Who calls by the command line or on standard input; callers with a token have names of their own. */
export const localOwner = 'local'

/** What a person typed; undefined where they declined, closed the question or left it open. */
export interface Answer {
  readonly typed: string | undefined
}

/** What one call may use beside the clients. */
export interface ToolContext extends ToolClients {
  /** Who calls: jobs are shown to their owner alone. */
  readonly owner: string
  /** Whether the caller may see an app: what lists apps leaves the others out. */
  readonly mayUseApp: (app: string) => boolean
  /** There where flyops has a policy file. */
  readonly rules?: CallerRules | undefined
  /** Asked once `signal` has aborted: whether work goes on all the same, whatever the tool says. */
  readonly keepsWork: () => boolean
  /** Aborts when the caller no longer waits; in a job, when that is to stop, with a `StopReason`. */
  readonly signal: AbortSignal
  progress(update: ProgressUpdate): void
  /** A line that a program printed. */
  output(line: string): void
  /** Bounds the calls that run at once; absent where there is but one, on the command line. */
  readonly calls?: Calls
  /** Asks the person to type something; absent where the client cannot ask, and undefined where it turns out so. */
  readonly askToType?: (question: string) => Promise<Answer | undefined>
  /** There where the caller takes work that goes on as a task: when a call hands it over, and to whom. */
  readonly task?: { readonly afterMs: number; readonly handOver: (job: Job) => void }
  /** The registry login that the steps of some work share. */
  readonly openRegistry?: () => Promise<RegistrySession>
  /** To be told of each flyctl that changes the app; there while the work has the app's lock. */
  readonly guard?: (pid: number) => void
  /** Whether the work still has that lock; there where others could have freed it. */
  readonly isHeld?: (() => Promise<boolean>) | undefined
  /** Of the job that this work is. */
  readonly jobId?: string
  /** Set where the work is one step of that job: the journal then has an entry of its own for it. */
  readonly isStep?: true
  /** Set where what is to be deployed was approved of as a whole, or needs no approval. */
  readonly isApproved?: true
}

/** Does what starts programs within a call. Raises `busy` where too many calls run. */
export function bounded<T>({ calls, owner }: ToolContext, work: () => Promise<T>): Promise<T> {
  return calls === undefined ? work() : calls.run(owner, work)
}
