import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openFlow } from '../../support/clients/open-flow.js'

test('the toml that flyops wrote goes with the app, also out of a folder of the project', async () => {
  const flow = await openFlow()
  await flow.write('web/Dockerfile', 'FROM scratch\n')
  await flow.call('ship', { app: 'hello', context: 'web' })
  const path = join(flow.root, 'web', 'fly-hello.toml')
  expect(existsSync(path)).toBe(true)
  const gone = await flow.call('destroy_app', { app: 'hello', confirm: 'hello' })
  expect(gone).toMatchObject({ destroyed: true, config_removed: 'web/fly-hello.toml' })
  expect(existsSync(path)).toBe(false)
})
