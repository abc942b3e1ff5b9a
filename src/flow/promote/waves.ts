import { together } from '../../side-by-side.js'
export interface Waves {
  readonly waveSize: number
  /** Whether later waves are started where one failed. */
  readonly continueOnFailure: boolean
  /** Waits a moment, so that those of a wave do not ask for the same at once. */
  readonly pause: () => Promise<void>
}

/**
 * The first item alone, then waves of the others side by side. `work` tells whether it went well; what was not
 * started stays out of the result.
 */
export async function inWaves<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  isGood: (result: Result) => boolean,
  { waveSize, continueOnFailure, pause }: Waves,
): Promise<readonly Result[]> {
  const results: Result[] = []
  for (let size = 1; results.length < items.length; size = waveSize) {
    const wave = items.slice(results.length, results.length + size)
    results.push(...(await together(wave.map((item) => after(pause, wave, item, work)))))
    if (!continueOnFailure && !results.every(isGood)) break
  }
  return results
}

/** The first of a wave need not wait. */
async function after<Item, Result>(
  pause: Waves['pause'],
  wave: readonly Item[],
  item: Item,
  work: (item: Item) => Promise<Result>,
): Promise<Result> {
  if (item !== wave[0]) await pause()
  return work(item)
}
