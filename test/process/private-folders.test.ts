import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { identityText, ownIdentity, type ProcessIdentity } from '../../src/process/identity.js'
import { createPrivateFolder, removeAbandonedFolders } from '../../src/process/private-folders.js'

let temporary: string

// Other processes of flyops on this machine tidy up the system's own.
beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'flyops-temporary-'))
  vi.stubEnv('TMPDIR', temporary)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(temporary, { recursive: true, force: true })
})

/** A folder as that process would have left it. */
async function folderOf(process: Partial<ProcessIdentity>): Promise<string> {
  const owner = identityText({ ...ownIdentity(), ...process })
  const path = join(temporary, `flyops-test-${owner}-abcdef`)
  await mkdir(path)
  await writeFile(join(path, 'config.json'), '{}')
  return path
}

function endedPid(): number {
  return spawnSync(process.execPath, ['--version']).pid
}

test('a private folder is for its owner only, and goes away', async () => {
  const { path, remove } = await createPrivateFolder('test')
  expect(basename(path)).toMatch(new RegExp(`^flyops-test-${process.pid}-`))
  if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o700)
  await remove()
  expect(existsSync(path)).toBe(false)
})

test('what a killed process has left is removed, and nothing else', async () => {
  const left = await folderOf({ pid: endedPid() })
  const elsewhere = await folderOf({ pid: endedPid(), space: '00000000' })
  const mine = await createPrivateFolder('test')
  const foreign = join(temporary, `flyops-notes-${process.pid}`)
  await mkdir(foreign)
  await removeAbandonedFolders()
  expect([mine.path, left, elsewhere, foreign].map((path) => existsSync(path))).toEqual([
    true,
    false,
    true,
    true,
  ])
})

test.runIf(process.platform === 'linux')(
  'what was left is removed also where another process has the number now, or the machine was started again',
  async () => {
    const left = [await folderOf({ startTicks: '1' }), await folderOf({ boot: '00000000' })]
    await removeAbandonedFolders()
    expect(left.map((path) => existsSync(path))).toEqual([false, false])
  },
)

test('the next private folder takes away what was left', async () => {
  const left = await folderOf({ pid: endedPid() })
  const { remove } = await createPrivateFolder('test')
  onTestFinished(remove)
  await expect.poll(() => existsSync(left)).toBe(false)
})
