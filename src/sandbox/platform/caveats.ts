import { z } from 'zod'
import { type Caveat, caveatsIn } from './macaroon.js'
import type { Packed } from './msgpack.js'
import { organization } from './organization.js'

/** Bits of a mask (github.com/superfly/macaroon, resset/action.go). */
export const actions = { read: 1, write: 2, create: 4, delete: 8, control: 16, all: 31 } as const

/** What somebody is about to do, and to what. */
export interface Attempt {
  readonly action: number
  /** Its number; 0 for one that is not there yet. */
  readonly app?: number | undefined
  /** Ids; empty for one that is not there yet. */
  readonly machine?: string | undefined
  readonly volume?: string | undefined
  /** Of the organization: `wg`, its WireGuard network. */
  readonly feature?: string | undefined
  /** Of GraphQL. */
  readonly mutation?: string | undefined
  /** To be run in the machine. */
  readonly command?: readonly string[] | undefined
}

/** `unspecified`: the attempt is about nothing that the caveat speaks of; it is refused, but in an `IfPresent`. */
type Verdict = 'permitted' | 'refused' | 'unspecified'

type Check = (attempt: Attempt, nowMs: number) => Verdict

/** Numbers of the types of caveats (github.com/superfly/macaroon, caveat.go). */
export const caveatTypes = {
  organization: 0,
  volumes: 2,
  apps: 3,
  validityWindow: 4,
  featureSet: 5,
  mutations: 6,
  machines: 7,
  isUser: 10,
  ifPresent: 13,
  machineFeatureSet: 14,
  clusters: 16,
  action: 26,
  commands: 27,
  appFeatureSet: 28,
  storageObjects: 29,
} as const

const checks: Readonly<Record<number, (body: Packed) => Check>> = {
  [caveatTypes.organization]: ofOrganization,
  [caveatTypes.volumes]: ofResources(({ volume }) => volume),
  [caveatTypes.apps]: ofResources(({ app }) => app),
  [caveatTypes.validityWindow]: ofTime,
  [caveatTypes.featureSet]: ofResources(({ feature }) => feature),
  [caveatTypes.mutations]: ofMutations,
  [caveatTypes.machines]: ofResources(({ machine }) => machine),
  // Says who it was made for, and limits nothing.
  [caveatTypes.isUser]: () => () => 'permitted',
  [caveatTypes.ifPresent]: ofWhatIsPresent,
  [caveatTypes.action]: ofAction,
  [caveatTypes.commands]: ofCommands,
  // Of these the local Fly has none.
  [caveatTypes.machineFeatureSet]: ofResources(() => undefined),
  [caveatTypes.clusters]: ofResources(() => undefined),
  [caveatTypes.appFeatureSet]: ofResources(() => undefined),
  [caveatTypes.storageObjects]: ofResources(() => undefined),
}

/** Says of an attempt whether all caveats permit it; undefined where one of them cannot be understood. */
export function permissionOf(
  caveats: readonly Caveat[],
): ((attempt: Attempt, nowMs: number) => boolean) | undefined {
  try {
    const all = caveats.map(checkOf)
    return (attempt, nowMs) => all.every((check) => check(attempt, nowMs) === 'permitted')
  } catch (error) {
    if (error instanceof RangeError || error instanceof z.ZodError) return undefined
    throw error
  }
}

function checkOf({ type, body }: Caveat): Check {
  const check = checks[type]
  if (check === undefined) throw new RangeError(`no type of caveat: ${type}`)
  return check(body)
}

const mask = z.int().min(0)
const idAndMask = z.tuple([z.number(), mask])
const masks = z.tuple([z.map(z.union([z.number(), z.string()]), mask)])
const window = z.tuple([z.number(), z.number()])
const mutations = z.tuple([z.array(z.string())])
const commands = z.array(z.tuple([z.array(z.string()).nullable(), z.boolean()]))

function verdict(isPermitted: boolean): Verdict {
  return isPermitted ? 'permitted' : 'refused'
}

function isWithin(action: number, allowed: number): boolean {
  return (action & allowed) === action
}

function ofOrganization(body: Packed): Check {
  const [id, allowed] = idAndMask.parse(body)
  const isOurs = id === 0 || id === organization.internalNumericId
  return ({ action }) => verdict(isOurs && isWithin(action, allowed))
}

/** The key 0, or an empty one, stands for each of them, and must then be alone. */
function ofResources(idOf: (attempt: Attempt) => number | string | undefined) {
  return (body: Packed): Check => {
    const [allowed] = masks.parse(body)
    const each = allowed.get(0) ?? allowed.get('')
    return (attempt) => {
      const id = idOf(attempt)
      if (id === undefined) return 'unspecified'
      const found = each ?? allowed.get(id)
      const isSound = each === undefined || allowed.size === 1
      return verdict(isSound && found !== undefined && isWithin(attempt.action, found))
    }
  }
}

function ofTime(body: Packed): Check {
  const [notBefore, notAfter] = window.parse(body)
  return (_attempt, nowMs) => verdict(nowMs >= notBefore * 1000 && nowMs <= notAfter * 1000)
}

function ofMutations(body: Packed): Check {
  const [allowed] = mutations.parse(body)
  return ({ mutation }) =>
    mutation === undefined ? 'unspecified' : verdict(allowed.includes(mutation))
}

function ofAction(body: Packed): Check {
  const allowed = mask.parse(body)
  return ({ action }) => verdict(isWithin(action, allowed))
}

function ofCommands(body: Packed): Check {
  const allowed = commands.parse(body)
  return ({ command }) => {
    if (command === undefined) return 'unspecified'
    const matches = allowed.some(([args, isExact]) => {
      const begins = (args ?? []).every((word, index) => word === command[index])
      return begins && (!isExact || args?.length === command.length)
    })
    return verdict(matches)
  }
}

/** Those caveats that the attempt is about; where it is about none of them, the mask. */
function ofWhatIsPresent(body: Packed): Check {
  const [inner, otherwise] = z.tuple([z.unknown(), mask]).parse(body)
  const all = caveatsIn(inner as Packed).map(checkOf)
  return (attempt, nowMs) => {
    const verdicts = all.map((check) => check(attempt, nowMs))
    const present = verdicts.filter((each) => each !== 'unspecified')
    if (present.length === 0) return verdict(isWithin(attempt.action, otherwise))
    return verdict(present.every((each) => each === 'permitted'))
  }
}
