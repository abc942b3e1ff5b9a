import { readFileSync, statSync } from 'node:fs'
import { parseJson } from '../../process/json.js'
import { type Fault, faultFile } from './fault.js'

export interface FaultyRequest {
  readonly place: Exclude<Fault['place'], 'machine'>
  readonly method: string
  readonly path: string
}

/** The faults that hold now. */
export interface Faults {
  /** The fault that strikes this request; each call counts as a request. */
  strike(request: FaultyRequest): Fault | undefined
  /** What befalls a machine of the app that starts; each call counts as a start. */
  strikeStart(app: string): Fault | undefined
  /** Whether the hosts of the app's machines are gone. */
  isUnreachable(app: string): boolean
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

  function current(): readonly Fault[] {
    const changedAtMs = statSync(file, { throwIfNoEntry: false })?.mtimeMs
    if (changedAtMs === readAtMs) return known
    const text = changedAtMs === undefined ? '[]' : readFileSync(file, 'utf8')
    known = faultFile.safeParse(parseJson(text)).data ?? []
    readAtMs = changedAtMs
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
    strike: (request) =>
      current()
        .filter((each) => isMeant(each, request))
        .find(strikes),
    strikeStart: (app) =>
      befalling(app)
        .filter(({ kind }) => kind !== 'unreachable')
        .find(strikes),
    isUnreachable: (app) => befalling(app).some(({ kind }) => kind === 'unreachable'),
  }

  function befalling(name: string): readonly Fault[] {
    return current().filter(({ place, app = name }) => place === 'machine' && app === name)
  }
}

function isMeant(fault: Fault, { place, method, path }: FaultyRequest): boolean {
  if (fault.place !== place) return false
  if (fault.kind === 'lease' && !(method === 'POST' && path.endsWith('/lease'))) return false
  if (fault.method !== undefined && fault.method.toUpperCase() !== method) return false
  return fault.path === undefined || path.includes(fault.path)
}
