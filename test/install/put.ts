import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Client, Place, Surroundings } from '../../src/install/client.js'
import { clients } from '../../src/install/clients.js'
import { readJson } from '../../src/install/edit-json.js'
import { readToml } from '../../src/install/edit-toml.js'
import { readYaml } from '../../src/install/edit-yaml.js'
import { type Change, planInstall, writeInstall } from '../../src/install/install.js'

export interface PutOptions {
  readonly place?: Place
  readonly sandbox?: boolean
  readonly dryRun?: boolean
}

/** On Linux, with a project in the home folder. */
export function surroundingsIn(home: string): Surroundings {
  return { platform: 'linux', env: {}, home, root: join(home, 'project') }
}

export function settingsFile({ places: [first] }: Client, home: string, place = first): string {
  return place.files(surroundingsIn(home))[0] ?? ''
}

/** Puts flyops into a client's settings in a home folder, and says what that changed. */
export async function put(
  client: Client,
  home: string,
  { place = client.places[0], sandbox = false, dryRun = false }: PutOptions = {},
): Promise<Change & { readonly backup: string | undefined }> {
  const surroundings = surroundingsIn(home)
  const change = await planInstall({ client, place, surroundings, sandbox })
  if (dryRun || change.after === change.before) return { ...change, backup: undefined }
  return { ...change, backup: await writeInstall(change, new Date('2026-11-23T10:00:00.000Z')) }
}

export async function populate(file: string, text: string | Uint8Array): Promise<string> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  return file
}

export function clientNamed(name: string): Client {
  const client = clients.find((each) => each.name === name)
  if (client === undefined) throw new Error(`no client ${name}`)
  return client
}

const readers = { json: readJson, toml: readToml, yaml: readYaml }

/** All servers of a settings file, by their names. */
export function serversIn({ format, serversKey }: Client, text: string) {
  const settings = readers[format](text) as Record<string, Record<string, unknown>>
  return settings[serversKey] ?? {}
}

const populated = {
  json: `// my settings
{
    "theme": "dark", // I like it
    "KEY": {
        /* the one that I need */
        "other": { "command": "other", "args": ["--port", "1"], "env": { "TOKEN": "x" } },
    },
    "last": [1, 2,
        3]
}
`,
  toml: `# my settings
model = "o5" # the large one

[KEY.other]
command = "other"
args = ["--port", "1"]

[KEY.other.env]
TOKEN = "x" # keep

[profiles.fast]
model = 'o5-mini'
`,
  yaml: `# my settings
GOOSE_MODE: "auto" # careful

KEY:
    # the one that I need
    other:
        cmd: other
        args: ["--port", "1"]
        envs:
            TOKEN: x # keep

GOOSE_MODEL: 'o5-mini'
`,
}

/** Settings as people have them: comments, another server, settings of another kind. */
export function populatedFor({ format, serversKey }: Client): string {
  return populated[format].replaceAll('KEY', serversKey)
}
