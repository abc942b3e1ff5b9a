import { link } from 'node:fs/promises'
import { z } from 'zod'
import { identify, isAlive, type ProcessIdentity } from './processes.js'
import { readJson, removeFile, type StateFiles, writeJson } from './state-folder.js'

const holder = z.object({ pid: z.number(), startTicks: z.string() })

/** The process that runs this sandbox, if it lives. */
export async function lockHolder({ lock }: StateFiles): Promise<ProcessIdentity | undefined> {
  const process = await readJson(lock, holder)
  return process !== undefined && (await isAlive(process)) ? process : undefined
}

/** One process a state folder; false where another has it. A dead holder's lock is taken over. */
export async function takeLock(files: StateFiles): Promise<boolean> {
  const draft = `${files.lock}.${process.pid}`
  await writeJson(draft, await identify(process.pid))
  try {
    return (await linked(draft, files.lock)) || (await takeOver(draft, files))
  } finally {
    await removeFile(draft)
  }
}

async function takeOver(draft: string, files: StateFiles): Promise<boolean> {
  if ((await lockHolder(files)) !== undefined) return false
  await removeFile(files.lock)
  return linked(draft, files.lock)
}

/** A link, unlike a rename, fails where the name is taken. */
async function linked(draft: string, lock: string): Promise<boolean> {
  return link(draft, lock).then(
    () => true,
    () => false,
  )
}
