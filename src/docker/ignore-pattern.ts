/** A part of a pattern: what it takes of a path, and what it lets pass. */
type Step =
  /** Exactly one character. */
  | { readonly kind: 'one'; readonly takes: (char: string) => boolean }
  /** Any characters, within a name only unless it `crosses` slashes. */
  | { readonly kind: 'any'; readonly crosses: boolean }
  /** Nothing, or folders with the slash behind them; `within` is the part of it that has begun to take. */
  | { readonly kind: 'folders' }
  | { readonly kind: 'within' }

/**
 * Whether a pattern of an ignore file matches a whole path. All ways to match are followed side by side, a
 * character at a time: patterns come with the repository, and a regular expression with many stars may try
 * for hours. Undefined for a pattern that docker refuses.
 */
export function createMatcher(pattern: string): ((path: string) => boolean) | undefined {
  const steps = readSteps(pattern)
  if (steps === undefined) return undefined
  return (path) => {
    let places = new Uint8Array(steps.length + 1)
    places[0] = 1
    skip(places, steps)
    for (const char of path) {
      places = takeOne(places, steps, char)
      if (!places.includes(1)) return false
    }
    return places[steps.length] === 1
  }
}

/** The places that are reached from each place by taking nothing. */
function skip(places: Uint8Array, steps: readonly Step[]): void {
  for (const [index, { kind }] of steps.entries()) {
    if (places[index] === 0) continue
    if (kind === 'any' || kind === 'folders') places[index + 1] = 1
    if (kind === 'folders') places[index + 2] = 1
  }
}

function takeOne(places: Uint8Array, steps: readonly Step[], char: string) {
  const next = new Uint8Array(places.length)
  for (const [index, step] of steps.entries()) {
    if (places[index] === 0) continue
    if (step.kind === 'one' && step.takes(char)) next[index + 1] = 1
    if (step.kind === 'any' && (step.crosses || char !== '/')) next[index] = 1
    if (step.kind === 'within') next[index] = 1
    if (step.kind === 'within' && char === '/') next[index + 1] = 1
  }
  skip(next, steps)
  return next
}

const tokens = /\*\*\/?|\[\^?(?:\\.|[^\]\\])+\]|\\.|./gsu

function readSteps(pattern: string): readonly Step[] | undefined {
  try {
    return [...pattern.matchAll(tokens)].flatMap(({ 0: token, index }) =>
      readToken(token, index + token.length === pattern.length),
    )
  } catch {
    return undefined
  }
}

function readToken(token: string, isLast: boolean): readonly Step[] {
  if (token.startsWith('**'))
    return isLast ? [{ kind: 'any', crosses: true }] : [{ kind: 'folders' }, { kind: 'within' }]
  if (token === '*') return [{ kind: 'any', crosses: false }]
  if (token === '?') return [{ kind: 'one', takes: (char) => char !== '/' }]
  if (token.length > 1 && token.startsWith('[')) {
    const group = new RegExp(`^${token.replace(/(?<=.)\[/gsu, '\\[')}$`, 'su')
    return [{ kind: 'one', takes: (char) => group.test(char) }]
  }
  const literal = token.length > 1 ? token.replace(/^\\/, '') : token
  return [{ kind: 'one', takes: (char) => char === literal }]
}
