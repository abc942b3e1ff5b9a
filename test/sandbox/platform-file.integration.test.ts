import { readFile } from 'node:fs/promises'
import { expect, test, vi } from 'vitest'
import type { Log } from '../../src/log.js'
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
