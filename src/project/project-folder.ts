import { realpath, stat } from 'node:fs/promises'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { FlyopsError } from '../errors.js'

/** The folder that all paths in arguments are relative to, and stay inside. */
export interface ProjectFolder {
  /**
   * The absolute path, symbolic links resolved. Raises `root_unset` where there is no project
   * folder, and `invalid_input` naming `field` for a path that is missing, of the wrong kind or outside.
   */
  resolve(path: string, field: string, kind: 'file' | 'folder'): Promise<string>
  /** A path as results name it: relative to the project folder, with `/`. */
  display(path: string): string
}

export function createProjectFolder(root: string | undefined): ProjectFolder {
  return {
    async resolve(path, field, kind) {
      if (root === undefined) throw rootUnset(path)
      const realRoot = await realpath(root).catch(() => {
        throw rootMissing(root)
      })
      refuseSpecial(path, field)
      const real = await realpath(resolve(realRoot, path)).catch(() => {
        throw invalidPath(field, path, `there is no such ${kind} in the project folder`)
      })
      if (!isInside(realRoot, real)) {
        throw invalidPath(field, path, 'it leads out of the project folder')
      }
      const found = await stat(real)
      if (kind === 'folder' ? !found.isDirectory() : !found.isFile()) {
        throw invalidPath(field, path, `it is not a ${kind}`)
      }
      return real
    },
    display: (path) => displayPath(root, path),
  }
}

/** Docker and flyctl would read these as something else than a path. */
function refuseSpecial(path: string, field: string): void {
  if (path === '' || path.startsWith('-') || path.includes('\0') || /^[a-z+]+:\/\//i.test(path)) {
    throw invalidPath(field, path, 'it is not a path')
  }
}

function isInside(root: string, path: string): boolean {
  const fromRoot = relative(root, path)
  return (
    fromRoot === '' ||
    (!fromRoot.startsWith(`..${sep}`) && fromRoot !== '..' && !isAbsolute(fromRoot))
  )
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
  const shown = path.length > 200 ? `${path.slice(0, 200)}…` : path
  return new FlyopsError(
    'invalid_input',
    'settings',
    `${field}: "${shown}" is refused, because ${reason}.`,
    {
      remedy: `Give ${field} as a path inside the project folder, relative to it.`,
    },
  )
}
