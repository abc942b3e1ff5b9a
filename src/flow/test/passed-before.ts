import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { Operation } from '../../journal/journal.js'
import { type ImageTest, testSettings } from './image-test.js'
import { type FoundSettings, foundSettings } from './output.js'

const recordedSettings = z.looseObject({
  port: z.union([z.number(), z.literal('')]),
  path: z.string(),
  secret_names: z.array(z.string()),
})

interface Wanted {
  readonly imageId: string | undefined
  readonly test: ImageTest
  /** Secrets that the app will have: a test may have had them from elsewhere. */
  readonly required?: readonly string[] | undefined
}

/** What the newest test of that image found that would answer this one too; undefined where none has passed. */
export function passedBefore(
  { imageId, test, required = [] }: Wanted,
  operations: readonly Operation[],
): FoundSettings | undefined {
  if (imageId === undefined) return undefined
  const settings = testSettings(test)
  const { port: wantedPort, path: wantedPath, secret_names: known, ...wanted } = settings
  for (const { tool, end, facts } of operations.toReversed()) {
    const isPassed = tool === 'test_image' && end?.status === 'done'
    if (!isPassed || facts.image_id !== imageId) continue
    const recorded = recordedSettings.safeParse(facts.settings).data
    if (recorded === undefined) continue
    const { port, path, secret_names: names, ...others } = recorded
    const found = foundSettings.safeParse(facts.found).data ?? {}
    const isAnswer =
      isDeepStrictEqual(others, wanted) &&
      known.every((name) => names.includes(name)) &&
      names.every((name) => known.includes(name) || required.includes(name)) &&
      (wantedPort === '' || wantedPort === (port || found.port)) &&
      (wantedPath === '' || wantedPath === (path || found.path))
    if (isAnswer) return found
  }
  return undefined
}
