import { Command } from 'commander'
import type { Host } from './host.js'
import { policyOptions } from './policy-options.js'
import { type HttpFlags, type ServeFlags, serveWith } from './serve-with.js'

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
    .option('--oauth-issuer <url>', 'take the access tokens of this authorization server too')
    .option('--public-url <url>', 'the address of /mcp as clients know it; needed for OAuth')
    .option('--log-level <level>', 'debug, info, warn, error or silent')
  for (const option of policyOptions()) verb.addOption(option)
  return verb.action(() => {
    const { http, ...flags } = verb.optsWithGlobals<
      ServeFlags & HttpFlags & { readonly http?: boolean }
    >()
    return serveWith(host, flags, http ? flags : undefined)
  })
}
