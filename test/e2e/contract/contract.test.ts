import { beforeAll, describe, expect, test } from 'vitest'
import { diagnose } from '../../../src/diagnosis/match.js'
import { errorLineOf, flyctlFailure } from '../../../src/fly/failures.js'
import { flyctls } from '../flyctls.js'
import {
  appCases,
  type Case,
  configCases,
  deployCases,
  type Failure,
  secretCases,
  simpleCases,
} from './cases.js'
import { interruptsADeploy } from './interrupted.js'
import { type Images, pushImages, type Scene, setScene } from './scene.js'
import { takesOver } from './taking-over.js'

let images: Images
beforeAll(async () => {
  images = await pushImages()
})

// One after the other: what a case leaves is what the next one finds.
describe.each(flyctls)('what flyops relies on, with $name', ({ name, isThere, env }) => {
  describe.skipIf(!isThere)('is', () => {
    let scene: Scene
    beforeAll(async () => {
      scene = await setScene(env(), images)
    })
    const cases = [...simpleCases, ...appCases, ...configCases, ...deployCases, ...secretCases]
    test.each(cases)('$name', (each) => play(each, scene))
    test('an interrupted deploy', () => interruptsADeploy(scene))

    const others = flyctls.filter((other) => other.isThere && other.name !== name)
    test.skipIf(others.length === 0)('an app that another flyctl deployed before', async () => {
      for (const other of others) await takesOver(scene, await setScene(other.env(), images))
    })
  })
})

async function play(each: Case, scene: Scene): Promise<void> {
  await each.before?.(scene)
  const { stdin, env } = each
  const line = await each.line(scene)
  const result = await scene.start(line, {
    ...(stdin === undefined ? {} : { stdin }),
    ...(env === undefined ? {} : { env }),
  })
  if (each.fails === undefined) expect(result).toMatchObject({ exitCode: 0 })
  else expectFailure(each.fails, result)
  if (each.reads) expect(each.reads(result)).toEqual(each.as?.(scene))
  if (each.leaves) expect(await each.leaves(scene)).toEqual(each.that?.(scene))
}

function expectFailure(fails: Failure, result: Awaited<ReturnType<Scene['start']>>): void {
  const { code, says, diagnosis, exit = 1 } = fails
  const fallback = code === 'config_invalid' ? code : 'unknown_failure'
  const failure = flyctlFailure(result, { stage: 'preflight', doing: 'testing', fallback })
  expect({ exit: result.exitCode, code: failure.code, said: errorLineOf(result) }).toEqual({
    exit,
    code,
    said: expect.stringMatching(says),
  })
  if (diagnosis !== undefined)
    expect(diagnose(`${result.stdout}\n${result.stderr}`)?.id).toBe(diagnosis)
}
