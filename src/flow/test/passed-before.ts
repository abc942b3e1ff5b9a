import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { Operation } from '../../journal/journal.js'
import { type ImageTest, testSettings } from './image-test.js'
import { type FoundSettings, foundSettings } from './output.js'

const recordedSettings = z.looseObject({
  port: z.union([z.number(), z.literal('')]),
  path: z.string(),
})

/** What the newest test of that image found that would answer this one too; undefined where none has passed. */
export function passedBefore(
  imageId: string | undefined,
  test: ImageTest,
  operations: readonly Operation[],
): FoundSettings | undefined {
  if (imageId === undefined) return undefined
  const { port: wantedPort, path: wantedPath, ...wanted } = testSettings(test)
  for (const { tool, end, facts } of operations.toReversed()) {
    const isPassed = tool === 'test_image' && end?.status === 'done'
    if (!isPassed || facts.image_id !== imageId) continue
    const recorded = recordedSettings.safeParse(facts.settings).data
    if (recorded === undefined) continue
    const { port, path, ...others } = recorded
    const found = foundSettings.safeParse(facts.found).data ?? {}
    const isAnswer =
      isDeepStrictEqual(others, wanted) &&
      (wantedPort === '' || wantedPort === (port || found.port)) &&
      (wantedPath === '' || wantedPath === (path || found.path))
    if (isAnswer) return found
  }
  return undefined
}
