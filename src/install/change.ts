import { isDeepStrictEqual } from 'node:util'
import { FlyopsError } from '../errors.js'
import {
  type Client,
  type Place,
  type ServerEntry,
  type Surroundings,
  serverName,
} from './client.js'
import { type Fields, isTable, type Path, valueAt } from './edit.js'
import { editJson, readJson } from './edit-json.js'
import { editToml, readToml } from './edit-toml.js'
import { editYaml, readYaml } from './edit-yaml.js'

export interface Wanted {
  readonly client: Client
  readonly place: Place
  readonly surroundings: Surroundings
  readonly sandbox: boolean
}

export interface Edited {
  readonly after: string
  /** Whether an entry of this name says something else now. */
  readonly replaces: boolean
}

const formats = {
  json: { edit: editJson, read: readJson },
  toml: { edit: editToml, read: readToml },
  yaml: { edit: editYaml, read: readYaml },
}

/** Fields by which entries name a server elsewhere, in one client or another. */
const remoteFields = ['url', 'httpUrl', 'serverUrl', 'uri']

/** The text of a settings file with flyops in it, and everything else as it was. Raises `invalid_input`. */
export function edited(wanted: Wanted, file: string, whole: string): Edited {
  const mark = whole.startsWith('\ufeff') ? '\ufeff' : ''
  const before = whole.slice(mark.length)
  const { client } = wanted
  const { edit, read } = formats[client.format]
  const settings = read(before)
  if (!isTable(settings)) throw unusable(file, `it is not valid ${client.format.toUpperCase()}`)
  const path = pathOf(client, settings)
  const broken = path.findIndex(
    (_key, index) => !isTable(valueAt(settings, path.slice(0, index + 1))),
  )
  if (broken !== -1) throw unusable(file, `its ${path.slice(0, broken + 1).join('.')} is no table`)
  const present = valueAt(settings, path) as Fields
  if (remoteFields.some((name) => name in present))
    throw unusable(file, `its ${path.join('.')} is a server at an address; give that another name`)
  const goal = joined(present, fieldsOf(wanted))
  if (areEqual(present, goal)) return { after: whole, replaces: false }
  const changes = Object.entries(goal).filter(([name, value]) => !areEqual(present[name], value))
  const after = edit(before, path, Object.fromEntries(changes))
  // Whatever the edit did to the text: its meaning must be the old one, and flyops.
  if (!areEqual(read(after), withValue(settings, path, goal)))
    throw unusable(file, 'it is written in a way that flyops cannot edit')
  return { after: mark + after, replaces: changes.some(([name]) => name in present) }
}

/** What a person pastes into settings that have no server yet. */
export function snippetOf(wanted: Wanted): string {
  const { client } = wanted
  return formats[client.format].edit('', pathOf(client, {}), fieldsOf(wanted))
}

function pathOf({ serversKey, innerKey }: Client, settings: Fields): Path {
  const servers = settings[serversKey]
  const isInner = innerKey !== undefined && isTable(servers) && isTable(servers[innerKey])
  return isInner ? [serversKey, innerKey, serverName] : [serversKey, serverName]
}

function fieldsOf({ client, place, surroundings, sandbox }: Wanted): Fields {
  return client.fields(entryOf(surroundings, place.root ?? surroundings.root, sandbox))
}

/** npx is a script on Windows, which clients start by its whole name without a shell. */
function entryOf({ platform }: Surroundings, root: string, sandbox: boolean): ServerEntry {
  return {
    command: platform === 'win32' ? 'npx.cmd' : 'npx',
    args: ['-y', 'flyops', 'serve', '--root', root, ...(sandbox ? ['--sandbox'] : [])],
  }
}

/** The entry with our fields; what a person added to it stays, also among the variables. */
function joined(present: Fields, fields: Fields): Fields {
  const ours = Object.entries(fields).map(([name, value]) => {
    const old = present[name]
    if (isTable(value) && isTable(old)) return [name, { ...old, ...value }]
    if (name === 'env_vars' && Array.isArray(old) && Array.isArray(value))
      return [name, [...new Set([...old, ...value])]]
    return [name, value]
  })
  return { ...present, ...Object.fromEntries(ours) }
}

function withValue(settings: Fields, [key = '', ...rest]: Path, value: unknown): Fields {
  const inner = isTable(settings[key]) ? settings[key] : {}
  return { ...settings, [key]: rest.length === 0 ? value : withValue(inner, rest, value) }
}

/** As values: parsers make tables in ways of their own. */
function areEqual(one: unknown, other: unknown): boolean {
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value ?? null)) as unknown
  return isDeepStrictEqual(plain(one), plain(other))
}

export function unusable(file: string, reason: string, cause?: unknown): FlyopsError {
  return new FlyopsError('invalid_input', 'settings', `${file} was left as it is: ${reason}.`, {
    remedy: 'Repair the file and run it again, or paste what `flyops install --print` shows.',
    cause,
  })
}
