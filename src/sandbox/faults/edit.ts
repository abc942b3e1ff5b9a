import { randomBytes } from 'node:crypto'
import type { z } from 'zod'
import { FlyopsError } from '../../errors.js'
import { readJson, writeJson } from '../state-folder.js'
import { type Fault, fault, faultFile, type NewFault } from './fault.js'

/** Adds a fault; the running sandbox strikes from the next request on. Raises `invalid_input`. */
export async function addFault(file: string, wanted: NewFault): Promise<Fault> {
  const parsed = fault.safeParse({ ...wanted, id: randomBytes(3).toString('hex') })
  if (!parsed.success) throw refused(parsed.error)
  await writeJson(file, [...(await listFaults(file)), parsed.data])
  return parsed.data
}

function refused({ issues }: z.ZodError): FlyopsError {
  const reasons = issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  return new FlyopsError(
    'invalid_input',
    'sandbox',
    `The fault is refused: ${reasons.join('; ')}.`,
    {
      remedy: 'See `flyops sandbox fault add --help`.',
    },
  )
}

export async function listFaults(file: string): Promise<readonly Fault[]> {
  return (await readJson(file, faultFile)) ?? []
}

/** Ends the fault of that id, or all; false where no fault has that id. */
export async function clearFaults(file: string, id?: string): Promise<boolean> {
  const all = await listFaults(file)
  const kept = id === undefined ? [] : all.filter((each) => each.id !== id)
  if (kept.length < all.length) await writeJson(file, kept)
  return id === undefined || kept.length < all.length
}
