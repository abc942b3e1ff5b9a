import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createLog, type Log } from '../../src/log.js'
import type { SavedState } from '../../src/sandbox/platform/tables.js'
import { openPlatformFile } from '../../src/sandbox/platform-file.js'
import { stateFiles } from '../../src/sandbox/state-folder.js'
import { canMountDisk, mountSmallDisk } from '../support/small-disk.js'

test.runIf(canMountDisk)(
  'a state that a full disk does not take is saved once there is room',
  async () => {
    const disk = await mountSmallDisk('size=64k')
    const free = await disk.fill()
    const files = stateFiles(disk.folder)
    const warn = vi.fn()
    const file = await openPlatformFile({
      files,
      snapshot: () => ({ apps: [] }) as unknown as SavedState,
      log: { warn } as unknown as Log,
    })
    file.changed()
    await expect.poll(() => warn.mock.calls.length).toBeGreaterThan(0)
    await free()
    const saved = () => readFile(files.platform, 'utf8').catch(() => '')
    await expect.poll(saved, { timeout: 10_000 }).toContain('apps')
    await file.close()
  },
)

test('what changed is on the disk when it is settled, also what changed while it was written', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'flyops-platform-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const files = stateFiles(folder)
  const apps: string[] = []
  const file = await openPlatformFile({
    files,
    snapshot: () => ({ apps: [...apps] }) as unknown as SavedState,
    log: createLog('silent'),
  })
  async function change(app: string): Promise<void> {
    apps.push(app)
    file.changed()
    await file.settled()
    expect(JSON.parse(await readFile(files.platform, 'utf8')).apps).toContain(app)
  }
  await Promise.all(['one', 'two', 'three'].map(change))
  await change('four')
  await file.close()
})
