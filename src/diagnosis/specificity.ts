/** Tokens of a pattern that are not plain characters; what may be absent is none, an escaped punctuation mark is. */
const notPlain =
  /(?:\\.|[^\\()[\]|])[?*]|\\[a-zA-Z]|\\(.)|\[(?:\\.|[^\]\\])*\]|\(\?(?:[:=!]|<[=!]|<\w+>)|\{\d+,?\d*\}|[()|.*+?^$]/g

/** Runs shorter than this occur by chance. */
const minRunChars = 3

/** The runs of plain characters in a pattern: /lease .*held by (\d+)/ has "lease " and "held by ". */
export function literalRuns(pattern: RegExp): readonly string[] {
  const runs = pattern.source
    .replace(notPlain, (_token, escaped?: string) => escaped ?? '\0')
    .split('\0')
    .filter((run) => run.length >= minRunChars)
  return [...new Set(pattern.ignoreCase ? runs.map((run) => run.toLowerCase()) : runs)]
}

/** How many plain characters of the pattern stand in what it matched: wildcards count for nothing. */
export function literalChars(runs: readonly string[], matched: string): number {
  const lowered = matched.toLowerCase()
  return runs
    .filter((run) => matched.includes(run) || lowered.includes(run))
    .reduce((sum, run) => sum + run.length, 0)
}
