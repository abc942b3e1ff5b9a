import { statSync } from 'node:fs'
import { readJson } from '../state-folder.js'
import { type Fault, faultFile } from './fault.js'

export interface FaultyRequest {
  readonly place: Fault['place']
  readonly method: string
  readonly path: string
}

/** The faults that hold now. */
export interface Faults {
  /** The fault that strikes this request; each call counts as a request. */
  strike(request: FaultyRequest): Promise<Fault | undefined>
}

export interface FaultsOptions {
  readonly file: string
  /** Milliseconds; any origin. */
  readonly now: () => number
}

interface Count {
  seen: number
  firstAtMs: number | undefined
}

/** Reads the file of faults again whenever it changes. */
export function createFaults({ file, now }: FaultsOptions): Faults {
  const counts = new Map<string, Count>()
  let known: readonly Fault[] = []
  let readAtMs: number | undefined

  async function current(): Promise<readonly Fault[]> {
    const changedAtMs = statSync(file, { throwIfNoEntry: false })?.mtimeMs
    if (changedAtMs !== readAtMs) {
      known = (await readJson(file, faultFile)) ?? []
      readAtMs = changedAtMs
    }
    return known
  }

  function strikes(fault: Fault): boolean {
    const count = counts.get(fault.id) ?? { seen: 0, firstAtMs: undefined }
    counts.set(fault.id, count)
    count.seen += 1
    count.firstAtMs ??= now()
    if (fault.kind === 'lease') return now() < count.firstAtMs + fault.seconds * 1000
    const last = fault.times === undefined ? Number.POSITIVE_INFINITY : fault.nth + fault.times - 1
    return count.seen >= fault.nth && count.seen <= last
  }

  return {
    async strike(request) {
      const meant = (await current()).filter((fault) => isMeant(fault, request))
      return meant.find(strikes)
    },
  }
}

function isMeant(fault: Fault, { place, method, path }: FaultyRequest): boolean {
  if (fault.place !== place) return false
  if (fault.kind === 'lease' && !(method === 'POST' && path.endsWith('/lease'))) return false
  if (fault.method !== undefined && fault.method.toUpperCase() !== method) return false
  return fault.path === undefined || path.includes(fault.path)
}
