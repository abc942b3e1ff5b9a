import { stripVTControlCharacters } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { flyctls, uniqueName } from '../flyctls.js'
import { pushImage, setScene } from './scene.js'
import { beginStory, type Line, type Story, stories } from './wider.js'

const real = flyctls.filter(({ isReal }) => isReal)

describe.each(real)('what else people do, with $name', ({ isThere, env }) => {
  describe.skipIf(!isThere)('is', () => {
    let image: string
    beforeAll(async () => {
      image = await pushImage(uniqueName('wider'), 'hello', 'hello')
    })

    test.concurrent.each(Object.entries(stories))('%s', async (_name, { toml, lines }) => {
      const scene = await setScene(env(), image)
      const story = await beginStory(scene, toml)
      for (const each of lines) await play(each, story, scene.start)
      await scene.docker(['image', 'rm', story.local])
    })
  })
})

type Start = Awaited<ReturnType<typeof setScene>>['start']

async function play({ args, stdin, says, until }: Line, story: Story, start: Start): Promise<void> {
  const line = await args(story)
  const ending = new AbortController()
  const { outcome, stdout, stderr } = await start(line, {
    ...(stdin === undefined ? {} : { stdin }),
    signal: ending.signal,
    onLine: (text) => {
      if (until?.test(text)) ending.abort()
    },
  })
  const printed = stripVTControlCharacters(`${stdout}\n${stderr}`)
  expect({ line, outcome, printed }).toEqual({
    line,
    outcome: until === undefined ? 'ok' : 'cancelled',
    printed: says === undefined ? expect.any(String) : expect.stringMatching(says),
  })
}
