import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { mainScript } from '../support/paths.js'

let home: string

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'flyops-install-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

function flyops(...args: readonly string[]) {
  return execa(process.execPath, [mainScript, 'install', ...args], {
    cwd: home,
    env: { HOME: home, PATH: process.env.PATH },
    extendEnv: false,
    reject: false,
  })
}

test('flyops install writes where the client looks, and says so', async () => {
  await mkdir(join(home, 'app'))
  const { stdout, exitCode } = await flyops('--client', 'cursor', '--root', 'app', '--sandbox')
  expect(exitCode).toBe(0)
  expect(stdout).toContain('app/.cursor/mcp.json')
  const settings = await readFile(join(home, 'app', '.cursor', 'mcp.json'), 'utf8')
  expect(JSON.parse(settings).mcpServers.flyops.args).toContain(join(home, 'app'))
  const { stdout: again } = await flyops('--client', 'cursor', '--root', 'app', '--sandbox')
  expect(again).toContain('nothing was changed')
})

test('a dry run shows the lines that would come', async () => {
  const { stdout } = await flyops('--client', 'codex', '--dry-run')
  expect(stdout).toContain('+ [mcp_servers.flyops]')
  await expect(readFile(join(home, '.codex', 'config.toml'))).rejects.toThrow('ENOENT')
})

test('broken settings and unknown clients are refused with exit status 2', async () => {
  await writeFile(join(home, '.mcp.json'), '{ broken')
  const { stderr, exitCode } = await flyops('--client', 'claude-code')
  expect(exitCode).toBe(2)
  expect(stderr).toContain('it is not valid JSON')
  expect(await readFile(join(home, '.mcp.json'), 'utf8')).toBe('{ broken')
  expect((await flyops('--client', 'emacs')).exitCode).toBe(2)
})

test('a project folder that is not there is refused, and not made', async () => {
  const { stderr, exitCode } = await flyops('--client', 'cursor', '--root', 'typo')
  expect(exitCode).toBe(2)
  expect(stderr).toContain('--root is no folder')
  // What Node compiled is kept in the cache folder of whoever calls.
  expect((await readdir(home)).filter((name) => name !== '.cache')).toEqual([])
})
