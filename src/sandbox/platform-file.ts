import { readFile } from 'node:fs/promises'
import { FlyopsError } from '../errors.js'
import type { Log } from '../log.js'
import type { SavedState } from './platform/tables.js'
import { type StateFiles, writeJson } from './state-folder.js'

/** Saves the platform's state soon after each change, whole or not at all. */
export interface PlatformFile {
  readonly saved: SavedState | undefined
  /** Something changed. */
  changed(): void
  /** Resolves when all that has changed is saved, or could not be. */
  settled(): Promise<void>
  /** Saves now, for the last time. */
  close(): Promise<void>
}

const delayMs = 100

/** A disk that is full may have room again. */
const retryMs = 1_000

export interface PlatformFileOptions {
  readonly files: StateFiles
  readonly snapshot: () => SavedState
  readonly log: Log
}

export async function openPlatformFile(options: PlatformFileOptions): Promise<PlatformFile> {
  const { files, snapshot, log } = options
  const { platform: path } = files
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()
  /** The save that has not begun yet: it takes along whatever changes until then. */
  let next: Promise<void> | undefined
  function save(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    next ??= writing.then(() => {
      next = undefined
      return writeJson(path, snapshot())
    })
    writing = next.catch(() => {})
    return next
  }
  function saveSoon(afterMs: number): void {
    timer ??= setTimeout(() => save().catch(again), afterMs)
  }
  function again(error: unknown): void {
    log.warn({ file: path, err: error }, 'the state of the sandbox could not be saved')
    saveSoon(retryMs)
  }
  return {
    saved: await read(path),
    changed: () => saveSoon(delayMs),
    settled: () => (timer === undefined ? writing : save().catch(again)),
    close: save,
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
