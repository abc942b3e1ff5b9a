import { readdir, readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { FlyopsError } from '../../errors.js'
import { readScenario, type Scenario } from './scenario.js'

const ending = '.toml'

/** The scenarios in a folder, in the order of their names. */
export async function readLibrary(folder: string): Promise<readonly Scenario[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(ending)).sort()
  return Promise.all(names.map((name) => readFrom(join(folder, name))))
}

/** A scenario of that folder by its name, else one in a file. Raises `invalid_input` where there is neither. */
export async function findScenario(
  name: string,
  { folder, cwd }: { readonly folder: string; readonly cwd: string },
): Promise<Scenario> {
  const isName = /^[a-z0-9-]+$/.test(name)
  return readFrom(isName ? join(folder, name + ending) : resolve(cwd, name))
}

async function readFrom(file: string): Promise<Scenario> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  const name = basename(file, ending)
  if (text !== undefined) return readScenario(text, { name, file: basename(file) })
  throw new FlyopsError('invalid_input', 'sandbox', `There is no scenario ${name}.`, {
    remedy: 'Name a TOML file, or one of those that `flyops sandbox run --list` shows.',
  })
}
