import { join } from 'node:path'
import type { Writable } from 'node:stream'
import type { Policy } from './access/policy.js'
import { audited } from './audit/audited.js'
import { createDocker } from './docker/create-docker.js'
import { localOwner, type ToolClients } from './flow/context.js'
import type { Watch } from './flow/watch.js'
import { createFlyctl } from './fly/create-flyctl.js'
import { createGit } from './git/create-git.js'
import { createSendProbe } from './health/probe.js'
import { createAppLocks } from './jobs/app-locks.js'
import { type Calls, createCalls } from './jobs/calls.js'
import type { CountRequest } from './jobs/count-request.js'
import { createJobs } from './jobs/jobs.js'
import { createJournal, rememberedLines } from './journal/create-journal.js'
import type { Imported } from './journal/journal.js'
import { createLog, type Log } from './log.js'
import { createOutgoing } from './process/outgoing.js'
import { findProgram } from './process/programs.js'
import { createRedact, createRedaction, type Redact } from './process/redact.js'
import { createRunner } from './process/runner.js'
import { createProjectFolder } from './project/project-folder.js'
import { createRegistry } from './registry/registry.js'
import type { Environment, Settings } from './settings.js'

export interface Composition {
  readonly clients: ToolClients
  /** Bounds the calls that run at once. */
  readonly calls: Calls
  /** What tools may do, whoever calls. */
  readonly policy: Policy
  /** Makes texts fit to leave flyops: all that people, clients and models see has gone through it. */
  readonly redact: Redact
  readonly log: Log
  /** Adds the journal of this machine to the database; there where several instances share one. */
  readonly importJournal?: (() => Promise<Imported>) | undefined
  /** Counts requests for all of them; there likewise. */
  readonly countRequest?: CountRequest | undefined
  /** Resolves when no job and no child is left. */
  idle(): Promise<void>
}

export interface OwnProcess {
  readonly pid: number
  /** Aborts when flyops must end. */
  readonly ending: AbortSignal
  /** Where audit lines go that are to be written. */
  readonly auditStream: Writable
  /** Whoever watches the work. */
  readonly watch: Watch
  /** Resolves when they have been told, or that takes too long. */
  flushWatch(): Promise<void>
}

/** Builds the parts and joins them; nothing is started yet. */
export async function compose(settings: Settings, process: OwnProcess): Promise<Composition> {
  // What programs say is read: a secret that is the name of something must not change it before that.
  const redactRead = createRedact(settings.secrets)
  const { redact, hide } = createRedaction(redactRead)
  const log = createLog(settings.logLevel, redact)
  const { run, idle } = createRunner({ log, redact: redactRead })
  const { env } = settings
  // What callers log in to flyops with, and flyops to git hosts, is nothing to programs.
  const {
    FLYOPS_HTTP_TOKEN: _http,
    FLYOPS_GIT_TOKEN: _git,
    FLYOPS_AUDIT: _audit,
    FLYOPS_AUDIT_TOKEN: _auditToken,
    FLYOPS_DATABASE_URL: _database,
    ...forChildren
  } = env
  const childEnv = withoutTelemetry(forChildren)
  const { close, ...state } = await openState(settings, { ...process, redact, log })
  const { jobs, appLocks, checkDatabase, importJournal, countRequest } = state
  const { journal, watch, flush } = audited(
    { journal: state.journal, watch: process.watch },
    settings.audit,
    { stream: process.auditStream, redact, log },
  )
  const findGit = () => findProgram({ names: ['git'], path: env.PATH, folders: [] })
  const git = createGit({ run, find: findGit, env: childEnv })
  const findDocker = () => findProgram(settings.docker)
  const findFlyctl = () => findProgram(settings.flyctl)
  return {
    clients: {
      registryHost: settings.registryHost,
      org: settings.org,
      deployGraceMs: settings.deployGraceMs,
      folder: createProjectFolder(settings.root),
      git,
      docker: createDocker({
        run,
        find: findDocker,
        env: childEnv,
        buildkit: settings.buildkit,
        isBuiltElsewhere: settings.buildkit !== undefined || settings.buildsAtFly,
      }),
      registry: settings.buildsAtFly ? createRegistry() : undefined,
      flyctl: createFlyctl({
        run,
        find: findFlyctl,
        findDocker,
        env: childEnv,
        redact: redactRead,
      }),
      sendProbe: createSendProbe(redact),
      jobs,
      appLocks,
      journal,
      checkDatabase,
      limits: settings.limits,
      sources: settings.sources,
      env,
      hide,
      waitMs: settings.waitMs,
      pid: process.pid,
      log,
      watch,
    },
    calls: createCalls({ bounds: settings.atOnce.calls, keeper: localOwner }),
    policy: settings.policy,
    redact: createOutgoing(redact),
    log,
    importJournal,
    countRequest,
    async idle() {
      await jobs.idle()
      await git.idle()
      await idle()
      await Promise.all([flush(), process.flushWatch()])
      await close()
    },
  }
}

/** Where flyops tells of itself is not for others: docker and buildx would tell of themselves there. */
function withoutTelemetry(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('OTEL_')))
}

interface State
  extends Pick<ToolClients, 'jobs' | 'appLocks' | 'journal' | 'checkDatabase'>,
    Pick<Composition, 'importJournal' | 'countRequest'> {
  close(): Promise<void>
}

/** What is remembered: in files of this machine, or in a database that other instances share. */
async function openState(
  { atOnce, stateDir, databaseUrl: url, registryHost, root = '' }: Settings,
  { ending, pid, redact, log }: OwnProcess & { readonly redact: Redact; readonly log: Log },
): Promise<State> {
  const file = join(stateDir, 'journal.jsonl')
  const bounds = { bounds: atOnce.jobs, keeper: localOwner }
  const jobs = createJobs({ shutdown: ending, now: () => performance.now(), ...bounds })
  const appLocks = createAppLocks({ folder: join(stateDir, 'locks'), log })
  if (url === undefined)
    return { jobs, appLocks, journal: createJournal({ file, redact, log }), close: async () => {} }
  const { openSharedState } = await import('./postgres/shared-state.js')
  const place = JSON.stringify([registryHost, root])
  const state = openSharedState({ url, jobs, appLocks, ...bounds, place, pid, redact, log })
  const importJournal = async () => state.journal.takeOver(await rememberedLines(file))
  return { ...state, importJournal }
}
