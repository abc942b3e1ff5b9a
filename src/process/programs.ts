import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'

/** Where to look for one program. */
export interface ProgramSearch {
  /** Names in order of preference, without an extension. */
  readonly names: readonly string[]
  /** A path that the user set; nothing else is tried then. */
  readonly override?: string | undefined
  /** The PATH variable. */
  readonly path: string | undefined
  /** Folders where installers put it; tried last. */
  readonly folders: readonly string[]
}

export interface FoundProgram {
  readonly program: string | undefined
  /** Every place that was looked at, for the error. */
  readonly looked: readonly string[]
}

/** Finds a program's absolute path. Windows' .exe and .cmd are tried too. */
export async function findProgram(search: ProgramSearch): Promise<FoundProgram> {
  if (search.override !== undefined) {
    const program = (await isExecutable(search.override)) ? search.override : undefined
    return { program, looked: [search.override] }
  }
  const onPath = (search.path ?? '').split(delimiter).filter((folder) => isAbsolute(folder))
  const folders = [...onPath, ...search.folders]
  for (const name of search.names) {
    for (const folder of folders) {
      for (const extension of extensions) {
        const candidate = join(folder, name + extension)
        if (await isExecutable(candidate)) return { program: candidate, looked: folders }
      }
    }
  }
  return { program: undefined, looked: folders }
}

const extensions = process.platform === 'win32' ? ['.exe', '.cmd'] : ['']

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
