import { FlyctlError } from './failure.js'

/** NAME=VALUE pairs. Raises FlyctlError in flyctl's words, after `doing`. */
export function readPairs(
  pairs: readonly string[],
  doing: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      if (at === -1) throw new FlyctlError(`${doing}: '${pair}': must be in the format NAME=VALUE`)
      return [pair.slice(0, at), pair.slice(at + 1)]
    }),
  )
}
