import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { canReadMemory, forgetPeak, readMemory } from './memory.mjs'
import { withProject } from './project.mjs'
import { withServer } from './server.mjs'

const floodBytes = 200e6
const maxGrowthBytes = 40e6
const maxResultBytes = 4_000
/** V8 gives memory back some 8 s after the work (Node 22). */
const settleMs = 10_000
const docker = fileURLToPath(
  new URL('../test/fixtures/programs/chatty-docker.mjs', import.meta.url),
)
const floods = [
  { builder: 'buildx', lineBytes: 100 },
  { builder: 'buildx', lineBytes: 1e6 },
  { builder: 'buildkit', lineBytes: 100 },
  { builder: 'buildkit', lineBytes: 1e6 },
]

/** What a build that prints 200 MB leaves in the server's memory, and how long its result is. */
export async function* buildFlood() {
  if (!canReadMemory) {
    yield { name: 'memory left by a build', value: 'not here', limit: 'needs /proc' }
    return
  }
  for (const flood of floods) {
    const { before, atPeak, after, durationMs, sizeBytes } = await measure(flood)
    const growthBytes = after - before
    yield { name: titleOf(flood), value: `${(durationMs / 1000).toFixed(1)} s` }
    yield { name: '  resident memory before', value: megabytes(before) }
    yield { name: '  at its peak', value: megabytes(atPeak) }
    yield {
      name: `  left after ${settleMs / 1000} s`,
      value: `+${megabytes(growthBytes)}`,
      limit: `at most +${megabytes(maxGrowthBytes)}`,
      isKept: growthBytes <= maxGrowthBytes,
    }
    yield {
      name: '  largest answer',
      value: `${sizeBytes} B`,
      limit: `below ${maxResultBytes} B`,
      isKept: sizeBytes < maxResultBytes,
    }
  }
}

/** Before: a server that has listed its tools, and done nothing yet. */
function measure(flood) {
  return withProject((root) => {
    const env = {
      FLYOPS_DOCKER: docker,
      CHATTY_DOCKER: JSON.stringify({ ...flood, sizeBytes: floodBytes }),
      CHATTY_DOCKER_LABELS: join(root, '.git', 'labels.json'),
    }
    return withServer({ root, env }, async ({ pid, call }) => {
      const { nowBytes: before } = await readMemory(pid)
      await forgetPeak(pid)
      const { result, sizeBytes, durationMs } = await call('build_image', { app: 'flood' })
      if (result.isError) throw new Error(result.content[0].text)
      const { peakBytes: atPeak } = await readMemory(pid)
      await sleep(settleMs)
      const { nowBytes: after } = await readMemory(pid)
      return { before, atPeak, after, durationMs, sizeBytes }
    })
  })
}

function titleOf({ builder, lineBytes }) {
  const size = lineBytes < 1e6 ? `${lineBytes} B` : megabytes(lineBytes)
  return `build printing ${megabytes(floodBytes)}, ${builder}, lines of ${size}`
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(0)} MB`
}
