import { realpath, stat } from 'node:fs/promises'
import { relative, resolve, sep } from 'node:path'
import { FlyopsError } from '../errors.js'
import { isInside } from './inside.js'
import { readText } from './safe-read.js'

/** The folder that all paths in arguments are relative to, and stay inside. */
export interface ProjectFolder {
  /**
   * The absolute path, symbolic links resolved. Raises `root_unset` where there is no project
   * folder, and `invalid_input` naming `field` for a path that is missing, of the wrong kind or outside.
   */
  resolve(path: string, field: string, kind: 'file' | 'folder'): Promise<string>
  /** The text of a file that a caller names; raises also what `readText` does, `invalid_input`. */
  read(path: string, field: string): Promise<string>
  /** A path as results name it: relative to the project folder, with `/`. */
  display(path: string): string
}

export function createProjectFolder(root: string | undefined): ProjectFolder {
  return {
    resolve: async (path, field, kind) => (await locate(root, { path, field, kind })).real,
    async read(path, field) {
      const { realRoot, real } = await locate(root, { path, field, kind: 'file' })
      const name = `${field}: "${shortened(path)}"`
      const errors = { code: 'invalid_input', stage: 'settings' } as const
      const text = await readText({ root: realRoot, path: real, name, ...errors })
      if (text === undefined) throw invalidPath(field, path, missing('file'))
      return text
    },
    display: (path) => displayPath(root, path),
  }
}

interface Wanted {
  readonly path: string
  readonly field: string
  readonly kind: 'file' | 'folder'
}

async function locate(root: string | undefined, { path, field, kind }: Wanted) {
  if (root === undefined) throw rootUnset(path)
  const realRoot = await realpath(root).catch(() => {
    throw rootMissing(root)
  })
  refuseSpecial(path, field)
  const real = await realpath(resolve(realRoot, path)).catch(() => {
    throw invalidPath(field, path, missing(kind))
  })
  if (!isInside(realRoot, real))
    throw invalidPath(field, path, 'it leads out of the project folder')
  const found = await stat(real)
  if (kind === 'folder' ? !found.isDirectory() : !found.isFile()) {
    throw invalidPath(field, path, `it is not a ${kind}`)
  }
  return { realRoot, real }
}

function missing(kind: string): string {
  return `there is no such ${kind} in the project folder`
}

/** Docker and flyctl would read these as something else than a path. */
function refuseSpecial(path: string, field: string): void {
  if (path === '' || path.startsWith('-') || path.includes('\0') || /^[a-z+]+:\/\//i.test(path)) {
    throw invalidPath(field, path, 'it is not a path')
  }
}

function displayPath(root: string | undefined, path: string): string {
  const shown = root === undefined ? path : relative(root, path)
  return shown === '' ? '.' : shown.split(sep).join('/')
}

function rootUnset(path: string): FlyopsError {
  return new FlyopsError(
    'root_unset',
    'settings',
    `The path "${path}" is relative, and flyops was started without a project folder.`,
    { remedy: 'Start flyops with --root DIR, or set FLYOPS_ROOT in the client’s settings.' },
  )
}

function rootMissing(root: string): FlyopsError {
  return new FlyopsError('root_unset', 'settings', `The project folder ${root} does not exist.`, {
    remedy: 'Correct --root, or FLYOPS_ROOT, in the client’s settings.',
  })
}

function invalidPath(field: string, path: string, reason: string): FlyopsError {
  return new FlyopsError(
    'invalid_input',
    'settings',
    `${field}: "${shortened(path)}" is refused, because ${reason}.`,
    {
      remedy: `Give ${field} as a path inside the project folder, relative to it.`,
    },
  )
}

function shortened(path: string): string {
  return path.length > 200 ? `${path.slice(0, 200)}…` : path
}
