import { expect, test } from 'vitest'
import type { Args } from '../../src/docker/commands.js'
import { lookAt, readSight } from '../../src/docker/container-sight.js'
import type { ContainerState } from '../../src/docker/docker.js'
import { parseListening } from '../../src/process/listening-sockets.js'

const heading = '  sl  local_address rem_address   st tx_queue rx_queue'
const row = '   0: 00000000:0BB8 00000000:0000 0A 00000000:00000000 00:00000000'

/** Of a process that is not the container's, as on an engine in a machine of its own. */
const elsewhere: ContainerState = {
  id: 'ab'.repeat(32),
  pid: process.pid,
  isRunning: true,
  exitCode: 0,
  oomKilled: false,
  publishedPort: () => undefined,
}

function dockerThatPrints(stdout: string) {
  const asked: Args[] = []
  const start = async (args: Args) => {
    asked.push(args)
    const ending = { outcome: 'failed', exitCode: 1, signal: undefined, durationMs: 1 } as const
    return { ...ending, stdout, stderr: "cat: can't open '/sys/fs/cgroup/memory.peak'" }
  }
  return { start, asked }
}

test('an engine elsewhere is asked by the image’s own cat, which need not find all files', async () => {
  const { start, asked } = dockerThatPrints(
    [heading, row, '4366336', 'user 2', 'system 1'].join('\n'),
  )
  expect(await lookAt(start, 'flyops-test-1', elsewhere)).toEqual({
    listening: ['0.0.0.0:3000'],
    memoryPeakBytes: 4_366_336,
    cpuMs: 30,
  })
  expect(asked[0]?.slice(0, 6).join(' ')).toBe(
    'exec -- flyops-test-1 cat /proc/net/tcp /proc/net/tcp6',
  )
})

test('where the image has no cat, nobody can tell', async () => {
  const { start } = dockerThatPrints('')
  expect(await lookAt(start, 'flyops-test-1', elsewhere)).toBeUndefined()
})

test('cgroup v2 counts microseconds, and files that the kernel would give up are not needed', () => {
  const text = [
    heading,
    '90000000',
    '50000000',
    'inactive_file 20000000',
    'usage_usec 1500000',
    'user_usec 7',
  ]
  expect(readSight(text.join('\n'))).toEqual({
    listening: [],
    memoryPeakBytes: 70_000_000,
    cpuMs: 1_500,
  })
})

test('a table of a hostile image is no more than some addresses', () => {
  const rows = Array.from({ length: 5_000 }, (_, at) => {
    const port = (at + 1).toString(16).toUpperCase().padStart(4, '0')
    return `   ${at}: 00000000:${port} 00000000:0000 0A 0`
  })
  expect(parseListening(rows.join('\n'))).toHaveLength(20)
  expect(parseListening('   0: ZZ:1F90 0:0 0A 0\n   1: 00000000:FFFFF 00000000:0000 0A 0')).toEqual(
    [],
  )
})
