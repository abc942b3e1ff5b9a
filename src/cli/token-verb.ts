import { Command } from 'commander'
import { createToken } from '../access/tokens.js'
import type { Host } from './host.js'

interface TokenFlags {
  readonly tools: string
  readonly apps: string
}

/** `flyops token NAME`: a token for one caller over HTTP, and its entry for the tokens file. */
export function tokenVerb(host: Host): Command {
  const verb = new Command('token')
    .argument('<name>', 'who calls with it; jobs belong to that name')
    .summary('Make a token for serve --http')
    .description(
      'Makes a token, and its entry for the "tokens" of the file that `flyops serve --http --tokens FILE` reads. The token is shown once: the entry does not tell it.',
    )
    .option('--tools <names>', 'tools it may use, with commas; * stands for any text', '*')
    .option('--apps <names>', 'apps it may use, with commas; * stands for any text', '*')
  return verb.action((name: string) => {
    const { tools, apps } = verb.opts<TokenFlags>()
    const made = createToken(name, { tools: tools.split(','), apps: apps.split(',') })
    host.stdout.write(`${JSON.stringify(made, undefined, 2)}\n`)
  })
}
