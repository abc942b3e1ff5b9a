import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createPrivateFolder, removeAbandonedFolders } from '../../src/process/private-folders.js'

async function folderOf(pid: number): Promise<string> {
  const { path, remove } = await createPrivateFolder('test')
  await remove()
  const other = path.replace(`-${process.pid}-`, `-${pid}-`)
  await mkdir(other)
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
  const left = await folderOf(endedPid())
  const foreign = join(tmpdir(), `flyops-notes-${process.pid}`)
  await mkdir(foreign)
  onTestFinished(() => rm(foreign, { recursive: true }))
  await removeAbandonedFolders()
  expect([mine.path, left, foreign].map((path) => existsSync(path))).toEqual([true, false, true])
})
