import { join } from 'node:path'
import { execa } from 'execa'
import { mainScript } from '../support/paths.js'
import { scratch } from './test-sandbox.js'

let last: Promise<unknown> = Promise.resolve()

/**
 * `flyops sandbox fault …` on the sandbox of the tests; the arguments as one would type them. One after
 * the other, for each writes the whole file of faults anew.
 */
export function fault(...args: readonly string[]): Promise<unknown> {
  const done = last.then(() => run(args))
  last = done.catch(() => {})
  return done
}

function run(args: readonly string[]) {
  const state = join(scratch(), 'sandbox')
  return execa(process.execPath, [mainScript, 'sandbox', 'fault', ...args, '--state', state])
}
