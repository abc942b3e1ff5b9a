import { Command } from 'commander'
import { serve } from '../mcp/serve.js'
import { loadSettings } from '../settings.js'
import type { Host } from './host.js'
import type { CommonFlags } from './tool-verb.js'

interface ServeFlags extends CommonFlags {
  readonly http?: boolean
  readonly host: string
  readonly port: string
}

/** `flyops serve`: the MCP server, on standard input and output or on HTTP. */
export function serveVerb(host: Host): Command {
  const verb = new Command('serve')
    .summary('Serve MCP')
    .description('Serves MCP on standard input and output; with --http, on a loopback port.')
    .option('--root <folder>', 'project folder; default: FLYOPS_ROOT, else the working folder')
    .option('--sandbox', 'use the local Fly platform: no account needed')
    .option('--http', 'serve Streamable HTTP instead, at /mcp')
    .option('--host <address>', 'loopback address for --http', '127.0.0.1')
    .option('--port <number>', 'port for --http', '8080')
    .option('--log-level <level>', 'debug, info, warn, error or silent')
  return verb.action(async () => {
    const flags = verb.opts<ServeFlags>()
    loadSettings({ flags, env: host.env, cwd: host.cwd })
    await serve({
      ...host,
      loadComposition: async () => (await import('./start.js')).start(host, flags),
      isEager: flags.sandbox === true,
      http: flags.http ? { host: flags.host, port: flags.port } : undefined,
    })
  })
}
