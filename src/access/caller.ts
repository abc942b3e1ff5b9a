/** What a caller may use: names, in which `*` stands for any text. */
export interface Scope {
  readonly tools: readonly string[]
  readonly apps: readonly string[]
}

/** Who calls. */
export interface Caller {
  /** Names the caller, for people and as the owner of jobs. */
  readonly owner: string
  readonly scope: Scope
  /** As their identity provider has it; none for those who have a token of flyops. */
  readonly groups?: readonly string[]
  /** The OAuth scope that is missing in the token: its bearer may nothing. */
  readonly lacksScope?: string
}

/** Tells whose token it is; undefined where it is nobody's. Raises where it cannot tell. */
export type Verifier = (token: string) => Promise<Caller | undefined>

/** A tool or an app, or with `*` many. */
export const namePattern = /^[a-z0-9_*-]{1,128}$/

export const fullScope: Scope = { tools: ['*'], apps: ['*'] }

/** Whether a list of names, with or without `*`, covers a name. */
export function covers(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => matches(pattern.split('*'), name))
}

/** The pieces between the stars, one after the other: no regular expression, whose time may explode. */
function matches([first = '', ...rest]: readonly string[], name: string): boolean {
  const last = rest.pop()
  if (last === undefined) return name === first
  if (!name.startsWith(first)) return false
  let at = first.length
  for (const piece of rest) {
    const found = name.indexOf(piece, at)
    if (found === -1) return false
    at = found + piece.length
  }
  return name.length - last.length >= at && name.endsWith(last)
}
