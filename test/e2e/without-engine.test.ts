import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAuthority, hasOpenssl } from '../support/certificates.js'
import { connectClient, type TestClient } from '../support/client.js'
import { createProjectWith, type Project } from '../support/project.js'
import {
  buildkitds,
  hasBuildkitd,
  namedForBuildkitd,
  type RunningBuildkitd,
  startBuildkitd,
} from './buildkitd.js'
import { sandboxEnv, uniqueName } from './flyctls.js'
import { scratch } from './test-sandbox.js'

/** Nobody listens there. */
const DOCKER_HOST = 'tcp://127.0.0.1:9'

/** Serves one page on that port, and takes a secret to build. */
const dockerfile = (port: number) => `FROM scratch
COPY busybox /bin/busybox
COPY index.html /www/index.html
RUN --mount=type=secret,id=npm ["/bin/busybox", "grep", "-q", "sesame", "/run/secrets/npm"]
EXPOSE ${port}
CMD ["/bin/busybox", "httpd", "-f", "-p", "${port}", "-h", "/www"]
`

function createPage(stem: string, port = 8080): Promise<Project> {
  return createProjectWith(stem, async (root) => {
    await cp('/bin/busybox', join(root, 'busybox'))
    await writeFile(join(root, 'index.html'), 'Hello\n')
    await writeFile(join(root, 'Dockerfile'), dockerfile(port))
  })
}

describe.each(buildkitds)('without a Docker engine, at $name', ({ isThere, isRootless }) => {
  describe.skipIf(!isThere)('that pushes', () => {
    const app = uniqueName('engineless')
    const secrets = { npm: { env: 'NPM_TOKEN' } }
    let buildkitd: RunningBuildkitd
    let project: Project
    let client: TestClient

    beforeAll(async () => {
      buildkitd = await startBuildkitd({ isRootless })
      project = await createPage('engineless')
      const FLYOPS_BUILDKIT = buildkitd.address
      const env = {
        ...buildkitd.env,
        DOCKER_HOST,
        FLYOPS_BUILDKIT,
        NPM_TOKEN: 'sesame',
        OTHER_TOKEN: 'poppy',
      }
      client = await connectClient({ root: project.root, env })
    })
    afterAll(async () => {
      await client?.close()
      await project?.remove()
      await buildkitd?.stop()
    })

    test('a commit becomes a digest, and the digest a healthy app', async () => {
      const shipped = await client.call<{ digest: string; image: string }>('ship', { app, secrets })
      expect(shipped).toMatchObject({
        verdict: 'healthy',
        digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        steps: { build: expect.stringMatching(/^done/), test: expect.stringMatching(/^skipped/) },
      })
      const { digest, image } = shipped
      expect(await client.call('push_image', { image })).toMatchObject({
        digest,
        layers: { pushed: 0 },
      })
      // The same content again: the tag stays where it is.
      expect(await client.call('build_image', { app, secrets })).toMatchObject({ digest })
      expect(await client.call('ship', { app, secrets })).toMatchObject({
        digest,
        steps: { build: 'skipped', push: 'skipped', deploy: 'skipped' },
      })
    })

    test('a step that fails is told as that of an engine is', async () => {
      const secret = { npm: { env: 'OTHER_TOKEN' } }
      const error = await client.fail('build_image', {
        app,
        secrets: secret,
        no_cache: true,
        tag: 'x',
      })
      expect(error).toMatchObject({ code: 'build_failed' })
    })

    test('doctor shows the buildkitd, and finds nothing wrong with the engine', async () => {
      const { checks } = await client.call<{
        checks: readonly { name: string; status: string; detail: string }[]
      }>('doctor', {})
      const found = Object.fromEntries(checks.map((check) => [check.name, check]))
      expect(found.builder).toMatchObject({
        status: 'ok',
        detail: expect.stringContaining(buildkitd.address),
      })
      expect(found.engine?.status).toBe('warning')
    })

    test('no login is left, neither with docker nor with buildx', async () => {
      const folder = buildkitd.env.DOCKER_CONFIG ?? ''
      expect(await readdir(join(folder, 'buildx', 'instances'))).toEqual(['second'])
      expect(await readFile(join(folder, 'config.json'), 'utf8').catch(() => '{}')).toBe('{}')
    })

    test('a buildkitd that does not answer is named at once', async () => {
      const FLYOPS_BUILDKIT = 'tcp://127.0.0.1:9'
      const env = { ...buildkitd.env, DOCKER_HOST, FLYOPS_BUILDKIT, NPM_TOKEN: 'sesame' }
      const other = await connectClient({ root: project.root, env })
      const error = await other.fail('build_image', { app, tag: 'y' })
      await other.close()
      expect(error).toMatchObject({ code: 'docker_daemon_down' })
      expect(error.text).toContain('buildkitd at tcp://127.0.0.1:9')
    })
  })
})

describe.skipIf(!hasBuildkitd || !hasOpenssl)(
  `${namedForBuildkitd('a buildkitd that asks for certificates')}${hasOpenssl ? '' : ' (no openssl)'}`,
  () => {
    let buildkitd: RunningBuildkitd
    let project: Project
    let folder: string
    let own: string
    const app = uniqueName('certified')

    beforeAll(async () => {
      folder = join(scratch(), uniqueName('certs'))
      const authority = await createAuthority(folder)
      own = await authority.issue('client')
      const certs = { server: await authority.issue('server'), client: own }
      buildkitd = await startBuildkitd({ certs })
      project = await createPage('certificates', 3000)
    })
    afterAll(async () => {
      await project?.remove()
      await buildkitd?.stop()
    })

    async function connect(certs: string | undefined): Promise<TestClient> {
      const FLYOPS_BUILDKIT = buildkitd.address
      const more = certs === undefined ? {} : { FLYOPS_BUILDKIT_CERTS: certs }
      const env = { ...buildkitd.env, DOCKER_HOST, FLYOPS_BUILDKIT, NPM_TOKEN: 'sesame', ...more }
      return connectClient({ root: project.root, env })
    }

    test('builds for those who have one; the app gets the port that its image exposes', async () => {
      const client = await connect(own)
      const secrets = { npm: { env: 'NPM_TOKEN' } }
      const shipped = await client.call('ship', { app, secrets })
      await client.close()
      expect(shipped).toMatchObject({
        verdict: 'healthy',
        settings: expect.arrayContaining([expect.stringMatching(/^image: .*internal_port 3000/)]),
      })
    })

    test.each(['none', 'one of another authority'])('%s is told what to set', async (which) => {
      const foreign = await (which === 'none'
        ? undefined
        : createAuthority(join(folder, 'other')).then((other) => other.issue('client')))
      const client = await connect(foreign)
      const error = await client.fail('build_image', { app, tag: 'z' })
      await client.close()
      expect(error).toMatchObject({ code: 'docker_daemon_down' })
      expect(error.text).toContain('FLYOPS_BUILDKIT_CERTS')
    })
  },
)

test('with neither an engine nor a buildkitd, a build says what to set', async () => {
  const project = await createPage('nothing')
  const client = await connectClient({ root: project.root, env: { ...sandboxEnv(), DOCKER_HOST } })
  const error = await client.fail('build_image', { app: uniqueName('nothing') })
  await client.close()
  await project.remove()
  expect(error).toMatchObject({ code: 'docker_daemon_down' })
  expect(error.text).toContain('FLYOPS_BUILDER=fly')
  expect(error.text).toContain('FLYOPS_BUILDKIT')
})
