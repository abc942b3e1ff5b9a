import type { ErrorCode } from '../error-codes.js'
import { FlyopsError, type NextCall, type Retry, type Stage } from '../errors.js'
import type { RunResult } from '../process/command.js'
import { lastLines } from '../process/tail.js'

interface KnownFailure {
  readonly pattern: RegExp
  readonly code: ErrorCode
  readonly message: string
  readonly remedy: string
  readonly retry?: Retry
}

/** Texts of flyctl 2026.8 and of Fly's servers that have a code of their own; the first that matches wins. */
const knownFailures: readonly KnownFailure[] = [
  {
    pattern:
      /no access token available|must be authenticated to view this|non-200 status code: 401|third-party discharge tokens|no verified tokens|not authorized to access|unauthorized/i,
    code: 'not_authenticated',
    message: 'Fly.io does not accept the login.',
    remedy: 'Run `fly auth login`, or set FLY_API_TOKEN to a valid token, and try again.',
  },
  {
    pattern: /unknown flag:|unknown shorthand flag|unknown command/i,
    code: 'flyctl_too_old',
    message: 'This flyctl does not know an option that flyops uses.',
    remedy: 'Run `fly version upgrade`, or point FLYOPS_FLYCTL at a newer flyctl.',
  },
  {
    pattern: /Name has already been taken/i,
    code: 'name_taken',
    message: 'The app name is taken, perhaps by an app of somebody else’s.',
    remedy: 'Choose another name: app names are unique across all of Fly.io.',
  },
  {
    pattern: /organization \S+ not found|Could not find Organization/i,
    code: 'unknown_org',
    message: 'There is no such organization, or the login may not see it.',
    remedy: 'Give `org` one of the slugs that `fly orgs list` shows.',
  },
  {
    pattern: /Could not find App|app not found|the app name \S+ could not be found/i,
    code: 'app_not_found',
    message: 'There is no such app, or the login may not see it.',
    remedy: 'Create it with create_app, or correct the name.',
  },
  {
    pattern: /could not find image|manifest unknown/i,
    code: 'image_not_found',
    message: 'Fly’s registry does not have the image.',
    remedy: 'Push it with push_image.',
  },
  {
    pattern: /App configuration is not valid|failed loading app config|strict validation failed/i,
    code: 'config_invalid',
    message: 'flyctl refuses the configuration.',
    remedy: 'Correct the file that the evidence names.',
  },
  {
    pattern:
      /failed authenticating with [^\n]*(?:connection refused|no such host|i\/o timeout|TLS handshake|connection reset)/i,
    code: 'push_refused',
    message: 'Fly’s registry cannot be reached.',
    remedy: 'Check the network, and any FLY_REGISTRY_HOST that is set; then try again.',
    retry: 'once',
  },
  {
    pattern: /connection refused|no such host|i\/o timeout|TLS handshake|connection reset/i,
    code: 'unknown_failure',
    message: 'flyctl could not reach Fly’s API.',
    remedy: 'Check the network, and any FLY_API_BASE_URL that is set; then try again.',
    retry: 'once',
  },
]

export interface FailureContext {
  readonly stage: Stage
  /** What was being done, for a failure that is not known: "listing the releases". */
  readonly doing: string
  /** The code where no text is known. */
  readonly fallback?: ErrorCode | undefined
  readonly next?: readonly NextCall[]
}

/** The first known failure in what flyctl printed; undefined where nothing is known. */
export function matchFailure(result: RunResult): KnownFailure | undefined {
  const text = `${withoutQuery(result.stderr)}\n${result.stdout}`
  return knownFailures.find(({ pattern }) => pattern.test(text))
}

/** What a flyctl that did not succeed means, as the error to raise. */
export function flyctlFailure(result: RunResult, context: FailureContext): FlyopsError {
  const { stage, doing } = context
  const next = context.next ?? []
  const evidence = evidenceOf(result)
  if (result.outcome === 'cancelled') {
    return new FlyopsError('cancelled', stage, `Cancelled while ${doing}.`, { retry: 'yes' })
  }
  if (result.outcome === 'timed_out') {
    return new FlyopsError('timed_out', stage, `flyctl did not answer in time while ${doing}.`, {
      remedy: 'Try again; if it repeats, look at https://status.flyio.net.',
      retry: 'once',
      evidence,
    })
  }
  if (isUnstartable(result)) return cannotStart(context, evidence)
  const known = matchFailure(result)
  if (known === undefined && result.signal !== undefined) {
    return new FlyopsError(
      context.fallback ?? 'unknown_failure',
      stage,
      `flyctl was ended by ${result.signal} while ${doing}.`,
      {
        remedy: 'Try again; if it repeats, install another version of flyctl.',
        retry: 'once',
        ...(evidence === '' ? {} : { evidence }),
        next,
      },
    )
  }
  if (known === undefined) {
    return new FlyopsError(
      context.fallback ?? 'unknown_failure',
      stage,
      `flyctl failed while ${doing}.`,
      {
        remedy: 'Read the excerpt: it is what flyctl printed last.',
        evidence,
        next,
      },
    )
  }
  return new FlyopsError(known.code, stage, known.message, {
    remedy: known.remedy,
    retry: known.retry ?? 'no',
    evidence,
    next,
  })
}

/** The system did not start it, or the shell of a script around it did not (126, 127). */
function isUnstartable({ outcome, exitCode = 126, signal }: RunResult): boolean {
  return outcome === 'failed' && signal === undefined && (exitCode === 126 || exitCode === 127)
}

function cannotStart({ stage, doing }: FailureContext, evidence: string): FlyopsError {
  const message = `flyctl was found, and cannot be started: it failed while ${doing}.`
  return new FlyopsError('flyctl_missing', stage, message, {
    remedy:
      'Run `flyctl version` by hand; install it anew where that fails too, or set FLYOPS_FLYCTL to another one.',
    ...(evidence === '' ? {} : { evidence }),
  })
}

/** The end of what flyctl said, without the GraphQL query that it puts into errors. */
export function evidenceOf(result: RunResult): string {
  const stderr = withoutQuery(result.stderr).trim()
  return lastLines(stderr === '' ? result.stdout : stderr)
}

/** The line in which flyctl names the error, where it does: hints and a machine's log may follow it. */
export function errorLineOf({ stderr }: RunResult): string | undefined {
  return withoutQuery(stderr)
    .split('\n')
    .find((line) => line.startsWith('Error: '))
}

/** "failed to run query($app: …) { … }: the message" → "the message"; some have a space before the bracket (flyctl 2026.8). */
function withoutQuery(text: string): string {
  return text.replace(/failed to run query *[({].*\}: /g, '')
}
