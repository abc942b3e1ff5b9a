import { type ErrorCode, type FailureDetails, FlyopsError } from '../errors.js'
import { diagnose } from './match.js'

/** Codes that say where it failed, but not why. */
const opaqueCodes: readonly ErrorCode[] = [
  'build_failed',
  'test_failed',
  'push_refused',
  'deploy_failed',
  'unhealthy',
  'unknown_failure',
]

/** The error with the known failure that its evidence shows; where none is known, it is not guessed. */
export function diagnosed(error: FlyopsError): FlyopsError {
  if (error.diagnosis !== undefined) return error
  const { code, stage, message, evidence } = error
  const isOpaque = opaqueCodes.includes(code)
  const found = evidence === undefined ? undefined : diagnose(evidence, { stage })
  if (found === undefined)
    return isOpaque ? withDetails(error, { diagnosis: 'unknown_failure' }) : error
  if (!isOpaque) return withDetails(error, { diagnosis: found.id })
  const { id, cause, remedy, retry, who } = found
  return withDetails(error, { diagnosis: id, remedy, retry, who }, `${message} ${cause}`)
}

/** The same error, with some of it replaced. */
export function withDetails(
  error: FlyopsError,
  more: FailureDetails,
  message: string = error.message,
): FlyopsError {
  const { code, stage, remedy, retry, who, next, evidence, cause } = error
  return new FlyopsError(code, stage, message, {
    retry,
    who,
    next,
    cause,
    ...(remedy === undefined ? {} : { remedy }),
    ...(evidence === undefined ? {} : { evidence }),
    ...more,
  })
}
