import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { clients } from '../../src/install/clients.js'
import { editJson } from '../../src/install/edit-json.js'
import { editToml } from '../../src/install/edit-toml.js'
import { put, settingsFile } from './put.js'

const fields = { command: 'npx', args: ['-y'] }
const json = (text: string) => editJson(text, ['servers', 'flyops'], fields)
const toml = (text: string) => editToml(text, ['servers', 'flyops'], fields)
const entry = (indent: string) =>
  `"flyops": {\n  "command": "npx",\n  "args": [\n    "-y"\n  ]\n}`.replaceAll('\n', `\n${indent}`)

test('a comment behind the last server stays behind it', () => {
  const before = '{\n  "servers": {\n    "a": {} // mine\n  }\n}\n'
  expect(json(before)).toBe(
    `{\n  "servers": {\n    "a": {}, // mine\n    ${entry('    ')}\n  }\n}\n`,
  )
})

test('trailing commas are kept up', () => {
  const before = '{\n  "servers": {\n    "a": {} /* x, */, // mine\n  },\n}\n'
  expect(json(before)).toBe(
    `{\n  "servers": {\n    "a": {} /* x, */, // mine\n    ${entry('    ')},\n  },\n}\n`,
  )
})

test('a comment in an empty table stays where it is', () => {
  const before = '{\n  "servers": {\n    // none yet\n  }\n}\n'
  expect(json(before)).toBe(`{\n  "servers": {\n    // none yet\n    ${entry('    ')}\n  }\n}\n`)
})

test('of a TOML table only the values change that differ, over several lines too', () => {
  const before =
    '[servers.flyops] # mine\r\ncommand = "npx" # fixed\r\nargs = [\r\n  "a", # one\r\n] # old\r\nenabled = true\r\n\r\n[x]\r\n'
  expect(toml(before)).toBe(
    '[servers.flyops] # mine\r\ncommand = "npx" # fixed\r\nargs = ["-y"] # old\r\nenabled = true\r\n\r\n[x]\r\n',
  )
})

test('a # in a TOML text is no comment', () => {
  expect(toml('[servers.flyops]\ncommand = "a#b" # c\nargs = ["-y"]\n')).toBe(
    '[servers.flyops]\ncommand = "npx" # c\nargs = ["-y"]\n',
  )
})

let home: string

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'flyops-install-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

const windsurf = clients.filter(({ name }) => name === 'windsurf')

test.each(windsurf)('rights wider than the umask are kept', async (client) => {
  const file = settingsFile(client, home)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, '{}\n')
  await chmod(file, 0o666)
  await put(client, home)
  expect((await stat(file)).mode & 0o777).toBe(0o666)
})

test.each(windsurf)('a link to a file that is not there yet is followed', async (client) => {
  const file = settingsFile(client, home)
  await mkdir(dirname(file), { recursive: true })
  await symlink('../../dotfile.json', file)
  await put(client, home)
  expect(await readlink(file)).toBe('../../dotfile.json')
  expect(await readFile(join(home, 'dotfile.json'), 'utf8')).toContain('flyops')
})

test.each(windsurf)('a byte order mark stays, alone', async (client) => {
  const file = settingsFile(client, home)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, '\ufeff{ "a": 1 }\n')
  await put(client, home)
  expect(await readFile(file, 'utf8')).toMatch(/^\ufeff\{ "a": 1,\n/)
  const again = await put(client, home)
  expect(again.after).toBe(again.before)
})

test.each([Buffer.from('{"mcpServers": null}'), Buffer.from([0x7b, 0xff, 0x7d])])(
  'what cannot be kept is refused: %s',
  async (bytes) => {
    for (const client of windsurf) {
      const file = settingsFile(client, home)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, bytes)
      await expect(put(client, home)).rejects.toMatchObject({ code: 'invalid_input' })
      expect(await readFile(file)).toEqual(bytes)
    }
  },
)
