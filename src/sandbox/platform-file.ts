import { readFile } from 'node:fs/promises'
import { FlyopsError } from '../errors.js'
import type { SavedState } from './platform/tables.js'
import { type StateFiles, writeJson } from './state-folder.js'

/** Saves the platform's state soon after each change, whole or not at all. */
export interface PlatformFile {
  readonly saved: SavedState | undefined
  /** Something changed. */
  changed(): void
  /** Saves now, for the last time. */
  close(): Promise<void>
}

const delayMs = 100

export async function openPlatformFile(
  { platform: path }: StateFiles,
  snapshot: () => SavedState,
): Promise<PlatformFile> {
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()
  function save(): Promise<void> {
    timer = undefined
    writing = writing.then(() => writeJson(path, snapshot()))
    return writing
  }
  return {
    saved: await read(path),
    changed() {
      timer ??= setTimeout(save, delayMs)
    },
    async close() {
      clearTimeout(timer)
      await save()
    },
  }
}

async function read(path: string): Promise<SavedState | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new FlyopsError('internal', 'sandbox', `The sandbox's state in ${path} is damaged.`, {
      remedy: 'Begin anew with "flyops sandbox reset".',
      cause,
    })
  }
}
