import { join } from 'node:path'
import { execa } from 'execa'
import { inject } from 'vitest'
import { mainScript } from '../../support/paths.js'

/** `flyops sandbox fault …` on the sandbox of the tests; the arguments as one would type them. */
export function fault(line: string) {
  const state = join(inject('scratch'), 'sandbox')
  const args = ['sandbox', 'fault', ...line.split(' '), '--state', state]
  return execa(process.execPath, [mainScript, ...args])
}
