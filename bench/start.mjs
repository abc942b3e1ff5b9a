import { fileURLToPath } from 'node:url'
import { startToTools } from './start-to-tools.mjs'

const rounds = 20
const maxRatio = 0.6
const root = fileURLToPath(new URL('..', import.meta.url))
const flyops = ['dist/main.js', 'serve']
const baseline = ['bench/baseline-server.mjs']

/** How soon flyops lists its tools, next to the least that a server can be. */
export async function* start() {
  const { flyopsMs, baselineMs } = await measure()
  const ratio = flyopsMs / baselineMs
  yield { name: 'start to tools/list', value: `${flyopsMs.toFixed(0)} ms` }
  yield { name: '  baseline, same SDK', value: `${baselineMs.toFixed(0)} ms` }
  yield {
    name: '  ratio of the medians',
    value: ratio.toFixed(2),
    limit: `at most ${maxRatio}`,
    isKept: ratio <= maxRatio,
  }
}

// By turns, so that a busy machine slows both; the first of each only warms the caches.
async function measure() {
  const times = { flyops: [], baseline: [] }
  await startToTools(flyops, root)
  await startToTools(baseline, root)
  for (let round = 0; round < rounds; round += 1) {
    times.flyops.push((await startToTools(flyops, root)).durationMs)
    times.baseline.push((await startToTools(baseline, root)).durationMs)
  }
  return { flyopsMs: median(times.flyops), baselineMs: median(times.baseline) }
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}
