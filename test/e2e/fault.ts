import { join } from 'node:path'
import { parseArgs } from 'node:util'
import * as faults from '../../src/sandbox/faults/edit.js'
import type { NewFault } from '../../src/sandbox/faults/fault.js'
import { stateFiles } from '../../src/sandbox/state-folder.js'
import { scratch } from './test-sandbox.js'

const file = () => stateFiles(join(scratch(), 'sandbox')).faults

const text = { type: 'string' } as const
const texts = { path: text, method: text, app: text }
const numbers = { status: text, seconds: text, nth: text, times: text }

/** The arguments as one would type them after `flyops sandbox fault add`; resolves with the fault's id. */
export async function addFault(...args: readonly string[]): Promise<string> {
  const options = { ...texts, ...numbers }
  const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true })
  const [place, kind] = positionals
  const read = Object.entries(values).map(([name, value]) => [
    name,
    name in numbers ? Number(value) : value,
  ])
  const wanted = { place, kind, ...Object.fromEntries(read) } as NewFault
  return (await faults.addFault(file(), wanted)).id
}

/** Ends all faults. */
export async function clearFaults(): Promise<void> {
  await faults.clearFaults(file())
}

/** Ends these faults, and no others. */
export async function endFaults(ids: readonly string[]): Promise<void> {
  for (const id of ids) await faults.clearFaults(file(), id)
}
