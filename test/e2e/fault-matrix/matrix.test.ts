import { afterAll, describe, test } from 'vitest'
import { flyctls } from '../flyctls.js'
import { engineRows } from './engine-rows.js'
import { registryRows } from './registry-rows.js'
import type { Row } from './row.js'
import { runRow } from './run-row.js'
import { createStarts } from './starts.js'

const themes: readonly (readonly [string, readonly Row[]])[] = [
  ['the engine', engineRows],
  ['the registry', registryRows],
]

describe.each(flyctls)('the fault matrix, with $name', ({ isThere, isReal, env }) => {
  describe.skipIf(!isThere)('each fault has its error, and leaves nothing behind', () => {
    const starts = createStarts(env)
    afterAll(() => starts.remove())

    describe.each(themes)('%s', (_theme, rows) => {
      for (const row of rows.filter(({ alsoReal }) => !isReal || alsoReal)) {
        test.skipIf(row.canPlay === false)(row.name, () => runRow(row, starts, env()))
      }
    })
  })
})
