const mostEdits = 4

/** The one of the names that somebody may have meant by a wrong one; undefined where none is near. */
export function nearestName(wrong: string, names: readonly string[]): string | undefined {
  const [best] = names
    .map((name) => ({ name, edits: editsBetween(wrong, name) }))
    .filter(
      ({ name, edits }) => edits <= Math.min(mostEdits, name.length / 2) || name.startsWith(wrong),
    )
    .sort((one, other) => one.edits - other.edits)
  return best?.name
}

/** Letters to add, to leave out and to change (Levenshtein). */
function editsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1]
    for (let at = 0; at < other.length; at += 1) {
      const changed = (row[at] ?? 0) + (letter === other[at] ? 0 : 1)
      next.push(Math.min(changed, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
