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
  'fault-matrix/matrix',
  'story/by-command-line',
  'story/by-mcp',
  'jobs',
  'ten-ways-to-crash',
  'verdict-faults',
  'verdict',
  'next-agent',
]

/** What vitest does, e2e before integration before unit, but these first. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const first = longest.flatMap((name) =>
      files.filter(({ moduleId }) => moduleId.endsWith(`/e2e/${name}.test.ts`)),
    )
    const rest = await super.sort(files.filter((file) => !first.includes(file)))
    return [...first, ...rest]
  }
}

// Many tests start real programs, and engines: few at a time, and never a limit that a slow machine meets.
export default defineConfig({
  test: {
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...integration, ...endToEnd, 'test/fixtures/**'],
          // They share nothing but what they import, and that is loaded once.
          isolate: false,
          testTimeout: minuteMs,
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
          testTimeout: 3 * minuteMs,
          hookTimeout: 5 * minuteMs,
        },
      },
    ],
  },
})
