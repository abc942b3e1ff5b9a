import { type FileHandle, mkdir, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Rotation moves a file in the moment between opening and writing, and hardly twice in a row. */
const tries = 5

/**
 * Adds a line, with one write: the system appends it whole, also beside other processes. A file that was moved
 * away meanwhile may have been read already, so the line is added to the next as well: read twice, it counts
 * once. Resolves with the size of the file, bytes.
 */
export async function appendLine(file: string, line: string): Promise<number> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  for (let left = tries; ; left -= 1) {
    const handle = await open(file, 'a+', 0o600)
    try {
      const size = await addTo(handle, line)
      if (left === 1 || (await isStillAt(file, handle))) return size
    } finally {
      await handle.close()
    }
  }
}

async function addTo(handle: FileHandle, line: string): Promise<number> {
  const { size } = await handle.stat()
  const last = Buffer.alloc(1)
  if (size > 0) await handle.read(last, 0, 1, size - 1)
  // Whoever crashed in the middle of a line must not spoil the next.
  const isBroken = size > 0 && last.toString() !== '\n'
  const bytes = Buffer.from(`${isBroken ? '\n' : ''}${line}\n`)
  const { bytesWritten } = await handle.write(bytes)
  if (bytesWritten < bytes.length) throw new Error('the disk took only the beginning of a line')
  return size + bytesWritten
}

async function isStillAt(file: string, handle: FileHandle): Promise<boolean> {
  const [there, written] = await Promise.all([stat(file).catch(() => undefined), handle.stat()])
  return there?.ino === written.ino && there.dev === written.dev
}
