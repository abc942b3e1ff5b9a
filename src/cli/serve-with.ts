import { resolve } from 'node:path'
import { readOAuth } from '../access/oauth-settings.js'
import type { HttpOptions } from '../mcp/http.js'
import { serve } from '../mcp/serve.js'
import { isOn } from '../settings/values.js'
import { loadSettings, type PolicyFlags } from '../settings.js'
import type { CommonFlags } from './common-flags.js'
import type { Host } from './host.js'
import { loadPolicy } from './load-policy.js'

export type ServeFlags = CommonFlags & PolicyFlags

export interface HttpFlags {
  readonly host: string
  readonly port: string
  readonly tokens?: string
  readonly allowedHosts?: string
  readonly oauthIssuer?: string
  readonly publicUrl?: string
}

/** Serves MCP on standard input and output, or where there are flags for it over HTTP. */
export async function serveWith(host: Host, flags: ServeFlags, http?: HttpFlags): Promise<void> {
  const settings = loadSettings({ flags, env: host.env, cwd: host.cwd })
  const policy = await loadPolicy(settings)
  const isAsked = http !== undefined && isOn('FLYOPS_METRICS', host.env.FLYOPS_METRICS || '0')
  const metrics = isAsked || settings.sendsMetrics ? await openMetrics() : undefined
  await serve({
    ...host,
    policy,
    loadComposition: async () =>
      (await import('./start.js')).start(host, flags, {
        ...(http === undefined ? {} : { auditStream: host.stdout }),
        ...(metrics === undefined ? {} : { watch: metrics.watch, metrics }),
      }),
    isEager: flags.sandbox === true,
    isShared: settings.databaseUrl !== undefined,
    http:
      http === undefined
        ? undefined
        : { ...httpOptions(http, host), metrics: isAsked ? metrics : undefined },
  })
}

/** Loaded where somebody asks for them. */
async function openMetrics() {
  return (await import('../telemetry/metrics.js')).createMetrics()
}

function httpOptions(flags: HttpFlags, { env, cwd }: Host): HttpOptions {
  const names = flags.allowedHosts ?? env.FLYOPS_ALLOWED_HOSTS ?? ''
  const oauth = readOAuth({
    issuer: flags.oauthIssuer ?? env.FLYOPS_OAUTH_ISSUER,
    publicUrl: flags.publicUrl ?? env.FLYOPS_PUBLIC_URL,
    scope: env.FLYOPS_OAUTH_SCOPE,
    groupsClaim: env.FLYOPS_OAUTH_GROUPS_CLAIM,
    tokenType: env.FLYOPS_OAUTH_TOKEN_TYPE,
  })
  return {
    host: flags.host,
    port: flags.port,
    token: env.FLYOPS_HTTP_TOKEN || undefined,
    tokensFile: flags.tokens === undefined ? undefined : resolve(cwd, flags.tokens),
    allowedHosts: [
      ...names.split(',').map((name) => name.trim()),
      ...(oauth === undefined ? [] : [new URL(oauth.resource).hostname]),
      ...(env.FLY_APP_NAME ? [`${env.FLY_APP_NAME}.fly.dev`] : []),
    ].filter((name) => name !== ''),
    oauth,
    commit: env.FLYOPS_COMMIT || undefined,
  }
}
