import { join } from 'node:path'
import { execa } from 'execa'
import { listFaults } from '../../src/sandbox/faults/edit.js'
import { stateFiles, writeJson } from '../../src/sandbox/state-folder.js'
import { mainScript } from '../support/paths.js'
import { scratch } from './test-sandbox.js'

let last: Promise<unknown> = Promise.resolve()

/** One after the other, for each writes the whole file of faults anew. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const done = last.then(work)
  last = done.catch(() => {})
  return done
}

const state = () => join(scratch(), 'sandbox')

/** `flyops sandbox fault …` on the sandbox of the tests; the arguments as one would type them. Resolves with what it prints. */
export function fault(...args: readonly string[]): Promise<string> {
  return inTurn(async () => {
    const line = [mainScript, 'sandbox', 'fault', ...args, '--state', state()]
    return (await execa(process.execPath, line)).stdout
  })
}

/** The arguments of `flyops sandbox fault add`; resolves with the fault's id. */
export async function addFault(...args: readonly string[]): Promise<string> {
  const [id = ''] = (await fault('add', ...args)).split(' ')
  return id
}

/** Ends these faults, and no others. */
export function endFaults(ids: readonly string[]): Promise<void> {
  return inTurn(async () => {
    if (ids.length === 0) return
    const file = stateFiles(state()).faults
    const rest = (await listFaults(file)).filter(({ id }) => !ids.includes(id))
    await writeJson(file, rest)
  })
}
