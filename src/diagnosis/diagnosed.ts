import { isDeepStrictEqual } from 'node:util'
import { factsOf } from '../error-codes.js'
import type { FlyopsError, NextCall } from '../errors.js'
import type { Diagnosis, Repair } from './diagnosis.js'
import { diagnose } from './match.js'

/** The call that failed: what it gave may be what its repair needs. */
export interface FailedCall {
  readonly tool: string
  readonly args: Readonly<Record<string, unknown>>
}

/** The error with the known failure that its evidence shows; where none is known, it is not guessed. */
export function diagnosed(error: FlyopsError, call?: FailedCall): FlyopsError {
  if (error.diagnosis !== undefined) return error
  const { code, stage, message, evidence } = error
  const { opaque: isOpaque = false } = factsOf(code)
  const found = evidence === undefined ? undefined : diagnose(evidence, { stage })
  if (found === undefined) return isOpaque ? error.with({ diagnosis: 'unknown_failure' }) : error
  const { id, cause, remedy, retry, who } = found
  const known = isOpaque
    ? error.with({ diagnosis: id, message: `${message} ${cause}`, remedy, retry, who })
    : error.with({ diagnosis: id })
  return call === undefined ? known : offering(known, found, call)
}

const mostCalls = 3

/** Tools of repairs that work in a folder: that of the failed call. */
const inFolder = ['build_image', 'deploy_image']

/** With the call that repairs it after those that the error has, where it can be made as it stands. */
function offering(error: FlyopsError, found: Diagnosis, call: FailedCall): FlyopsError {
  const offered = found.next === undefined ? undefined : complete(found.next, call)
  const { next, who, retry, stage } = error
  if (offered === undefined || who === 'human' || next.length >= mostCalls) return error
  // What repairs a push repairs nothing where another step meets the same text.
  const isOfStep = offered.tool === call.tool || found.stage === stage
  const isSame = offered.tool === call.tool && isDeepStrictEqual(offered.arguments, call.args)
  const isThere = next.some(({ tool }) => tool === offered.tool)
  return !isOfStep || isThere || (isSame && retry === 'no')
    ? error
    : error.with({ next: [...next, offered] })
}

/** The failed call changed, or one of another tool; undefined where something is left to be filled in. */
function complete(
  { tool, arguments: fixed, needs, why }: Repair,
  { tool: failed, args }: FailedCall,
): NextCall | undefined {
  if (needs.some((name) => args[name] === undefined)) return undefined
  const taken =
    inFolder.includes(tool) && args.context !== undefined ? [...needs, 'context'] : needs
  const given = tool === failed ? args : Object.fromEntries(taken.map((name) => [name, args[name]]))
  return { tool, arguments: { ...given, ...fixed }, why }
}
