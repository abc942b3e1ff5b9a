import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { createProjectWith, type Project } from '../support/project.js'
import {
  hasBuildkitd,
  namedForBuildkitd,
  type RunningBuildkitd,
  startBuildkitd,
} from './buildkitd.js'
import { uniqueName } from './flyctls.js'

// It has none of the engine's images, and none can be pulled.
const dockerfile = `FROM scratch
COPY busybox /bin/busybox
RUN --mount=type=secret,id=npm ["/bin/busybox", "grep", "-q", "sesame", "/run/secrets/npm"]
CMD ["/bin/busybox", "httpd", "-f", "-p", "8080"]
`

describe.skipIf(!hasBuildkitd)(namedForBuildkitd('a second BuildKit'), () => {
  const app = uniqueName('second')
  let buildkitd: RunningBuildkitd
  let project: Project
  let client: TestClient

  beforeAll(async () => {
    buildkitd = await startBuildkitd()
    project = await createProjectWith('second', async (root) => {
      await cp('/bin/busybox', join(root, 'busybox'))
    })
    await project.write('Dockerfile', dockerfile)
    client = await connectClient({
      root: project.root,
      env: { ...buildkitd.env, NPM_TOKEN: 'sesame' },
    })
  })
  afterAll(async () => {
    await client?.close()
    await project?.remove()
    await buildkitd?.stop()
  })

  test('builds with a secret, and hands the image to the engine that pushes it', async () => {
    const secrets = { npm: { env: 'NPM_TOKEN' } }
    const built = await client.call<{ image: string }>('build_image', {
      app,
      builder: 'second',
      secrets,
    })
    expect(built).toMatchObject({ architecture: 'amd64', steps: { total: 2 } })
    await client.call('create_app', { app })
    const pushed = await client.call('push_image', { image: built.image })
    expect(pushed).toMatchObject({ verified: true })
  })

  test('that does not exist is named', async () => {
    const error = await client.fail('build_image', { app, builder: 'third' })
    expect(error.text).toContain('third')
  })
})
