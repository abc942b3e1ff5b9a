import type { Attempt } from './caveats.js'
import { Refusal } from './refusal.js'

/** An attempt that names its app; an empty name is of one that is not there yet. */
export interface Wanted extends Omit<Attempt, 'app'> {
  readonly app?: string | undefined
}

/** What a token opens. */
export interface Access {
  permits(wanted: Wanted): boolean
  /** Whether it is less than it was when it was made: it then makes no tokens, which could do more. */
  readonly isNarrowed: boolean
}

/** Of the sandbox's own token. */
export const everything: Access = { permits: () => true, isNarrowed: false }

/** What any of them opens, as Fly takes several tokens; undefined for none. */
export function anyOf(accesses: readonly Access[]): Access | undefined {
  if (accesses.length === 0) return undefined
  return {
    permits: (wanted) => accesses.some((access) => access.permits(wanted)),
    isNarrowed: accesses.every(({ isNarrowed }) => isNarrowed),
  }
}

/** Raises a 403 where it is not permitted. */
export function demand(access: Access, wanted: Wanted): void {
  if (!access.permits(wanted))
    throw new Refusal(403, 'Not authorized: the token does not permit it')
}
