import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
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

const env = () => ({ HOME: home, PATH: process.env.PATH })

function flyops(...args: readonly string[]) {
  return execa(process.execPath, [mainScript, 'install', ...args], {
    cwd: home,
    env: env(),
    extendEnv: false,
    reject: false,
  })
}

test('flyops install writes where the client looks, and says what to do then', async () => {
  await mkdir(join(home, 'app'))
  const args = ['--client', 'claude-code', '--root', 'app', '--sandbox']
  const { stdout, exitCode } = await flyops(...args)
  expect(exitCode).toBe(0)
  expect(stdout).toContain('app/.mcp.json')
  expect(stdout).toContain('asks for your approval')
  const settings = await readFile(join(home, 'app', '.mcp.json'), 'utf8')
  // It is the project's: what others get must not name a folder of this machine.
  expect(JSON.parse(settings).mcpServers.flyops.args.slice(-3)).toEqual([
    '--root',
    '.',
    '--sandbox',
  ])
  expect((await flyops(...args)).stdout).toContain('nothing was changed')
})

test('an entry of yours names the folder, and no project file is written', async () => {
  await flyops('--client', 'claude-code', '--scope', 'user')
  const settings = await readFile(join(home, '.claude.json'), 'utf8')
  expect(JSON.parse(settings).mcpServers.flyops.args.at(-1)).toBe(home)
  const { stderr, exitCode } = await flyops('--client', 'windsurf', '--scope', 'project')
  expect(exitCode).toBe(2)
  expect(stderr).toContain('set it to user')
})

test('a dry run shows the lines that would come', async () => {
  const { stdout } = await flyops('--client', 'codex', '--dry-run')
  expect(stdout).toContain('+ [mcp_servers.flyops]')
  await expect(readFile(join(home, '.codex', 'config.toml'))).rejects.toThrow('ENOENT')
})

test('what is to be pasted stands alone on standard output', async () => {
  const { stdout, stderr } = await flyops('--client', 'gemini', '--print')
  expect(JSON.parse(stdout).mcpServers.flyops).toMatchObject({ command: 'npx' })
  expect(stderr).toContain(join('.gemini', 'settings.json'))
  expect((await readdir(home)).filter((name) => name !== '.cache')).toEqual([])
})

test('another entry is shown, and replaced only by who says so', async () => {
  const before = '{ "mcpServers": { "flyops": { "command": "mine", "args": [] } } }\n'
  await writeFile(join(home, '.mcp.json'), before)
  const { stderr, exitCode } = await flyops('--client', 'claude-code')
  expect(exitCode).toBe(2)
  expect(stderr).toContain('"command": "mine"')
  expect(stderr).toContain('--yes')
  expect(await readFile(join(home, '.mcp.json'), 'utf8')).toBe(before)
  await flyops('--client', 'claude-code', '--yes')
  expect(await readFile(join(home, '.mcp.json'), 'utf8')).toContain('npx')
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

/** A repository with one commit, and what git lists in it. */
async function repository() {
  const folder = join(home, 'app')
  await mkdir(folder)
  const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.com']
  const git = (...args: readonly string[]) =>
    execa('git', [...who, ...args], { cwd: folder, env: env(), extendEnv: false })
  await git('init', '-q')
  await git('commit', '-q', '--allow-empty', '-m', 'Begin')
  return { folder, list: async () => (await git('status', '--porcelain', '-uall')).stdout }
}

test('a project file that git lists is said to be so, and is overlooked where that is wanted', async () => {
  const { folder, list } = await repository()
  const args = ['--client', 'cursor', '--root', 'app']
  const { stdout } = await flyops(...args)
  expect(stdout).toContain('untracked')
  expect(stdout).toContain('--exclude')
  expect(await list()).toBe('?? .cursor/mcp.json')
  // With a backup, which is as untracked.
  await flyops(...args, '--sandbox', '--yes', '--exclude')
  expect(await list()).toBe('')
  const excluded = await readFile(join(folder, '.git', 'info', 'exclude'), 'utf8')
  expect((await flyops(...args, '--sandbox', '--exclude')).stdout).not.toContain('overlooks')
  expect(await readFile(join(folder, '.git', 'info', 'exclude'), 'utf8')).toBe(excluded)
})

test('a repository cannot have the lines for git written into another file', async () => {
  const { folder } = await repository()
  const profile = join(home, 'profile')
  await writeFile(profile, '')
  await rm(join(folder, '.git', 'info', 'exclude'), { force: true })
  await symlink(profile, join(folder, '.git', 'info', 'exclude'))
  const { exitCode } = await flyops('--client', 'cursor', '--root', 'app', '--exclude')
  expect(exitCode).toBe(2)
  expect(await readFile(profile, 'utf8')).toBe('')
})
