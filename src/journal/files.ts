import { type FileHandle, open } from 'node:fs/promises'
import { hasSystemCode } from '../errors.js'

/** The files of a journal, which lie side by side. */
export interface JournalFiles {
  /** Where lines are added. */
  readonly current: string
  /** The current one of before, while what is needed of it is added to `kept`. */
  readonly moving: string
  /** What flyops still needs of all that came before. */
  readonly kept: string
  /** Whole, as they were written, for people; 1 is the newest. */
  archive(number: number): string
}

export function filesOf(file: string): JournalFiles {
  const name = (part: string) => file.replace(/(?:\.jsonl)?$/, `.${part}.jsonl`)
  return {
    current: file,
    moving: name('moving'),
    kept: name('kept'),
    archive: (number) => name(String(number)),
  }
}

/** Undefined where there is none, nor a folder for it. */
export async function openIfThere(file: string): Promise<FileHandle | undefined> {
  return open(file, 'r').catch((error: unknown) => {
    if (hasSystemCode(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  })
}

export function isMissing(error: unknown): boolean {
  return hasSystemCode(error, 'ENOENT')
}
