// Prints how soon flyops lists its tools, next to the baseline, and how much a model reads; exit 1 past a limit.
import { fileURLToPath } from 'node:url'
import { startToTools } from './start-to-tools.mjs'

const rounds = 20
const limits = { ratio: 0.6, sizeBytes: 18_000 }
const root = fileURLToPath(new URL('..', import.meta.url))
const flyops = ['dist/main.js', 'serve']
const baseline = ['bench/baseline-server.mjs']

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}

// By turns, so that a busy machine slows both; the first of each only warms the caches.
async function measure() {
  const times = { flyops: [], baseline: [] }
  const { result } = await startToTools(flyops, root)
  await startToTools(baseline, root)
  for (let round = 0; round < rounds; round += 1) {
    times.flyops.push((await startToTools(flyops, root)).durationMs)
    times.baseline.push((await startToTools(baseline, root)).durationMs)
  }
  return { flyopsMs: median(times.flyops), baselineMs: median(times.baseline), result }
}

function report(name, value, limit, isKept) {
  process.stdout.write(
    `${name.padEnd(26)} ${value.padStart(9)}   ${limit}${isKept ? '' : '   MISSED'}\n`,
  )
  if (!isKept) process.exitCode = 1
}

const { flyopsMs, baselineMs, result } = await measure()
const ratio = flyopsMs / baselineMs
const sizeBytes = Buffer.byteLength(JSON.stringify(result))
report('start to tools/list', `${flyopsMs.toFixed(0)} ms`, '', true)
report('baseline, same SDK', `${baselineMs.toFixed(0)} ms`, '', true)
report('ratio of the medians', ratio.toFixed(2), `at most ${limits.ratio}`, ratio <= limits.ratio)
report(
  'tools/list result',
  `${sizeBytes} B`,
  `at most ${limits.sizeBytes} B`,
  sizeBytes <= limits.sizeBytes,
)
report('tools', String(result.tools.length), 'exactly 6', result.tools.length === 6)
