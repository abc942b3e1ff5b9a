import type { z } from 'zod'
import type { RunResult } from '../process/command.js'
import type { Redact } from '../process/redact.js'
import { buildAtFly } from './build.js'
import * as commands from './commands.js'
import { createDeployReader } from './deploy-progress.js'
import { type FailureContext, flyctlFailure } from './failures.js'
import type { CallOptions, Flyctl, Organization } from './flyctl.js'
import { describeLogin } from './login.js'
import { toMachine } from './machines.js'
import { withPrivateConfig } from './private-config.js'
import {
  emittedRelease,
  maxReplyBytes,
  readLogs,
  readReply,
  strictFindings,
  toApp,
  toRelease,
} from './read-replies.js'
import { readRegistryToken } from './registry-token.js'
import * as replies from './replies.js'
import { secretLines } from './secret-lines.js'
import { createStart, type StartParts } from './start.js'

const callTimeoutMs = 60_000
const logsTimeoutMs = 10_000
/** Machines start again, one after the other. */
const secretsTimeoutMs = 300_000
/** A lease that somebody else holds is waited for. */
const scaleTimeoutMs = 180_000

export interface FlyctlParts extends StartParts {
  /** Replies are parsed as they come, and redacted then. */
  readonly redact: Redact
}

/** The flyctl client on a real program. */
export function createFlyctl(parts: FlyctlParts): Flyctl {
  const start = createStart(parts)
  const { redact } = parts
  const apiUrl = parts.env.FLY_API_BASE_URL

  async function call(args: commands.Args, context: FailureContext, options: CallOptions = {}) {
    const limits = { timeoutMs: callTimeoutMs, maxReplyBytes }
    const result = await start(args, { ...limits, ...options })
    if (result.outcome !== 'ok') throw flyctlFailure(result, context)
    return result
  }

  async function ask<T extends z.ZodType>(
    reply: T,
    args: commands.Args,
    context: FailureContext,
    options?: CallOptions,
  ): Promise<z.infer<T>> {
    return readReply(reply, await call(args, context, options), { ...context, redact })
  }

  return {
    async version(options) {
      const context = { stage: 'preflight', doing: 'asking flyctl for its version' } as const
      const reply = await ask(replies.versionReply, commands.version(), context, options)
      return { version: reply.Version, standIn: reply.Environment === 'flyops-sandbox' }
    },
    login: () => describeLogin(parts.env),
    async whoami(options) {
      const context = { stage: 'auth', doing: 'asking who is logged in' } as const
      return (await ask(replies.whoamiReply, commands.whoami(), context, options)).email
    },
    async authDocker(folder, options) {
      const context = { stage: 'auth', doing: 'logging docker in to the registry' } as const
      const result = await start(
        commands.authDocker(),
        { timeoutMs: callTimeoutMs, ...options },
        { env: { DOCKER_CONFIG: folder } },
      )
      if (result.outcome !== 'ok') throw flyctlFailure(result, context)
    },
    async registryToken(options) {
      const context = { stage: 'auth', doing: 'asking for the token' } as const
      return readRegistryToken(await call(commands.authToken(), context, options))
    },
    build: (request, options) => buildAtFly(start, request, options),
    async orgs(options) {
      const context = { stage: 'create_app', doing: 'listing the organizations' } as const
      const reply = await ask(replies.orgsReply, commands.orgsList(), context, options)
      return Object.entries(reply).map(([slug, name]): Organization => ({ slug, name }))
    },
    async createApp(name, org, options) {
      const context = { stage: 'create_app', doing: 'creating the app' } as const
      const reply = await ask(replies.appReply, commands.appsCreate(name, org), context, options)
      return toApp(reply, { ...context, app: name, apiUrl })
    },
    async status(app, options) {
      const context = { stage: 'health', doing: `asking for the status of ${app}` } as const
      const reply = await ask(replies.statusReply, commands.status(app), context, options)
      const machines = (reply.Machines ?? []).map(toMachine)
      const known = toApp(reply, { ...context, app, apiUrl })
      return { ...known, release: reply.Version ?? 0, machines }
    },
    async apps(org, options) {
      const context = { stage: 'preflight', doing: 'listing the apps' } as const
      const reply = await ask(replies.appsReply, commands.appsList(org), context, options)
      return reply.map((app) => ({
        name: app.Name,
        org: app.Organization.Slug,
        status: app.Status,
        isDeployed: app.Deployed === true,
      }))
    },
    async destroyApp(app, options) {
      const context = { stage: 'preflight', doing: `destroying ${app}` } as const
      const result = await start(commands.appsDestroy(app), {
        timeoutMs: callTimeoutMs,
        ...options,
      })
      if (result.outcome !== 'ok') throw flyctlFailure(result, context)
    },
    async releases(app, options) {
      const context = { stage: 'releases', doing: `listing the releases of ${app}` } as const
      const reply = await ask(replies.releasesReply, commands.releases(app), context, options)
      return reply.map(toRelease)
    },
    async logs(app, machine, options) {
      const context = { stage: 'health', doing: `reading the logs of ${app}` } as const
      const result = await start(commands.logs(app, machine), {
        timeoutMs: logsTimeoutMs,
        maxReplyBytes,
        ...options,
      })
      if (result.outcome !== 'ok' && result.outcome !== 'timed_out')
        throw flyctlFailure(result, context)
      return readLogs(result, redact)
    },
    async validateConfig(path, cwd, options) {
      const context = { stage: 'config', doing: 'validating the configuration' } as const
      const result = await start(
        commands.configValidate(path),
        { timeoutMs: callTimeoutMs, ...options },
        { cwd },
      )
      if (result.outcome === 'ok') return []
      if (result.stderr.includes('strict validation failed')) return strictFindings(result.stdout)
      // What ended it by a signal is no fault of the file.
      const fallback = result.signal === undefined ? ('config_invalid' as const) : undefined
      throw flyctlFailure(withReport(result), { ...context, fallback })
    },
    async clearLeases(app, machines, options) {
      const context = { stage: 'deploy', doing: `clearing the leases of ${app}` } as const
      const limits = { timeoutMs: callTimeoutMs, ...options }
      const result = await start(commands.leasesClear(app, machines), limits)
      if (result.outcome !== 'ok') throw flyctlFailure(result, context)
    },
    async runningConfig(app, options) {
      const context = { stage: 'config', doing: `asking for the settings of ${app}` } as const
      const result = await call(commands.configShow(app), context, options)
      // As they are: they are deployed again, and nothing else shall take their place.
      return readReply(replies.configReply, result, { ...context, redact: (text) => text })
    },
    async scale({ app, group, count }, options) {
      const context = { stage: 'deploy', doing: `scaling ${app}` } as const
      const limits = { timeoutMs: scaleTimeoutMs, ...options }
      const result = await start(commands.scaleCount(app, group, count), limits)
      if (result.outcome !== 'ok') throw flyctlFailure(result, context)
    },
    async secretNames(app, options) {
      const context = { stage: 'deploy', doing: `listing the secrets of ${app}` } as const
      const secrets = await ask(replies.secretsReply, commands.secretsList(app), context, options)
      return secrets.map(({ name }) => name)
    },
    async setSecrets({ app, values, stage }, options) {
      const context = { stage: 'deploy', doing: `setting secrets of ${app}` } as const
      const stdin = secretLines(values)
      const result = await withPrivateConfig(parts.env, (folder) =>
        start(
          commands.secretsImport(app, stage),
          { timeoutMs: secretsTimeoutMs, ...options },
          { stdin, env: { FLY_CONFIG_DIR: folder } },
        ),
      )
      if (result.outcome !== 'ok') throw flyctlFailure(result, context)
    },
    async deploy(request, { signal, stops, onStart, onProgress, onAllUp, onOutput }) {
      const reader = createDeployReader()
      let notListening = false
      function onLine(line: string): void {
        onOutput?.(line)
        notListening ||= line.includes('not listening on the expected address')
        const update = reader.read(line)
        if (update !== undefined) onProgress(update)
        if (reader.areAllUp()) onAllUp?.()
      }
      const result = await start(
        commands.deploy(request),
        { signal, stops, onStart, onLine },
        { cwd: request.cwd, env: { FLY_EMIT_RELEASE_JSON: '1' } },
      )
      return { result, release: emittedRelease(result.stdout), notListening }
    },
  }
}

/** The report of `config validate` is on standard output, the bare verdict on standard error. */
function withReport(result: RunResult): RunResult {
  return { ...result, stderr: `${result.stdout}\n${result.stderr}` }
}
