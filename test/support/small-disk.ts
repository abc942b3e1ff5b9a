import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { onTestFinished } from 'vitest'

/** Only root on Linux can mount a disk. */
export const canMountDisk = process.platform === 'linux' && process.getuid?.() === 0

export interface SmallDisk {
  readonly folder: string
  /** Takes all the room that is left; the result gives it back. */
  fill(): Promise<() => Promise<void>>
}

/** A real disk, of memory, with so little room; `size` and `nr_inodes` as tmpfs(5) has them. */
export async function mountSmallDisk(options: string): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'flyops-disk-'))
  await execa('mount', ['-t', 'tmpfs', '-o', `${options},mode=700`, 'none', folder])
  onTestFinished(async () => {
    await execa('umount', [folder])
    await rm(folder, { recursive: true })
  })
  return {
    folder,
    async fill() {
      const { bavail, bsize } = await statfs(folder)
      const path = join(folder, 'filling')
      await writeFile(path, Buffer.alloc(bavail * bsize))
      return () => rm(path)
    },
  }
}
