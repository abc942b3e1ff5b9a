import { expect } from 'vitest'
import * as commands from '../../../src/fly/commands.js'
import { machinesIn, releasesIn } from './sandbox-state.js'
import type { Scene } from './scene.js'
import { web } from './tomls.js'

/** SIGINT in a deploy: status 127 and no error, its release interrupted, its lease kept until it expires or is cleared. */
export async function interruptsADeploy(scene: Scene): Promise<void> {
  const app = `${scene.app}-slow`
  await scene.api('/v1/apps', 'POST', { name: app, org_slug: 'personal' })
  const toml = web(app).replace("path = '/info'", "path = '/not-there'")
  const line = commands.deploy({
    app,
    configPath: await scene.toml(toml),
    image: scene.images.hello,
    ha: false,
    smokeChecks: true,
    waitTimeout: '60s',
  })
  const ending = new AbortController()
  const result = await scene.start(line, {
    signal: ending.signal,
    stops: () => [{ afterMs: 0, signal: 'SIGINT' }],
    onLine: (text) => {
      if (text.includes('was created')) ending.abort()
    },
  })
  expect(result).toMatchObject({ exitCode: 127, outcome: 'cancelled' })
  expect(result.stderr).not.toContain('Error:')
  expect(await releasesIn(scene, app)).toEqual(['1 interrupted ROLLING'])
  const [machine] = await machinesIn(scene, app)
  const lease = `/v1/apps/${app}/machines/${machine?.id}/lease`
  expect(await scene.api(lease)).toMatchObject({ status: 'success' })
  const clearing = await scene.start(commands.leasesClear(app, [machine?.id ?? '']))
  expect(clearing).toMatchObject({ outcome: 'ok' })
  expect(await scene.api(lease)).toMatchObject({ error: expect.stringContaining('not found') })
}
