import { expect, test } from 'vitest'
import type { ToolContext } from '../../../src/flow/context.js'
import { testInput } from '../../../src/flow/test/input.js'
import { tryImage } from '../../../src/flow/test/test-image.js'
import { unwatched } from '../../../src/flow/watch.js'
import type { JournalLine } from '../../../src/journal/journal.js'
import { createProjectFolder } from '../../../src/project/project-folder.js'

const image = 'registry.fly.io/hello:1a2b3c4'

/** An engine without images, and what the journal is told. */
function scene() {
  const lines: JournalLine[] = []
  const parts = {
    registryHost: 'registry.fly.io',
    folder: createProjectFolder(undefined),
    docker: { inspectImage: async () => undefined },
    journal: { append: async (line: JournalLine) => lines.push(line) > 0 },
    watch: unwatched,
    signal: new AbortController().signal,
    owner: 'local',
    pid: 1,
  }
  return { context: parts as unknown as ToolContext, lines }
}

test('an image that is not here is missing at the test, with the build that makes it', async () => {
  const { context } = scene()
  await expect(tryImage(testInput.parse({ image }), context)).rejects.toMatchObject({
    code: 'image_not_local',
    stage: 'test',
    remedy: 'Build it, and test the image that build_image returns.',
    next: [{ tool: 'build_image', arguments: { app: 'hello' } }],
  })
})

test('the journal has a test as test_image takes it, without the values of its variables', async () => {
  const { context, lines } = scene()
  const request = testInput.parse({ image, internal_port: 3000, env: { TOKEN: 'hush' } })
  await tryImage(request, context).catch(() => {})
  const [started] = lines
  expect(started).toMatchObject({
    tool: 'test_image',
    args: { image, internal_port: 3000, env: { TOKEN: '[not recorded]' } },
  })
  const args = started?.event === 'started' ? started.args : {}
  expect(testInput.safeParse(args)).toMatchObject({ success: true })
})
