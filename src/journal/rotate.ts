import { rename, stat, writeFile } from 'node:fs/promises'
import type { Log } from '../log.js'
import { takeLock } from '../process/lock.js'
import { isMissing, type JournalFiles, openIfThere } from './files.js'
import type { JournalReading } from './journal.js'
import { eachLine } from './lines.js'
import { createSelection, type SelectionLimits } from './selection.js'

/** So many whole files stay, beside the one that grows. */
const archives = 5

/**
 * Begins a new file: what flyops still needs of the old one is added to what it kept before, and the old one is
 * put aside, whole. Each step leaves all that is needed where it is read, so it may be cut off anywhere, and the
 * next one goes on. Nothing happens where another process does it. Raises what the file system raises.
 */
export async function rotate(
  files: JournalFiles,
  limits: SelectionLimits,
  log: Log,
): Promise<void> {
  const outcome = await takeLock({
    path: `${files.current}.lock`,
    note: '',
    onLost: (error) => log.warn({ err: error }, 'the lock of the journal was lost'),
  })
  if (outcome.kind === 'held') return
  try {
    if (!(await isThere(files.moving))) await renameIfThere(files.current, files.moving)
    const { damagedLines } = await keep(files, limits)
    if (damagedLines > 0)
      log.warn({ damagedLines }, 'the journal leaves lines behind that cannot be read')
    for (let number = archives; number > 1; number -= 1) {
      await renameIfThere(files.archive(number - 1), files.archive(number))
    }
    await renameIfThere(files.moving, files.archive(1))
  } finally {
    await outcome.lock.release()
  }
}

/** Adds what is needed of the file that moves to what was kept before. */
async function keep(
  { kept, moving }: JournalFiles,
  limits: SelectionLimits,
): Promise<JournalReading> {
  const selection = createSelection(limits)
  for (const path of [kept, moving]) {
    const file = await openIfThere(path)
    if (file !== undefined) await eachLine(file, selection.add).finally(() => file.close())
  }
  const unfinished = `${kept}.tmp`
  const text = [...selection.lines()].map((line) => `${line}\n`).join('')
  await writeFile(unfinished, text, { mode: 0o600, flush: true })
  await rename(unfinished, kept)
  return selection.read()
}

async function renameIfThere(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: unknown) => {
    if (!isMissing(error)) throw error
  })
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => {
      if (isMissing(error)) return false
      throw error
    },
  )
}
