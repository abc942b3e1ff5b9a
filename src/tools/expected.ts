import { FlyopsError } from '../errors.js'
import type { Log } from '../log.js'
import { diagnosed } from './diagnosed.js'

export interface FailedCall {
  readonly tool: string
  readonly signal: AbortSignal
  readonly log: Log
}

/** What is not a FlyopsError is a fault of ours: it is logged, and its text not shown. */
export function expected(error: unknown, { tool, signal, log }: FailedCall): FlyopsError {
  if (error instanceof FlyopsError) return diagnosed(error)
  if (signal.aborted) {
    return new FlyopsError('cancelled', 'preflight', `${tool} was cancelled.`, { retry: 'yes' })
  }
  log.error({ err: error, tool }, 'internal error')
  const message = `flyops failed inside ${tool}; its log on standard error says where.`
  return new FlyopsError('internal', 'preflight', message, {
    remedy: 'Try once more; if it repeats, report it with that log line.',
    retry: 'once',
  })
}
