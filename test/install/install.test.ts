import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Client } from '../../src/install/client.js'
import { clients } from '../../src/install/clients.js'
import { readJson } from '../../src/install/edit-json.js'
import { readToml } from '../../src/install/edit-toml.js'
import { install } from '../../src/install/install.js'

const now = new Date('2026-11-23T10:00:00.000Z')

let home: string

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'flyops-install-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

const surroundings = () => ({
  platform: 'linux' as const,
  env: {},
  home,
  root: join(home, 'project'),
})

function put(client: Client, more: { sandbox?: boolean; dryRun?: boolean } = {}) {
  return install({
    client,
    surroundings: surroundings(),
    sandbox: false,
    dryRun: false,
    now,
    ...more,
  })
}

async function populate(client: Client, text: string): Promise<string> {
  const file = client.file(surroundings())
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  return file
}

function clientNamed(name: string): Client {
  const client = clients.find((each) => each.name === name)
  if (client === undefined) throw new Error(`no client ${name}`)
  return client
}

const read = ({ format }: Client, text: string) =>
  (format === 'json' ? readJson(text) : readToml(text)) as Record<string, Record<string, unknown>>

/** Settings as people have them: comments, another server, settings of another kind. */
const populated: Readonly<Record<string, string>> = {
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
}

function populatedFor({ format, serversKey }: Client): string {
  return (populated[format] ?? '').replaceAll('KEY', serversKey)
}

describe.each(clients)('the settings of $title', (client) => {
  test('get flyops, and keep every line that they had', async () => {
    const text = populatedFor(client)
    const file = await populate(client, text)
    const { backup } = await put(client)
    const after = await readFile(file, 'utf8')
    for (const line of text.split('\n').filter((each) => /\S{3}/.test(each)))
      expect(after).toContain(line.trim().replace(/,$/, ''))
    const servers = read(client, after)[client.serversKey] ?? {}
    expect(Object.keys(servers)).toEqual(['other', 'flyops'])
    expect(servers.flyops).toMatchObject({
      command: 'npx',
      args: ['-y', 'flyops', 'serve', '--root', join(home, 'project')],
    })
    expect(await readFile(backup ?? '', 'utf8')).toBe(text)
  })

  test('are made where there are none, for their owner alone', async () => {
    const { file, backup } = await put(client)
    expect(backup).toBeUndefined()
    expect(read(client, await readFile(file, 'utf8'))).toHaveProperty(client.serversKey)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readdir(dirname(file))).toHaveLength(1)
  })

  test('change nothing the second time, and take a change of ours alone', async () => {
    await populate(client, populatedFor(client))
    const first = await put(client)
    const second = await put(client)
    expect(second).toMatchObject({ before: first.after, after: first.after, backup: undefined })
    const { after } = await put(client, { sandbox: true })
    const servers = read(client, after)[client.serversKey] ?? {}
    expect((servers.flyops as { args: string[] }).args.at(-1)).toBe('--sandbox')
    const withoutFlag = after.replace(/,\s*"--sandbox"/, '')
    expect(read(client, withoutFlag)).toEqual(read(client, first.after))
  })

  test('keep what a person added to our entry', async () => {
    const file = await populate(client, populatedFor(client))
    await put(client)
    const own =
      client.format === 'json'
        ? (text: string) =>
            text.replace('"command": "npx"', '"env": { "FLYOPS_ORG": "acme" },\n"command": "npx"')
        : (text: string) => `${text}\n[${client.serversKey}.flyops.env]\nFLYOPS_ORG = "acme"\n`
    await writeFile(file, own(await readFile(file, 'utf8')))
    const { after } = await put(client, { sandbox: true })
    expect(read(client, after)[client.serversKey]?.flyops).toMatchObject({
      env: { FLYOPS_ORG: 'acme' },
      args: expect.arrayContaining(['--sandbox']),
    })
  })

  test('keep their line ends, their indentation and their rights', async () => {
    const text = populatedFor(client).replaceAll('\n', '\r\n').replaceAll('    ', '\t')
    const file = await populate(client, text)
    await chmod(file, 0o640)
    await put(client)
    const after = await readFile(file, 'utf8')
    expect(after.replaceAll('\r\n', '')).not.toContain('\n')
    if (client.format === 'json') expect(after).toMatch(/^\t\t"flyops": \{/m)
    expect((await stat(file)).mode & 0o777).toBe(0o640)
  })

  test('are only looked at in a dry run', async () => {
    const file = await populate(client, populatedFor(client))
    const { after } = await put(client, { dryRun: true })
    expect(after).toContain('flyops')
    expect(await readFile(file, 'utf8')).toBe(populatedFor(client))
    expect(await readdir(dirname(file))).toHaveLength(1)
  })

  test.each(['{ "a": ', '[[[', '"text"'])('that are broken stay as they are: %s', async (text) => {
    const file = await populate(client, text)
    await expect(put(client)).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await readFile(file, 'utf8')).toBe(text)
    expect(await readdir(dirname(file))).toHaveLength(1)
  })
})

test('a link to settings kept elsewhere stays a link', async () => {
  const client = clientNamed('zed')
  const file = client.file(surroundings())
  await mkdir(dirname(file), { recursive: true })
  await writeFile(join(home, 'dotfiles.json'), '{}\n')
  await symlink(join(home, 'dotfiles.json'), file)
  await put(client)
  expect(await readFile(join(home, 'dotfiles.json'), 'utf8')).toContain('flyops')
  expect(await readFile(file, 'utf8')).toContain('flyops')
})

describe('where settings are kept', () => {
  const linux = { platform: 'linux', env: {}, home: '/home/joe', root: '/work/app' } as const
  const mac = { ...linux, platform: 'darwin', home: '/Users/joe' } as const
  const windows = {
    platform: 'win32',
    env: { APPDATA: 'C:\\Users\\joe\\AppData\\Roaming' },
    home: 'C:\\Users\\joe',
    root: 'C:\\work\\app',
  } as const

  test.each([
    ['claude-desktop', linux, '/home/joe/.config/Claude/claude_desktop_config.json'],
    [
      'claude-desktop',
      mac,
      '/Users/joe/Library/Application Support/Claude/claude_desktop_config.json',
    ],
    [
      'claude-desktop',
      windows,
      'C:\\Users\\joe\\AppData\\Roaming\\Claude\\claude_desktop_config.json',
    ],
    ['claude-code', linux, '/work/app/.mcp.json'],
    ['vscode', windows, 'C:\\work\\app\\.vscode\\mcp.json'],
    ['cursor', mac, '/work/app/.cursor/mcp.json'],
    ['codex', linux, '/home/joe/.codex/config.toml'],
    ['codex', { ...linux, env: { CODEX_HOME: '/opt/codex' } }, '/opt/codex/config.toml'],
    ['windsurf', windows, 'C:\\Users\\joe\\.codeium\\windsurf\\mcp_config.json'],
    ['zed', mac, '/Users/joe/.config/zed/settings.json'],
    ['zed', windows, 'C:\\Users\\joe\\AppData\\Roaming\\Zed\\settings.json'],
  ] as const)('%s', (name, where, file) => {
    expect(clientNamed(name).file(where)).toBe(file)
  })

  test('on Windows the entry names a program that needs no shell', async () => {
    const { after } = await install({
      client: clientNamed('claude-desktop'),
      surroundings: { ...windows, root: 'C:\\my work\\app' },
      sandbox: false,
      dryRun: true,
      now,
    })
    expect(readJson(after)).toMatchObject({
      mcpServers: {
        flyops: { command: 'npx.cmd', args: expect.arrayContaining(['C:\\my work\\app']) },
      },
    })
  })
})
