import type { Machine } from '../fly/flyctl.js'

export function faultsOfDigest(
  machines: readonly Machine[],
  digest: string | undefined,
): readonly string[] {
  if (digest === undefined) return []
  return machines
    .filter(({ imageDigest }) => imageDigest !== digest)
    .map(({ id, imageDigest, release }) => {
      const carried = imageDigest ?? 'an unknown digest'
      return `Machine ${id} carries ${carried} (release ${release ?? '?'}) instead of ${digest}.`
    })
}

const shownMachines = 10

/** A roll-out that stopped half way leaves two releases in one process group: one sentence for each such group. */
export function faultsOfRelease(machines: readonly Machine[]): readonly string[] {
  const groups = Map.groupBy(machines, ({ processGroup }) => processGroup)
  return [...groups.values()].flatMap((group) => {
    if (new Set(group.map(({ release }) => release)).size < 2) return []
    const carried = group.map(({ id, release }) => `${id} release ${release ?? 'unknown'}`)
    const others =
      carried.length > shownMachines ? `, and ${carried.length - shownMachines} more` : ''
    const shown = carried.slice(0, shownMachines).join(', ')
    return [`The machines run different releases: ${shown}${others}.`]
  })
}
