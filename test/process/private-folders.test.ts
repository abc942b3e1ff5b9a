import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { identityText, ownIdentity, type ProcessIdentity } from '../../src/process/identity.js'
import { createPrivateFolder, removeAbandonedFolders } from '../../src/process/private-folders.js'

/** A folder as that process would have left it. */
async function folderOf(process: Partial<ProcessIdentity>): Promise<string> {
  const own = ownIdentity()
  const { path, remove } = await createPrivateFolder('test')
  await remove()
  const other = path.replace(identityText(own), identityText({ ...own, ...process }))
  await mkdir(other)
  onTestFinished(() => rm(other, { recursive: true, force: true }))
  await writeFile(join(other, 'config.json'), '{}')
  return other
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
  const mine = await createPrivateFolder('test')
  onTestFinished(mine.remove)
  const left = await folderOf({ pid: endedPid() })
  const elsewhere = await folderOf({ pid: endedPid(), space: '00000000' })
  const foreign = join(tmpdir(), `flyops-notes-${process.pid}`)
  await mkdir(foreign)
  onTestFinished(() => rm(foreign, { recursive: true }))
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
