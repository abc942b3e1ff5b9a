import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { execa, type ResultPromise } from 'execa'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { createProjectWith, type Project } from '../support/project.js'
import { sandboxEnv, uniqueName } from './flyctls.js'
import { scratch } from './test-sandbox.js'

const { FLYOPS_BUILDKITD: buildkitd, FLYOPS_BUILDX: buildx } = process.env
const isThere = buildkitd !== undefined && buildx !== undefined
const name = isThere
  ? 'a second BuildKit'
  : 'a second BuildKit (set FLYOPS_BUILDKITD and FLYOPS_BUILDX to their paths)'

// It has none of the engine's images, and none can be pulled.
const dockerfile = `FROM scratch
COPY busybox /bin/busybox
RUN --mount=type=secret,id=npm ["/bin/busybox", "grep", "-q", "sesame", "/run/secrets/npm"]
CMD ["/bin/busybox", "httpd", "-f", "-p", "8080"]
`

describe.skipIf(!isThere)(name, () => {
  const app = uniqueName('second')
  let folder: string
  let daemon: ResultPromise
  let project: Project
  let client: TestClient

  beforeAll(async () => {
    folder = await mkdtemp(join(scratch(), 'buildkit-'))
    await mkdir(join(folder, 'docker', 'cli-plugins'), { recursive: true })
    await symlink(buildx ?? '', join(folder, 'docker', 'cli-plugins', 'docker-buildx'))
    const address = `unix://${join(folder, 'buildkitd.sock')}`
    daemon = execa(buildkitd ?? '', [
      `--root=${join(folder, 'root')}`,
      `--addr=${address}`,
      '--containerd-worker=false',
      '--oci-worker-net=host',
    ])
    daemon.catch(() => {})
    const env = { ...sandboxEnv(), DOCKER_CONFIG: join(folder, 'docker') }
    const create = ['buildx', 'create', '--name=second', '--driver=remote', address]
    await execa('docker', create, { env })
    await vi.waitUntil(
      () =>
        execa('docker', ['buildx', 'inspect', '--bootstrap', 'second'], { env }).catch(() => false),
      { timeout: 30_000, interval: 200 },
    )
    project = await createProjectWith('second', async (root) => {
      await cp('/bin/busybox', join(root, 'busybox'))
    })
    await project.write('Dockerfile', dockerfile)
    client = await connectClient({ root: project.root, env: { ...env, NPM_TOKEN: 'sesame' } })
  })
  afterAll(async () => {
    await client?.close()
    await project?.remove()
    daemon?.kill()
    await daemon?.catch(() => {})
    await rm(folder, { recursive: true, force: true })
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
