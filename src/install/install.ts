import { randomBytes } from 'node:crypto'
import {
  chmod,
  copyFile,
  mkdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { FlyopsError, hasSystemCode } from '../errors.js'
import { type Client, type ServerEntry, type Surroundings, serverName } from './client.js'
import { editJson, readJson } from './edit-json.js'
import { editToml, readToml } from './edit-toml.js'

export interface InstallRequest {
  readonly client: Client
  readonly surroundings: Surroundings
  readonly sandbox: boolean
  readonly dryRun: boolean
  /** For the name of the backup. */
  readonly now: Date
}

export interface Installed {
  /** Absolute path of the settings file. */
  readonly file: string
  readonly before: string
  readonly after: string
  /** Absolute path; undefined where nothing was replaced. */
  readonly backup: string | undefined
}

const formats = {
  json: { edit: editJson, read: readJson },
  toml: { edit: editToml, read: readToml },
}

/**
 * Puts flyops into a client's settings and keeps everything else that stands there. Raises
 * `invalid_input` for settings that cannot be read; those stay as they are.
 */
export async function install(request: InstallRequest): Promise<Installed> {
  const { client, surroundings, dryRun } = request
  const path = client.file(surroundings)
  const file = await followed(path)
  const before = await contents(file)
  const after = edited(request, file, before)
  if (dryRun || after === before) return { file, before, after, backup: undefined }
  return {
    file,
    before,
    after,
    backup: await replace(file, after, before === '' ? undefined : stamp(request.now)),
  }
}

/** The file itself, also where a link leads to one that is not there yet. */
async function followed(path: string): Promise<string> {
  const target = await realpath(path).catch(() => undefined)
  if (target !== undefined) return target
  const link = await readlink(path).catch(() => undefined)
  return link === undefined ? path : resolve(dirname(path), link)
}

/** Its text, with the byte order mark where it has one; nothing where there is no file. */
async function contents(file: string): Promise<string> {
  try {
    const bytes = await readFile(file)
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    if (hasSystemCode(error, 'ENOENT')) return ''
    throw unusable(file, 'it cannot be read as UTF-8 text', error)
  }
}

function edited({ client, surroundings, sandbox }: InstallRequest, file: string, whole: string) {
  const mark = whole.startsWith('\ufeff') ? '\ufeff' : ''
  const before = whole.slice(mark.length)
  const { edit, read } = formats[client.format]
  const { serversKey } = client
  const settings = read(before)
  if (!isTable(settings)) throw unusable(file, `it is not valid ${client.format.toUpperCase()}`)
  const servers = tableAt(settings, serversKey)
  if (!isTable(servers)) throw unusable(file, `its ${serversKey} is no table`)
  const fields = client.fields(entryOf(surroundings, sandbox))
  const present = tableAt(servers, serverName)
  if (!isTable(present)) throw unusable(file, `its ${serversKey}.${serverName} is no table`)
  const wanted = { ...present, ...fields }
  if (areEqual(present, wanted)) return whole
  const after = edit(before, [serversKey, serverName], fields)
  const expected = { ...settings, [serversKey]: { ...servers, [serverName]: wanted } }
  // Whatever the edit did to the text: its meaning must be the old one, and flyops.
  if (!areEqual(read(after), expected))
    throw unusable(file, 'it is written in a way that flyops cannot edit')
  return mark + after
}

/** As values: parsers make tables in ways of their own. */
function areEqual(one: unknown, other: unknown): boolean {
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value ?? null)) as unknown
  return isDeepStrictEqual(plain(one), plain(other))
}

/** npx is a script on Windows, which clients start by its whole name without a shell. */
function entryOf({ platform, root }: Surroundings, sandbox: boolean): ServerEntry {
  return {
    command: platform === 'win32' ? 'npx.cmd' : 'npx',
    args: ['-y', 'flyops', 'serve', '--root', root, ...(sandbox ? ['--sandbox'] : [])],
  }
}

/** Whole or not at all, with the rights that the file had. */
async function replace(file: string, text: string, stamp: string | undefined) {
  const backup = stamp === undefined ? undefined : `${file}.${stamp}.bak`
  const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`
  try {
    await mkdir(dirname(file), { recursive: true })
    if (backup !== undefined) await copyFile(file, backup)
    const mode = (await stat(file).catch(() => undefined))?.mode
    await writeFile(temporary, text, { mode: 0o600 })
    // Apart, for the mode of a new file is cut by the umask.
    if (mode !== undefined) await chmod(temporary, mode & 0o777)
    await rename(temporary, file)
    return backup
  } catch (error) {
    await rm(temporary, { force: true })
    throw unusable(file, 'it cannot be written', error)
  }
}

function stamp(now: Date): string {
  return now.toISOString().replaceAll(/[:.]/g, '-')
}

/** What is not there is an empty table; null is a value. */
function tableAt(table: Readonly<Record<string, unknown>>, key: string): unknown {
  return key in table ? table[key] : {}
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

function unusable(file: string, reason: string, cause?: unknown): FlyopsError {
  return new FlyopsError('invalid_input', 'settings', `${file} was left as it is: ${reason}.`, {
    remedy: 'Repair the file and run it again, or write the entry by hand, as the README shows it.',
    cause,
  })
}
