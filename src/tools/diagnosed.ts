import { diagnose } from '../diagnosis/match.js'
import { type ErrorCode, FlyopsError } from '../errors.js'

/** Codes that say where it failed, but not why. */
const opaqueCodes: readonly ErrorCode[] = [
  'build_failed',
  'push_refused',
  'deploy_failed',
  'unhealthy',
  'unknown_failure',
]

/** The error with the known failure that its evidence shows; as it was where it shows none. */
export function diagnosed(error: FlyopsError): FlyopsError {
  const { code, stage, message, retry, next, evidence } = error
  if (error.diagnosis !== undefined) return error
  const found = evidence === undefined ? undefined : diagnose(evidence, { stage })
  if (found === undefined) return error
  const kept = { next, diagnosis: found.id, ...(evidence === undefined ? {} : { evidence }) }
  if (opaqueCodes.includes(code)) {
    const details = { ...kept, remedy: found.remedy, retry: found.retry }
    return new FlyopsError(code, stage, `${message} ${found.cause}`, details)
  }
  const remedy = error.remedy === undefined ? {} : { remedy: error.remedy }
  return new FlyopsError(code, stage, message, { ...kept, ...remedy, retry })
}
