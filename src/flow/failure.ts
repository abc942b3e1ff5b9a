import { diagnosed } from '../diagnosis/diagnosed.js'
import { FlyopsError, hasSystemCode } from '../errors.js'
import type { Log } from '../log.js'
import { cutText } from '../process/plain-text.js'

export interface FailedCall {
  readonly tool: string
  /** As the caller gave them. */
  readonly args: unknown
  readonly signal: AbortSignal
  readonly log: Log
}

const sentenceChars = 1_000
const evidenceChars = { first: 1_000, last: 2_000 }

/** What is told of an error stays short, whatever programs and apps wrote. */
function bounded(error: FlyopsError): FlyopsError {
  const { message, remedy = '', evidence = '' } = error
  const short = {
    message: cutText(message, sentenceChars),
    remedy: cutText(remedy, sentenceChars),
    evidence: endsOf(evidence),
  }
  const isShort =
    short.message === message && short.remedy === remedy && short.evidence === evidence
  return isShort ? error : error.with(short)
}

/**
 * Ours comes first, what was printed last comes last. Cut between words: secrets are taken out afterwards, and half of
 * one would be none to find.
 */
function endsOf(evidence: string): string {
  if (evidence.length <= evidenceChars.first + evidenceChars.last) return evidence
  const first = evidence.slice(0, evidenceChars.first).replace(/\S*$/, '').trimEnd()
  const last = evidence.slice(-evidenceChars.last).replace(/^\S*\s?/, '')
  const missing = evidence.length - first.length - last.length
  return `${first}\n… (${missing} characters left out)\n${last}`
}

/**
 * What was raised in a call, as the error that its caller is told. What is not a FlyopsError is a fault of ours: it
 * is logged, and its text not shown.
 */
export function failureOf(error: unknown, { tool, args, signal, log }: FailedCall): FlyopsError {
  if (error instanceof FlyopsError)
    return bounded(diagnosed(error, { tool, args: { ...Object(args) } }))
  if (signal.aborted) {
    return new FlyopsError('cancelled', 'preflight', `${tool} was cancelled.`, { retry: 'yes' })
  }
  if (hasSystemCode(error, 'ENOSPC', 'EDQUOT')) return diskFull(error)
  log.error({ err: error, tool }, 'internal error')
  const message = `flyops failed inside ${tool}; its log on standard error says where.`
  return new FlyopsError('internal', 'preflight', message, {
    remedy: 'Try once more; if it repeats, report it with that log line.',
    retry: 'once',
  })
}

function diskFull({ message }: Error): FlyopsError {
  return new FlyopsError(
    'unknown_failure',
    'preflight',
    'A file could not be written: the disk is full.',
    {
      remedy: 'Free some space, and call again; doctor shows how much is left.',
      retry: 'once',
      who: 'human',
      diagnosis: 'no_space',
      evidence: message,
    },
  )
}
