import { afterAll, describe, test } from 'vitest'
import { flyctls } from '../flyctls.js'
import { useOwnSandbox } from '../test-sandbox.js'
import { apiRows } from './api-rows.js'
import { clientRows } from './client-rows.js'
import { configRows } from './config-rows.js'
import { engineRows } from './engine-rows.js'
import { flyctlRows } from './flyctl-rows.js'
import { machineRows } from './machine-rows.js'
import { registryRows } from './registry-rows.js'
import { isAlone, type Row } from './row.js'
import { runRow } from './run-row.js'
import { shipRows } from './ship-rows.js'
import { createStarts } from './starts.js'
import { tokenRows } from './token-rows.js'
import { wayBackRows } from './way-back-rows.js'

const themes: readonly (readonly [string, readonly Row[]])[] = [
  // What waits longest comes first: the rest is played meanwhile.
  ['the API', apiRows],
  ['machines and their health', machineRows],
  ['the client', clientRows],
  ['the engine', engineRows],
  ['the registry', registryRows],
  ['a ship', shipRows],
  ['the way back', wayBackRows],
  ['flyctl', flyctlRows],
  ['the token', tokenRows],
  ['configuration and image', configRows],
]

const rows = themes.flatMap(([theme, ofTheme]) =>
  ofTheme.map((row): Row => ({ ...row, name: `${theme}: ${row.name}` })),
)

useOwnSandbox({ hasOwnEngine: true })

describe.each(flyctls)('the fault matrix, with $name', ({ isThere, isReal, env }) => {
  describe.skipIf(!isThere)('each fault has its error, and leaves nothing behind', () => {
    const starts = createStarts(env)
    const played = rows.filter(({ alsoReal }) => !isReal || alsoReal)
    afterAll(() => starts.remove())

    function play(row: Row): void {
      test.skipIf(row.canPlay === false)(row.name, () => runRow(row, starts, env()))
    }
    describe.concurrent('side by side', () => {
      for (const row of played.filter((each) => !isAlone(each))) play(row)
    })
    describe('one at a time', () => {
      for (const row of played.filter(isAlone)) play(row)
    })
  })
})
