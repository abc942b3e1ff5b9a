import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const minuteMs = 60_000
const report = process.env.FLYOPS_TEST_REPORT

const endToEnd = {
  globalSetup: ['test/e2e/sandbox-setup.ts'],
  testTimeout: 3 * minuteMs,
  hookTimeout: 5 * minuteMs,
}

/** The fault matrix waits more than it works: started last, as vitest does with a short file, all would wait for it. */
class FaultMatrixFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isMatrix = ({ moduleId }: TestSpecification) => moduleId.includes('fault-matrix')
    const sorted = await super.sort(files)
    return [...sorted.filter(isMatrix), ...sorted.filter((file) => !isMatrix(file))]
  }
}

// Many tests start real programs, and engines: few at a time, and never a limit that a slow machine meets.
export default defineConfig({
  test: {
    maxWorkers: 3,
    sequence: { sequencer: FaultMatrixFirst },
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/fixtures/**'],
          testTimeout: minuteMs,
          hookTimeout: 2 * minuteMs,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          sequence: { groupOrder: 1 },
          ...endToEnd,
        },
      },
    ],
  },
})
