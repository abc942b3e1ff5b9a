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
    reach(places, steps, 0)
    for (const char of path) {
      const next = new Uint8Array(places.length)
      let isAlive = false
      for (let index = 0; index < steps.length; index += 1) {
        const step = steps[index]
        if (places[index] === 0 || step === undefined) continue
        for (const place of follow(step, index, char)) {
          reach(next, steps, place)
          isAlive = true
        }
      }
      if (!isAlive) return false
      places = next
    }
    return places[steps.length] === 1
  }
}

/** The places that a step leads to by taking one character. */
function follow(step: Step, index: number, char: string): readonly number[] {
  switch (step.kind) {
    case 'one':
      return step.takes(char) ? [index + 1] : []
    case 'any':
      return step.crosses || char !== '/' ? [index] : []
    case 'folders':
      return []
    case 'within':
      return char === '/' ? [index, index + 1] : [index]
  }
}

/** Marks a place, and those that are reached from it by taking nothing. */
function reach(places: Uint8Array, steps: readonly Step[], from: number): void {
  for (let place = from; places[place] === 0; place += 1) {
    places[place] = 1
    const kind = steps[place]?.kind
    if (kind === 'folders') places[place + 1] = 1
    if (kind === 'folders') place += 1
    else if (kind !== 'any') return
  }
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
