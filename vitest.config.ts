import { readFileSync, statfsSync } from 'node:fs'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const minuteMs = 60_000
const report = process.env.FLYOPS_TEST_REPORT

/** With an engine, a registry, the built program, or many processes. */
const integration = [
  'test/**/*.integration.test.ts',
  'test/conformance/**/*.test.ts',
  'test/security/**/*.test.ts',
]

/** In the sandbox, as users have it. */
const endToEnd = ['test/e2e/**/*.test.ts']

/** The files that take longest, the longest first: started last, all would wait for them. */
const longest = [
  'e2e/fault-matrix/matrix',
  'e2e/jobs',
  'e2e/self-deploy/self-deploy',
  'security/hostile-repository',
  'e2e/next-agent',
  'security/hostile-answers',
  'e2e/verdict',
  'e2e/experiments',
  'e2e/story/by-command-line',
  'e2e/verdict-faults',
  'e2e/ten-ways-to-crash',
  'e2e/contract/contract',
  'security/hostile-addresses',
  'e2e/faults',
  'e2e/test-image',
  'e2e/killed-children',
  'e2e/ways-to-fail',
  'e2e/story/by-mcp',
  'e2e/crash-loop',
  'mcp/modern/tasks.integration',
  'mcp/modern/calls.integration',
  'security/files-outside',
  'security/properties/properties',
  'conformance/official-suite',
  'mcp/policy.integration',
]

const memory = '/dev/shm'
const enoughBytes = 4 * 2 ** 30

/** Whether engines, registries and repositories of tests can be in memory: they wait for no disk there. */
function isMemoryEnough(): boolean {
  try {
    const { bavail, bsize } = statfsSync(memory)
    const isExecutable = !/ \/dev\/shm \S+ \S*noexec/.test(readFileSync('/proc/mounts', 'utf8'))
    return isExecutable && Math.min(bavail * bsize, process.availableMemory()) > enoughBytes
  } catch {
    return false
  }
}

if (process.env.TMPDIR === undefined && isMemoryEnough()) process.env.TMPDIR = memory

/** What vitest does, e2e before integration before unit, but these first. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const first = longest.flatMap((name) =>
      files.filter(({ moduleId }) => moduleId.endsWith(`/test/${name}.test.ts`)),
    )
    const rest = await super.sort(files.filter((file) => !first.includes(file)))
    return [...first, ...rest]
  }
}

// Many tests start real programs, and engines: few at a time, or two cores take a third more of their time for the same,
// and limits are met that only a starved program meets; and never a limit that a slow machine meets. Files that share nothing but what they import are not isolated: that is loaded once.
export default defineConfig({
  test: {
    maxWorkers: 4,
    maxConcurrency: 4,
    sequence: { sequencer: LongestFirst },
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...integration, ...endToEnd, 'test/fixtures/**'],
          isolate: false,
          // They compute and seldom wait, and each worker loads all of src for itself. A group has one number of workers.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: minuteMs,
          hookTimeout: minuteMs,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: integration,
          testTimeout: minuteMs,
          hookTimeout: 2 * minuteMs,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: endToEnd,
          globalSetup: ['test/e2e/sandbox-setup.ts'],
          isolate: false,
          testTimeout: 3 * minuteMs,
          hookTimeout: 10 * minuteMs,
        },
      },
    ],
  },
})
