import { expect } from 'vitest'
import * as commands from '../../../src/fly/commands.js'
import { givenTo, machinesIn, summaryOf } from './sandbox-state.js'
import type { Scene } from './scene.js'
import { web } from './tomls.js'

/** An app goes from one flyctl to the other and back: each finds what the other left. */
export async function takesOver(scene: Scene, other: Scene): Promise<void> {
  const app = `${scene.app}-shared`
  await scene.api('/v1/apps', 'POST', { name: app, org_slug: 'personal' })
  const line = commands.deploy({
    app,
    configPath: await scene.toml(web(app)),
    image: scene.images.hello,
    ha: false,
    smokeChecks: true,
    waitTimeout: '60s',
  })
  const given = async () => (await machinesIn(scene, app)).map(givenTo)
  expect(await other.start(line)).toMatchObject({ exitCode: 0 })
  const givenByTheOther = await given()
  expect(await scene.start(line)).toMatchObject({ exitCode: 0 })
  expect(await given()).toEqual(givenByTheOther)
  const restart = commands.secretsImport(app, false)
  expect(await scene.start(restart, { stdin: 'A=1\n' })).toMatchObject({ exitCode: 0 })
  expect(await other.start(restart, { stdin: 'A=2\n' })).toMatchObject({ exitCode: 0 })
  expect(await summaryOf(scene, app)).toEqual(['app started 4'])
}
