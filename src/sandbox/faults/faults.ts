import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { parseJson } from '../../process/json.js'
import { type Fault, faultFile } from './fault.js'

export interface FaultyRequest {
  readonly place: 'api' | 'registry'
  readonly method: string
  readonly path: string
  /** Whatever its body may name an app or a machine by. */
  readonly names?: readonly string[]
}

export interface FaultyMachine {
  readonly id: string
  readonly app: string
  readonly region: string
}

/** The faults that hold now. */
export interface Faults {
  /** The fault that strikes this request; each call counts as a request. */
  strike(request: FaultyRequest): Fault | undefined
  /** What befalls a machine that starts; each call counts as a start. */
  strikeStart(machine: FaultyMachine): Fault | undefined
  /** Whether the machine's host is gone. */
  isUnreachable(machine: FaultyMachine): boolean
  /** By how much the platform's clock is fast. */
  skewMs(): number
}

export interface FaultsOptions {
  readonly file: string
  /** Milliseconds; any origin. */
  readonly now: () => number
  /** Told of each strike, and of what it met. */
  readonly onStrike?: ((fault: Fault, met: FaultyRequest | FaultyMachine) => void) | undefined
}

interface Count {
  seen: number
  struck: number
  /** When it could strike first. */
  firstAtMs: number | undefined
  /** Machines in the order in which they were met: a share of them is chosen by that. */
  readonly machines: string[]
}

/** Reads the file of faults again whenever it changes. */
export function createFaults({ file, now, onStrike }: FaultsOptions): Faults {
  const counts = new Map<string, Count>()
  let known: readonly Fault[] = []
  let read: string | undefined

  function current(): readonly Fault[] {
    const found = statSync(file, { throwIfNoEntry: false })
    // Two changes may have one time, as the kernel's clock ticks; each is a file of its own.
    const version = found && `${found.mtimeMs} ${found.ino} ${found.size}`
    if (version === read) return known
    const text = version === undefined ? '[]' : readFileSync(file, 'utf8')
    known = faultFile.safeParse(parseJson(text)).data ?? []
    read = version
    return known
  }

  function countOf({ id }: Fault): Count {
    const count = counts.get(id) ?? { seen: 0, struck: 0, firstAtMs: undefined, machines: [] }
    counts.set(id, count)
    return count
  }

  function strikes(fault: Fault): boolean {
    const count = countOf(fault)
    count.seen += 1
    if (count.seen < fault.nth || !isInTime(fault, count)) return false
    if (count.struck >= (fault.times ?? Number.POSITIVE_INFINITY)) return false
    if (chance(fault.seed, count.seen) >= fault.probability) return false
    count.struck += 1
    return true
  }

  function isInTime(fault: Fault, count: Count): boolean {
    count.firstAtMs ??= now()
    const seconds = fault.kind === 'lease' ? fault.seconds : fault.for
    return seconds === undefined || now() < count.firstAtMs + seconds * 1000
  }

  function isGone(fault: Fault, { id }: FaultyMachine): boolean {
    const count = countOf(fault)
    if (!isInTime(fault, count)) return false
    if (!count.machines.includes(id)) count.machines.push(id)
    const place = count.machines.indexOf(id)
    return Math.floor((place + 1) * fault.share) > Math.floor(place * fault.share)
  }

  function befalling(machine: FaultyMachine): readonly Fault[] {
    return current().filter(
      (fault) =>
        fault.place === 'machine' &&
        (fault.app ?? machine.app) === machine.app &&
        (fault.region ?? machine.region) === machine.region &&
        (fault.machine ?? machine.id) === machine.id,
    )
  }

  function told(fault: Fault | undefined, met: FaultyRequest | FaultyMachine): Fault | undefined {
    if (fault !== undefined) onStrike?.(fault, met)
    return fault
  }

  return {
    strike(request) {
      const struck = current().filter((each) => isMeant(each, request))
      return told(struck.find(strikes), request)
    },
    strikeStart(machine) {
      const starts = befalling(machine).filter(({ kind }) => kind !== 'unreachable')
      return told(starts.find(strikes), machine)
    },
    isUnreachable: (machine) =>
      befalling(machine).some((fault) => fault.kind === 'unreachable' && isGone(fault, machine)),
    skewMs() {
      const skewed = current().find(({ kind }) => kind === 'clock-skew')
      return skewed !== undefined && isInTime(skewed, countOf(skewed)) ? skewed.seconds * 1000 : 0
    },
  }
}

function isMeant(fault: Fault, { place, method, path, names = [] }: FaultyRequest): boolean {
  if (fault.place !== place) return false
  if (fault.kind === 'lease' && !(method === 'POST' && path.endsWith('/lease'))) return false
  if (fault.method !== undefined && fault.method.toUpperCase() !== method) return false
  const named = [...path.split('/'), ...names]
  const wanted = [fault.app, fault.machine].filter((name) => name !== undefined)
  if (!wanted.every((name) => named.includes(name))) return false
  return fault.path === undefined || path.includes(fault.path)
}

/** From 0 to 1, and of the same seed and number always the same. */
function chance(seed: number, n: number): number {
  return createHash('sha256').update(`${seed}:${n}`).digest().readUInt32BE() / 2 ** 32
}
