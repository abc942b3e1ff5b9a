import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { z } from 'zod'
import { FlyopsError } from '../../errors.js'
import { takeLock } from '../../process/lock.js'
import { readJson, writeJson } from '../state-folder.js'
import { type Fault, fault, faultFile, type NewFault } from './fault.js'

/** Adds a fault; the running sandbox strikes from the next request on. Raises `invalid_input`. */
export async function addFault(file: string, wanted: NewFault): Promise<Fault> {
  const parsed = fault.safeParse({ ...wanted, id: randomBytes(3).toString('hex') })
  if (!parsed.success) throw refused(parsed.error)
  await alone(file, async () => writeJson(file, [...(await listFaults(file)), parsed.data]))
  return parsed.data
}

const pollMs = 20
const longestWaitMs = 10_000

/** Each writes the whole file anew: one at a time, of this process and of others. Raises `timed_out`. */
async function alone<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  const request = { path: `${file}.lock`, note: '', onLost: () => {} }
  for (
    const deadlineMs = Date.now() + longestWaitMs;
    Date.now() < deadlineMs;
    await sleep(pollMs)
  ) {
    const taken = await takeLock(request)
    if (taken.kind === 'taken') return work().finally(taken.lock.release)
  }
  const message = 'Another process is changing the faults, and does not end.'
  throw new FlyopsError('timed_out', 'sandbox', message, { retry: 'once' })
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
  // There may be no folder either.
  if ((await listFaults(file)).length === 0) return id === undefined
  return alone(file, () => clear(file, id))
}

async function clear(file: string, id: string | undefined): Promise<boolean> {
  const all = await listFaults(file)
  const kept = id === undefined ? [] : all.filter((each) => each.id !== id)
  if (kept.length < all.length) await writeJson(file, kept)
  return id === undefined || kept.length < all.length
}
