import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { projectRoot } from '../support/paths.js'
import { sandboxInUse } from './test-sandbox.js'

test('a sandbox that is killed in the middle of a deploy loses nothing, and leaves nothing behind', async () => {
  const { DOCKER_HOST = process.env.DOCKER_HOST } = sandboxInUse().env
  const script = join(projectRoot, 'soak', 'kills.mjs')
  const { exitCode, all } = await execa(process.execPath, [script, '--times', '1'], {
    env: { DOCKER_HOST },
    reject: false,
    all: true,
  })
  expect(exitCode, all).toBe(0)
})
