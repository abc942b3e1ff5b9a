import { cp, writeFile } from 'node:fs/promises'
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
import { flyctls, sandboxEnv, uniqueName } from './flyctls.js'

const dockerfile = `FROM scratch
COPY busybox /bin/busybox
COPY index.html /www/index.html
ARG SAYS=true
RUN ["/bin/busybox", "sh", "-c", "/bin/busybox echo it says $SAYS; /bin/busybox test $SAYS = true"]
EXPOSE 3000
CMD ["/bin/busybox", "httpd", "-f", "-p", "3000", "-h", "/www"]
`

/** A machine on which no docker is to be found. */
const noDocker = { FLYOPS_DOCKER: '/nowhere/docker', DOCKER_HOST: 'tcp://127.0.0.1:9' }

const real = flyctls.find(({ isReal }) => isReal)
const isThere = hasBuildkitd && real?.isThere === true

let project: Project

beforeAll(async () => {
  project = await createProjectWith('dockerless', async (root) => {
    await cp('/bin/busybox', join(root, 'busybox'))
    await writeFile(join(root, 'index.html'), 'Hello\n')
    await writeFile(join(root, 'Dockerfile'), dockerfile)
  })
})
afterAll(() => project?.remove())

/** A buildkitd stands in for Fly's builders: flyctl goes to that of BUILDKIT_ADDR by the way that it goes to them. */
describe(`without docker, by ${real?.name} and ${namedForBuildkitd('a buildkitd')}`, () => {
  describe.skipIf(!isThere)('with FLYOPS_BUILDER=fly', () => {
    const app = uniqueName('dockerless')
    let buildkitd: RunningBuildkitd
    let client: TestClient
    const env = () => ({ ...real?.env(), ...noDocker, FLYOPS_BUILDER: 'fly' })

    beforeAll(async () => {
      buildkitd = await startBuildkitd()
      const { address: BUILDKIT_ADDR } = buildkitd
      client = await connectClient({ root: project.root, env: { ...env(), BUILDKIT_ADDR } })
    })
    afterAll(async () => {
      await client?.close()
      await buildkitd?.stop()
    })

    test('a commit becomes a digest, and the digest a healthy app, once', async () => {
      const plan = await client.call<{ plan_id: string }>('ship', { app, plan_only: true })
      expect(plan).toMatchObject({
        steps: { build: expect.stringContaining('at Fly.io’s remote builder, as FLYOPS_BUILDER') },
      })
      const { plan_id } = plan
      const shipped = await client.call<{ digest: string; image: string }>('ship', { app, plan_id })
      expect(shipped).toMatchObject({
        verdict: 'healthy',
        digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        steps: { build: expect.stringMatching(/^done/), test: expect.stringMatching(/^skipped/) },
      })
      const { digest, image } = shipped
      const layers = { pushed: 0 }
      expect(await client.call('push_image', { image })).toMatchObject({ digest, layers })
      expect(await client.call('build_image', { app })).toMatchObject({ digest })
      const steps = { build: 'skipped', push: 'skipped', deploy: 'skipped' }
      expect(await client.call('ship', { app })).toMatchObject({ digest, steps })
    })

    test('a step that fails is told with what it printed', async () => {
      const build_args = { SAYS: 'nothing' }
      const error = await client.fail('build_image', { app, tag: 'c', build_args })
      expect(error).toMatchObject({ code: 'build_failed' })
      expect(error.text).toContain('it says nothing')
    })

    test('doctor misses no docker', async () => {
      const { checks } = await client.call<{
        checks: readonly { name: string; status: string }[]
      }>('doctor', {})
      const found = Object.fromEntries(checks.map(({ name, status }) => [name, status]))
      expect(found).toMatchObject({ docker: 'warning', engine: 'warning', builder: 'ok' })
    })

    test('a builder that Fly.io does not have is named', async () => {
      const other = await connectClient({ root: project.root, env: env() })
      const error = await other.fail('build_image', { app, tag: 'd' })
      await other.close()
      expect(error).toMatchObject({ code: 'docker_daemon_down' })
      expect(error.text).toContain('set BUILDKIT_ADDR')
    })
  })
})

test('where no docker is found, a build says what to set', async () => {
  const client = await connectClient({ root: project.root, env: { ...sandboxEnv(), ...noDocker } })
  const error = await client.fail('build_image', { app: uniqueName('nothing') })
  await client.close()
  expect(error).toMatchObject({ code: 'docker_missing' })
  expect(error.text).toContain('FLYOPS_BUILDER=fly')
})
