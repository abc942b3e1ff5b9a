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
import { clients } from '../../src/install/clients.js'
import { readJson } from '../../src/install/edit-json.js'
import { planInstall } from '../../src/install/install.js'
import {
  clientNamed,
  populate,
  populatedFor,
  put,
  serversIn,
  settingsFile,
  surroundingsIn,
} from './put.js'

let home: string

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'flyops-install-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

/** Every client in each of its scopes. */
const all = clients.flatMap((client) =>
  client.places.map((place) => ({ client, place, title: `${client.title}, ${place.scope}` })),
)

describe.each(all)('the settings of $title', ({ client, place }) => {
  const file = () => settingsFile(client, home, place)
  const install = () => put(client, home, { place })

  test('get flyops, and keep every line that they had', async () => {
    const text = populatedFor(client)
    await populate(file(), text)
    const { backup, replaces } = await install()
    const after = await readFile(file(), 'utf8')
    for (const line of text.split('\n').filter((each) => /\S{3}/.test(each)))
      expect(after).toContain(line.trim().replace(/,$/, ''))
    const servers = serversIn(client, after)
    expect(Object.keys(servers)).toEqual(['other', 'flyops'])
    const root = place.root ?? join(home, 'project')
    expect(commandOf(servers.flyops)).toEqual(['npx', '-y', 'flyops', 'serve', '--root', root])
    expect(replaces).toBe(false)
    expect(await readFile(backup ?? '', 'utf8')).toBe(text)
  })

  test('are made where there are none, for their owner alone', async () => {
    const { backup } = await install()
    expect(backup).toBeUndefined()
    expect(Object.keys(serversIn(client, await readFile(file(), 'utf8')))).toEqual(['flyops'])
    expect((await stat(file())).mode & 0o777).toBe(0o600)
    expect(await readdir(dirname(file()))).toHaveLength(1)
  })

  test('name no value of a login', async () => {
    const { after } = await install()
    expect(after).not.toMatch(/FLY_API_TOKEN"?\s*[:=]\s*"(?!\$\{)/)
  })
})

/** A client of each format, and one whose entry has variables. */
const formats = ['zed', 'cursor', 'codex', 'goose'].map(clientNamed)

describe.each(formats)('the settings of $title', (client) => {
  const file = () => settingsFile(client, home)
  const install = (more: { sandbox?: boolean; dryRun?: boolean } = {}) => put(client, home, more)

  test('change nothing the second time, and say where an entry is replaced', async () => {
    await populate(file(), populatedFor(client))
    const first = await install()
    expect(await install()).toMatchObject({ before: first.after, after: first.after })
    const { after, replaces } = await install({ sandbox: true })
    expect(replaces).toBe(true)
    const { flyops, ...others } = serversIn(client, after)
    expect(commandOf(flyops)).toContain('--sandbox')
    const { flyops: _, ...before } = serversIn(client, first.after)
    expect(others).toEqual(before)
  })

  test('keep what a person added to our entry', async () => {
    await populate(file(), populatedFor(client))
    await install()
    const own = {
      json: (text: string) =>
        text.includes('"env": {\n')
          ? text.replace(/("env": \{\n)(\s*)("FLY_API)/, '$1$2"FLYOPS_ORG": "acme",\n$2$3')
          : text.replace('"flyops": {', '"flyops": { "env": { "FLYOPS_ORG": "acme" }, '),
      toml: (text: string) => `${text}\n[${client.serversKey}.flyops.env]\nFLYOPS_ORG = "acme"\n`,
      yaml: (text: string) =>
        text.replace('flyops:\n', 'flyops:\n        env: {FLYOPS_ORG: acme}\n'),
    }
    await writeFile(file(), own[client.format](await readFile(file(), 'utf8')))
    const { after } = await install({ sandbox: true })
    const { flyops } = serversIn(client, after)
    expect(flyops).toMatchObject({ env: { FLYOPS_ORG: 'acme' } })
    expect(commandOf(flyops)).toContain('--sandbox')
  })

  test('keep their line ends, their indentation and their rights', async () => {
    const tabs = client.format === 'yaml' ? '    ' : '\t'
    const text = populatedFor(client).replaceAll('\n', '\r\n').replaceAll('    ', tabs)
    await populate(file(), text)
    await chmod(file(), 0o640)
    await install()
    const after = await readFile(file(), 'utf8')
    expect(after.replaceAll('\r\n', '')).not.toContain('\n')
    if (client.format === 'json') expect(after).toMatch(/^\t\t"flyops": \{/m)
    if (client.format === 'yaml') expect(after).toMatch(/^ {4}flyops:\r\n {8}type: stdio/m)
    expect((await stat(file())).mode & 0o777).toBe(0o640)
  })

  test('are only looked at in a dry run', async () => {
    await populate(file(), populatedFor(client))
    const { after } = await install({ dryRun: true })
    expect(after).toContain('flyops')
    expect(await readFile(file(), 'utf8')).toBe(populatedFor(client))
    expect(await readdir(dirname(file()))).toHaveLength(1)
  })

  test.each(['{ "a": ', '[[[', '"text"'])('that are broken stay as they are: %s', async (text) => {
    await populate(file(), text)
    await expect(install()).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await readFile(file(), 'utf8')).toBe(text)
    expect(await readdir(dirname(file()))).toHaveLength(1)
  })
})

/** The whole command of an entry, in whichever fields it stands. */
function commandOf(entry: unknown): readonly unknown[] {
  const {
    command,
    cmd,
    args = [],
  } = entry as { command?: unknown; cmd?: unknown; args?: unknown[] }
  return [command ?? cmd, args].flat()
}

test('an entry of a server at an address is left alone', async () => {
  const client = clientNamed('cursor')
  const text = '{ "mcpServers": { "flyops": { "url": "https://flyops.example/mcp" } } }\n'
  const file = await populate(settingsFile(client, home), text)
  await expect(put(client, home)).rejects.toMatchObject({ code: 'invalid_input' })
  expect(await readFile(file, 'utf8')).toBe(text)
})

test('of the files that a client reads, the one that is there is taken', async () => {
  const client = clientNamed('opencode')
  const { root } = surroundingsIn(home)
  const file = await populate(join(root, 'opencode.jsonc'), '{}\n')
  expect(await put(client, home)).toMatchObject({ file })
  expect(await readdir(root)).not.toContain('opencode.json')
})

test('opencode’s newer form is kept where settings have it', async () => {
  const client = clientNamed('opencode')
  const text = '{\n  "mcp": {\n    "servers": {\n      "a": {}\n    }\n  }\n}\n'
  await populate(settingsFile(client, home), text)
  const { after } = await put(client, home)
  expect(readJson(after)).toMatchObject({
    mcp: {
      servers: {
        a: {},
        flyops: { type: 'local', command: ['npx', '-y', 'flyops', 'serve', '--root', '.'] },
      },
    },
  })
  expect(after).toMatch(/^ {6}"flyops": \{/m)
})

test('a link to settings kept elsewhere stays a link', async () => {
  const client = clientNamed('zed')
  const file = settingsFile(client, home)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(join(home, 'dotfiles.json'), '{}\n')
  await symlink(join(home, 'dotfiles.json'), file)
  await put(client, home)
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
    ['claude-desktop', linux, ['/home/joe/.config/Claude/claude_desktop_config.json']],
    [
      'claude-desktop',
      mac,
      ['/Users/joe/Library/Application Support/Claude/claude_desktop_config.json'],
    ],
    [
      'claude-desktop',
      windows,
      ['C:\\Users\\joe\\AppData\\Roaming\\Claude\\claude_desktop_config.json'],
    ],
    ['claude-code', linux, ['/work/app/.mcp.json', '/home/joe/.claude.json']],
    [
      'vscode',
      windows,
      [
        'C:\\work\\app\\.vscode\\mcp.json',
        'C:\\Users\\joe\\AppData\\Roaming\\Code\\User\\mcp.json',
      ],
    ],
    ['cursor', mac, ['/work/app/.cursor/mcp.json', '/Users/joe/.cursor/mcp.json']],
    ['codex', linux, ['/home/joe/.codex/config.toml', '/work/app/.codex/config.toml']],
    [
      'codex',
      { ...linux, env: { CODEX_HOME: '/opt/codex' } },
      ['/opt/codex/config.toml', '/work/app/.codex/config.toml'],
    ],
    ['windsurf', windows, ['C:\\Users\\joe\\.codeium\\windsurf\\mcp_config.json']],
    ['zed', mac, ['/Users/joe/.config/zed/settings.json']],
    ['zed', windows, ['C:\\Users\\joe\\AppData\\Roaming\\Zed\\settings.json']],
    ['gemini', linux, ['/work/app/.gemini/settings.json', '/home/joe/.gemini/settings.json']],
    ['copilot-cli', linux, ['/home/joe/.copilot/mcp-config.json', '/work/app/.github/mcp.json']],
    ['kiro', linux, ['/work/app/.kiro/settings/mcp.json', '/home/joe/.kiro/settings/mcp.json']],
    ['cline', linux, ['/home/joe/.cline/data/settings/cline_mcp_settings.json']],
    [
      'cline',
      { ...linux, env: { CLINE_MCP_SETTINGS_PATH: '/opt/cline.json' } },
      ['/opt/cline.json'],
    ],
    ['opencode', mac, ['/work/app/opencode.json', '/Users/joe/.config/opencode/opencode.json']],
    ['goose', mac, ['/Users/joe/.config/goose/config.yaml']],
    ['goose', windows, ['C:\\Users\\joe\\AppData\\Roaming\\Block\\goose\\config\\config.yaml']],
    ['kilo', linux, ['/work/app/.kilo/kilo.jsonc', '/home/joe/.config/kilo/kilo.jsonc']],
    [
      'antigravity',
      linux,
      ['/home/joe/.gemini/config/mcp_config.json', '/work/app/.agents/mcp_config.json'],
    ],
  ] as const)('%s', (name, where, files) => {
    expect(clientNamed(name).places.map((place) => place.files(where)[0])).toEqual(files)
  })

  test('on Windows the entry names a program that needs no shell', async () => {
    const client = clientNamed('claude-desktop')
    const { after } = await planInstall({
      client,
      place: client.places[0],
      surroundings: { ...windows, root: 'C:\\my work\\app' },
      sandbox: false,
    })
    expect(readJson(after)).toMatchObject({
      mcpServers: {
        flyops: { command: 'npx.cmd', args: expect.arrayContaining(['C:\\my work\\app']) },
      },
    })
  })
})
