import { resolve } from 'node:path'
import { Command } from 'commander'
import type { HttpOptions } from '../mcp/http.js'
import { serve } from '../mcp/serve.js'
import { loadSettings, type PolicyFlags } from '../settings.js'
import type { CommonFlags } from './common-flags.js'
import type { Host } from './host.js'
import { policyOptions } from './policy-options.js'

interface ServeFlags extends CommonFlags, PolicyFlags {
  readonly http?: boolean
  readonly host: string
  readonly port: string
  readonly tokens?: string
  readonly allowedHosts?: string
}

/** `flyops serve`: the MCP server, on standard input and output or on HTTP. */
export function serveVerb(host: Host): Command {
  const verb = new Command('serve')
    .summary('Serve MCP')
    .description('Serves MCP on standard input and output; with --http, on a port.')
    .option('--root <folder>', 'project folder; default: FLYOPS_ROOT, else the working folder')
    .option('--sandbox', 'use the local Fly platform: no account needed')
    .option('--http', 'serve Streamable HTTP instead, at /mcp')
    .option(
      '--host <address>',
      'address for --http; others than loopback need a token',
      '127.0.0.1',
    )
    .option('--port <number>', 'port for --http', '8080')
    .option('--tokens <file>', 'who may call over HTTP, made with `flyops token`')
    .option('--allowed-hosts <names>', 'names of this server, with commas; FLY_APP_NAME’s is known')
    .option('--log-level <level>', 'debug, info, warn, error or silent')
  for (const option of policyOptions()) verb.addOption(option)
  return verb.action(async () => {
    const flags = verb.optsWithGlobals<ServeFlags>()
    const { policy } = loadSettings({ flags, env: host.env, cwd: host.cwd })
    await serve({
      ...host,
      policy,
      loadComposition: async () => (await import('./start.js')).start(host, flags),
      isEager: flags.sandbox === true,
      http: flags.http ? httpOptions(flags, host) : undefined,
    })
  })
}

function httpOptions(flags: ServeFlags, { env, cwd }: Host): HttpOptions {
  const names = flags.allowedHosts ?? env.FLYOPS_ALLOWED_HOSTS ?? ''
  return {
    host: flags.host,
    port: flags.port,
    token: env.FLYOPS_HTTP_TOKEN || undefined,
    tokensFile: flags.tokens === undefined ? undefined : resolve(cwd, flags.tokens),
    allowedHosts: [
      ...names.split(',').map((name) => name.trim()),
      ...(env.FLY_APP_NAME ? [`${env.FLY_APP_NAME}.fly.dev`] : []),
    ].filter((name) => name !== ''),
    commit: env.FLYOPS_COMMIT || undefined,
  }
}
