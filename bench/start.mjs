import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startToTools } from './start-to-tools.mjs'

const rounds = 20
const root = fileURLToPath(new URL('..', import.meta.url))
const { FLYOPS_REAL_FLYCTL: flyctl } = process.env
const flyops = () => startToTools([process.execPath, 'dist/main.js', 'serve'], root)

/** What flyops is measured against: the MCP server of a real flyctl, or a Node that does nothing. */
const reference =
  flyctl === undefined
    ? { name: 'a Node that does nothing', start: startNothing, maxRatio: 3 }
    : {
        name: 'flyctl mcp server',
        start: () => startToTools([flyctl, 'mcp', 'server'], root),
        maxRatio: 1.4,
      }

/** How soon flyops lists its tools, and how much memory it has taken by then. */
export async function* start() {
  const { ours, others } = await measure()
  const [ms, otherMs] = [ours, others].map((runs) =>
    median(runs.map(({ durationMs }) => durationMs)),
  )
  const ratio = ms / otherMs
  yield { name: 'start to tools/list', value: `${ms.toFixed(0)} ms` }
  yield { name: `  ${reference.name}`, value: `${otherMs.toFixed(0)} ms` }
  yield {
    name: '  ratio of the medians',
    value: ratio.toFixed(2),
    limit: `at most ${reference.maxRatio}`,
    isKept: ratio <= reference.maxRatio,
  }
  const [bytes, otherBytes] = [ours, others].map((runs) =>
    median(runs.map(({ peakBytes }) => peakBytes)),
  )
  if (Number.isNaN(bytes)) return
  yield { name: '  memory', value: `${(bytes / 1e6).toFixed(0)} MB` }
  if (Number.isNaN(otherBytes)) return
  yield {
    name: `  memory of ${reference.name}`,
    value: `${(otherBytes / 1e6).toFixed(0)} MB`,
    limit: 'more than ours',
    isKept: bytes < otherBytes,
  }
}

// By turns, so that a busy machine slows both; the first of each only warms the caches.
async function measure() {
  const runs = { ours: [], others: [] }
  await flyops()
  await reference.start()
  for (let round = 0; round < rounds; round += 1) {
    runs.ours.push(await flyops())
    runs.others.push(await reference.start())
  }
  return runs
}

async function startNothing() {
  const startedAt = performance.now()
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit')
  return { durationMs: performance.now() - startedAt, peakBytes: Number.NaN }
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}
