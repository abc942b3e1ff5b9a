import { stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { Command, Option } from 'commander'
import { FlyopsError } from '../errors.js'
import { snippetOf, type Wanted } from '../install/change.js'
import { type Client, type Place, type Scope, scopes } from '../install/client.js'
import { clients } from '../install/clients.js'
import { type Change, planInstall, writeInstall } from '../install/install.js'
import { excludeInstalled, listingOfInstalled } from '../install/work-tree.js'
import type { Host } from './host.js'

interface InstallFlags {
  readonly client: string
  readonly scope?: Scope
  readonly root?: string
  readonly sandbox?: boolean
  readonly dryRun?: boolean
  readonly print?: boolean
  readonly yes?: boolean
  readonly exclude?: boolean
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
    .addOption(
      new Option('--scope <scope>', 'yours everywhere, or those of the project').choices(scopes),
    )
    .option('--root <folder>', 'project folder that flyops serves; default: the working folder')
    .option('--sandbox', 'let it use the local Fly platform')
    .option('--dry-run', 'show what would change, and write nothing')
    .option('--print', 'print the settings, to be pasted, and write nothing')
    .option('--yes', 'replace another entry of this name without a question')
    .option('--exclude', 'have git overlook a project file that is written: .git/info/exclude')
  return verb.action(async () => {
    const flags = verb.opts<InstallFlags>()
    const wanted = await wantedBy(flags, host)
    if (flags.print === true) print(wanted, host)
    else await install(wanted, flags, host)
  })
}

async function wantedBy(flags: InstallFlags, host: Host): Promise<Wanted> {
  const client = clients.find(({ name }) => name === flags.client)
  if (client === undefined) throw new Error(`no client is named ${flags.client}`)
  const { env, platform } = host
  const home = (platform === 'win32' ? env.USERPROFILE : env.HOME) || homedir()
  const root = await projectFolder(resolve(host.cwd, flags.root ?? '.'))
  return {
    client,
    place: placeOf(client, flags.scope),
    surroundings: { platform, env, home, root },
    sandbox: flags.sandbox === true,
  }
}

function placeOf({ title, places }: Client, scope: Scope | undefined): Place {
  const [first, ...others] = places
  if (scope === undefined || scope === first.scope) return first
  const found = others.find((each) => each.scope === scope)
  if (found !== undefined) return found
  const message = `${title} has no settings of that scope: ${scope}.`
  throw new FlyopsError('invalid_input', 'settings', message, {
    remedy: `Leave --scope away, or set it to ${first.scope}.`,
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

/** The settings alone on standard output, for whoever passes them on. */
function print(wanted: Wanted, host: Host): void {
  const { client, place, surroundings } = wanted
  host.stdout.write(`${snippetOf(wanted).trimEnd()}\n`)
  const notes = [place.after, ...(client.note === undefined ? [] : [client.note])]
  host.stderr.write(
    `This goes into ${place.files(surroundings)[0]} (${client.docs}). ${notes.join(' ')}\n`,
  )
}

async function install(wanted: Wanted, flags: InstallFlags, host: Host): Promise<void> {
  const { client, place } = wanted
  const say = (text: string) => host.stdout.write(`${text}\n`)
  const change = await planInstall(wanted)
  const { file, before, after } = change
  if (flags.dryRun === true && before !== after) {
    say(`${file} would change:\n${changedLines(before, after)}`)
    return
  }
  if (before === after) say(`${client.title} has flyops already, in ${file}; nothing was changed.`)
  else {
    await agree(change, flags, host)
    const backup = await writeInstall(change, new Date())
    const kept = backup === undefined ? '' : ` What stood there before is in ${backup}.`
    say([`flyops is in ${file}.${kept}`, place.after, client.note ?? []].flat().join(' '))
  }
  if (place.scope === 'project' && flags.dryRun !== true) await tellGit(file, flags, host)
}

/** Another entry of this name may be somebody's work. */
async function agree(change: Change, { yes }: InstallFlags, host: Host): Promise<void> {
  if (!change.replaces || yes === true) return
  const { file, before, after } = change
  host.stderr.write(`${file} has another entry named flyops:\n${changedLines(before, after)}\n`)
  if (await ask('Replace it?', host)) return
  throw new FlyopsError('invalid_input', 'settings', `${file} was left as it is.`, {
    remedy: 'To replace its entry named flyops, run it again with --yes.',
  })
}

/** What git lists makes the next image one of uncommitted changes. */
async function tellGit(file: string, flags: InstallFlags, host: Host): Promise<void> {
  const say = (text: string) => host.stdout.write(`${text}\n`)
  const listing = await listingOfInstalled(host.env, file)
  if (listing === 'unlisted') return
  if (listing === 'changed') {
    say('Git lists the file as changed: until it is committed, images are tagged as uncommitted.')
    return
  }
  if (flags.exclude !== true) {
    say('Git lists it as untracked: until it is committed, images are tagged as uncommitted.')
    if (!(await ask('Have git overlook it in this work tree, by .git/info/exclude?', host))) {
      say('Commit it, or run this again with --exclude, and git overlooks it in this work tree.')
      return
    }
  }
  await excludeInstalled(host.env, file)
  say('Git overlooks it in this work tree, by .git/info/exclude.')
}

/** False where nobody sits there. */
async function ask(question: string, { stdin, stderr }: Host): Promise<boolean> {
  if (stdin.isTTY !== true || stderr.isTTY !== true) return false
  const terminal = createInterface({ input: stdin, output: stderr })
  try {
    return /^y(?:es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim())
  } finally {
    terminal.close()
  }
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
