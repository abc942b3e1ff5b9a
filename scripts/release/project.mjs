import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../bundles.mjs'

/** The manifest of the project, from which all others are made. */
export const project = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))

/** Where its repository is for people. */
export const repository = project.repository.url.replace(/^git\+|\.git$/g, '')

export function json(value) {
  return `${JSON.stringify(value, null, 2)}\n`
}
