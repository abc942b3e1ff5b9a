import { stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { Command, Option } from 'commander'
import { FlyopsError } from '../errors.js'
import { clients } from '../install/clients.js'
import { type Installed, install } from '../install/install.js'
import type { Host } from './host.js'

interface InstallFlags {
  readonly client: string
  readonly root?: string
  readonly sandbox?: boolean
  readonly dryRun?: boolean
}

/** `flyops install`: puts flyops into the settings of an MCP client. */
export function installVerb(host: Host): Command {
  const names = clients.map(({ name }) => name)
  const verb = new Command('install')
    .summary('Put flyops into the settings of an MCP client')
    .description(
      'Puts flyops into the settings of an MCP client, and keeps what else stands there.',
    )
    .addOption(new Option('--client <name>', 'whose settings').choices(names).makeOptionMandatory())
    .option('--root <folder>', 'project folder that flyops serves; default: the working folder')
    .option('--sandbox', 'let it use the local Fly platform')
    .option('--dry-run', 'show what would change, and write nothing')
  return verb.action(async () => {
    const flags = verb.opts<InstallFlags>()
    const client = clients.find(({ name }) => name === flags.client)
    if (client === undefined) throw new Error(`no client is named ${flags.client}`)
    const { env, platform } = host
    const home = (platform === 'win32' ? env.USERPROFILE : env.HOME) || homedir()
    const installed = await install({
      client,
      surroundings: {
        platform,
        env,
        home,
        root: await projectFolder(resolve(host.cwd, flags.root ?? '.')),
      },
      sandbox: flags.sandbox === true,
      dryRun: flags.dryRun === true,
      now: new Date(),
    })
    host.stdout.write(`${describe(installed, client.title, flags.dryRun === true)}\n`)
  })
}

/** Refuses what is mistyped, before folders are made for it. */
async function projectFolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory()) return path
  throw new FlyopsError('invalid_input', 'settings', `--root is no folder: ${path}.`, {
    remedy: 'Set --root to the folder of the project that flyops is to serve.',
  })
}

function describe({ file, before, after, backup }: Installed, title: string, dryRun: boolean) {
  if (before === after) return `${title} has flyops already, in ${file}; nothing was changed.`
  if (dryRun) return `${file} would change:\n${changedLines(before, after)}`
  const kept = backup === undefined ? '' : ` What stood there before is in ${backup}.`
  return `flyops is in ${file}.${kept} Restart ${title}, and it has the tools.`
}

/** The lines between what both begin with and what both end with. */
function changedLines(before: string, after: string): string {
  const [old, now] = [before.split('\n'), after.split('\n')]
  let start = 0
  while (start < Math.min(old.length, now.length) && old[start] === now[start]) start += 1
  let same = 0
  const longest = Math.min(old.length, now.length) - start
  while (same < longest && old.at(-1 - same) === now.at(-1 - same)) same += 1
  const gone = old.slice(start, old.length - same).map((line) => `- ${line}`)
  const come = now.slice(start, now.length - same).map((line) => `+ ${line}`)
  return [...gone, ...come].join('\n')
}
