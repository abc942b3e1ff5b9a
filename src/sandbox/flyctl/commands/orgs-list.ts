import { Command } from 'commander'
import type { Host } from '../host.js'
import { listOrganizations } from '../organizations.js'
import { openSession } from '../session.js'
import { printJson } from './command.js'

interface Flags {
  readonly json?: boolean
  readonly accessToken?: string
}

export function orgsListCommand(host: Host): Command {
  const command = new Command('list')
    .description('Lists organizations for current user')
    .option('-j, --json', 'JSON output')
  return command.action(async () => {
    const { json, accessToken } = command.optsWithGlobals<Flags>()
    const found = await listOrganizations(openSession(host, accessToken))
    printJson(host, json, Object.fromEntries(found.map(({ slug, name }) => [slug, name])))
  })
}
