import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDocker } from '../../src/docker/create-docker.js'
import { FlyopsError } from '../../src/errors.js'
import { run } from '../support/engine.js'
import { fixtureProgram } from '../support/paths.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flyops-flood-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function failedBuild(flood: object): Promise<FlyopsError> {
  const docker = createDocker({
    run,
    find: async () => ({ program: fixtureProgram('chatty-docker.mjs'), looked: [] }),
    env: {
      PATH: process.env.PATH,
      CHATTY_DOCKER: JSON.stringify({ ...flood, fails: true }),
      CHATTY_DOCKER_LABELS: join(folder, 'labels'),
    },
  })
  const request = {
    root: folder,
    context: folder,
    dockerfile: join(folder, 'Dockerfile'),
    image: 'registry.fly.io/hello:1a2b3c4',
    platform: 'linux/amd64',
    buildArgs: {},
    labels: {},
    noCache: false,
    excluded: [],
    sourceDateEpoch: 1,
  }
  const error = await docker.build(request).catch((cause: unknown) => cause)
  if (error instanceof FlyopsError) return error
  throw new Error('the build did not fail')
}

test.each([
  ['buildx', 80],
  ['buildx', 1_000_000],
  ['buildkit', 80],
  ['buildkit', 1_000_000],
])(
  '%s: a step that failed after 5 MB in lines of %i bytes is shown with its end',
  async (builder, lineBytes) => {
    const { message, evidence = '' } = await failedBuild({ builder, lineBytes, sizeBytes: 5e6 })
    expect(message).toContain('step')
    expect(evidence).toContain('-O2 -c part.c; cc -O2')
    expect(evidence).toContain('did not complete successfully')
    expect(evidence.length).toBeLessThan(8_000)
  },
)
