import { defineConfig } from 'vitest/config'

const minuteMs = 60_000
const report = process.env.FLYOPS_TEST_REPORT

const endToEnd = {
  globalSetup: ['test/e2e/sandbox-setup.ts'],
  testTimeout: 3 * minuteMs,
  hookTimeout: 5 * minuteMs,
}

// Many tests start real programs, and engines: few at a time, and never a limit that a slow machine meets.
export default defineConfig({
  test: {
    maxWorkers: 3,
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
