import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { BuildArguments } from '../../../src/fly/commands.js'
import { withoutDocker } from '../../support/clients/docker.js'
import { type Flow, openFlow } from '../../support/clients/open-flow.js'
import { changeCommit } from '../../support/clients/world.js'
import { ended } from '../../support/run-result.js'

const image = 'registry.fly.io/hello:1a2b3c4'

/** A flyops whose settings say that Fly's remote builder builds; with a text, flyctl fails with it. */
async function openAtFly(failure?: string): Promise<Flow> {
  return openFlow({
    buildsAtFly: true,
    docker: () => withoutDocker,
    flyctl: ({ build }) => ({
      build: async (...args) =>
        failure === undefined
          ? build(...args)
          : ended({ stderr: `==> Building image\n${failure}` }),
    }),
  })
}

async function openWithApp(failure?: string): Promise<Flow> {
  const flow = await openAtFly(failure)
  await flow.call('create_app', { app: 'hello' })
  flow.world.done.length = 0
  return flow
}

test('ship says where it builds, creates the app first, and goes without docker', async () => {
  const flow = await openAtFly()
  const plan = await flow.call<{ plan_id: string }>('ship', { app: 'hello', plan_only: true })
  expect(plan).toMatchObject({
    steps: {
      build: 'planned: at Fly.io’s remote builder, as FLYOPS_BUILDER says; it pushes too',
      test: 'skipped: it needs a Docker engine, and FLYOPS_BUILDER builds without one',
      push: 'planned: finds what the build has pushed',
    },
  })
  const { plan_id } = plan
  const digest = () => flow.world.registry.get(image)?.digest
  const shipped = await flow.call('ship', { app: 'hello', plan_id })
  expect(shipped).toMatchObject({ verdict: 'healthy', digest: digest() })
  expect(flow.world.done.slice(0, 2)).toEqual(['create hello', `build ${image} at Fly`])
  flow.world.done.length = 0
  expect(await flow.call('ship', { app: 'hello' })).toMatchObject({ steps: { build: 'skipped' } })
  expect(flow.world.done).toEqual([])
})

test('build_image pushes what it builds, push_image finds it, test_image needs an engine', async () => {
  const flow = await openWithApp()
  const built = await flow.call('build_image', { app: 'hello' })
  expect(built).toMatchObject({
    image,
    digest: flow.world.registry.get(image)?.digest,
    next: [{ tool: 'deploy_image', arguments: { app: 'hello', image } }],
  })
  expect(await flow.call('push_image', { image })).toMatchObject({ layers: { pushed: 0 } })
  expect(await flow.fail('test_image', { image })).toMatchObject({
    code: 'image_not_local',
    remedy: expect.stringContaining('FLYOPS_BUILDER'),
  })
  expect(flow.world.done).toEqual([`build ${image} at Fly`])
})

test('the app gets the port that the image in the registry exposes', async () => {
  const flow = await openWithApp()
  await flow.call('build_image', { app: 'hello' })
  const found = flow.world.registry.get(image)
  if (found !== undefined) flow.world.registry.set(image, { ...found, exposedPorts: [3000] })
  await flow.call('deploy_image', { app: 'hello', image })
  const toml = await readFile(join(flow.root, 'fly-hello.toml'), 'utf8')
  expect(toml).toContain('internal_port = 3000')
})

test('ship deploys with the port of the image, of which its first plan says nothing, and that once', async () => {
  const flow = await openFlow({
    buildsAtFly: true,
    docker: () => withoutDocker,
    flyctl: ({ build }) => ({
      build: async (...args) => {
        const result = await build(...args)
        for (const [reference, found] of flow.world.registry)
          flow.world.registry.set(reference, { ...found, exposedPorts: [3000] })
        return result
      },
    }),
  })
  const first = await flow.call<{ plan: object }>('ship', { app: 'hello', plan_only: true })
  expect(JSON.stringify(first.plan)).not.toContain('internal_port')
  await flow.call('ship', { app: 'hello' })
  const toml = await readFile(join(flow.root, 'fly-hello.toml'), 'utf8')
  expect(toml).toContain('internal_port = 3000')
  expect(toml).not.toContain('checks')
  const again = await flow.call('ship', { app: 'hello', plan_only: true })
  expect(again).toMatchObject({ steps: { build: expect.stringMatching(/^skipped/) } })
  expect(again).toMatchObject({ steps: { deploy: expect.stringMatching(/^skipped/) } })
})

test('a commit tag does not move: the same inputs are no build, others are refused', async () => {
  const flow = await openWithApp()
  const { digest } = await flow.call('build_image', { app: 'hello' })
  expect(await flow.call('build_image', { app: 'hello' })).toMatchObject({ digest })
  for (const other of [{ build_args: { MODE: 'other' } }, { no_cache: true }])
    expect(await flow.fail('build_image', { app: 'hello', ...other })).toMatchObject({
      code: 'tag_moved',
    })
  expect(flow.world.done).toEqual([`build ${image} at Fly`])
  changeCommit(flow.world)
  expect(await flow.call('build_image', { app: 'hello' })).toMatchObject({ tag: '9a2b3c4' })
})

test('flyctl gets the build as it was asked for, and the date of the commit', async () => {
  const given: BuildArguments[] = []
  const flow = await openFlow({
    buildsAtFly: true,
    docker: () => withoutDocker,
    flyctl: ({ build }) => ({
      build: async (request, options) => {
        given.push(request)
        return build(request, options)
      },
    }),
  })
  await flow.call('create_app', { app: 'hello' })
  await flow.call('build_image', { app: 'hello', build_args: { MODE: 'a=b' }, target: 'web' })
  expect(given).toMatchObject([
    {
      app: 'hello',
      tag: '1a2b3c4',
      context: flow.root,
      target: 'web',
      buildArgs: { MODE: 'a=b', SOURCE_DATE_EPOCH: '1767323045' },
      labels: { 'org.opencontainers.image.revision': flow.world.source.commit },
      noCache: false,
    },
  ])
})

test('what the registry then has is believed, and not how flyctl ended', async () => {
  const flow = await openFlow({
    buildsAtFly: true,
    docker: () => withoutDocker,
    flyctl: () => ({ build: async () => ended({ outcome: 'ok' }) }),
  })
  await flow.call('create_app', { app: 'hello' })
  expect(await flow.fail('build_image', { app: 'hello' })).toMatchObject({
    code: 'push_refused',
    evidence: 'not seen after the push: absent',
  })
})

test('nothing is built before there is an app to push to', async () => {
  const flow = await openAtFly()
  expect(await flow.fail('build_image', { app: 'hello' })).toMatchObject({
    code: 'app_not_found',
    next: [{ tool: 'create_app' }, { tool: 'build_image', arguments: { app: 'hello' } }],
  })
  expect(flow.world.done).toEqual([])
})

test.each([
  ['secrets', { secrets: { npm: { env: 'NPM_TOKEN' } } }, 'command line'],
  ['another platform', { platform: 'linux/arm64' }, 'linux/amd64'],
  ['a buildx instance', { builder: 'mine' }, 'FLYOPS_BUILDER'],
])('%s: refused before anything is done', async (_what, args, why) => {
  const flow = await openFlow({
    buildsAtFly: true,
    docker: () => withoutDocker,
    env: { NPM_TOKEN: 'sesame' },
  })
  expect(await flow.fail('build_image', { app: 'hello', ...args })).toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining(why),
  })
  expect(flow.world.done).toEqual([])
})

test('ship refuses secrets too before it creates the app', async () => {
  const flow = await openAtFly()
  const secrets = { npm: { env: 'NPM_TOKEN' } }
  expect(await flow.fail('ship', { app: 'hello', secrets })).toMatchObject({
    code: 'invalid_input',
  })
  expect(flow.world.done).toEqual([])
})

/** As a real flyctl has ended. */
const prefix = 'Error: failed to fetch an image or build from source: '
const step = 'process "/bin/sh -c false" did not complete successfully: exit code: 1'

test.each([
  ['build_failed', `${prefix}failed to solve: ${step}`],
  ['build_failed', `${prefix}failed to solve: no/such:1: pull access denied, authorization failed`],
  [
    'docker_daemon_down',
    `${prefix}error building: ensure depot builder failed, please try again (status 500): {}`,
  ],
  [
    'docker_daemon_down',
    `${prefix}failed to create buildkit client: failed wireguard connection: ssh: can't build tunnel`,
  ],
  ['push_refused', `${prefix}failed to solve: failed to push ${image}: 500 Internal Server Error`],
  [
    'app_not_found',
    `${prefix}failed to solve: failed to push ${image}: app repository not found: name unknown`,
  ],
  ['not_authenticated', `${prefix}failed to solve: failed to push ${image}: 401 Unauthorized`],
  ['app_not_found', 'Error: Could not find App "hello"'],
  ['flyctl_too_old', 'Error: unknown flag: --build-only'],
  ['build_failed', `${prefix}nobody has seen this`],
])('%s: %s', async (code, text) => {
  const flow = await openWithApp(text)
  expect(await flow.fail('build_image', { app: 'hello' })).toMatchObject({ code })
})

test('a platform without builders is told so, and the same ship is not offered again', async () => {
  const text = `${prefix}error building: ensure depot builder failed: this Fly has no builders: set BUILDKIT_ADDR to the address of a buildkitd`
  const flow = await openWithApp(text)
  expect(await flow.fail('ship', { app: 'hello' })).toMatchObject({
    code: 'docker_daemon_down',
    message: expect.not.stringContaining('answer'),
    remedy: expect.stringMatching(/^Set BUILDKIT_ADDR/),
    next: [],
  })
})

test('a token that the registry refuses is asked for anew once', async () => {
  const tokens = ['old', 'fm2_of-joe', 'old', 'old']
  const flow = await openFlow({
    buildsAtFly: true,
    docker: () => withoutDocker,
    flyctl: () => ({ registryToken: async () => tokens.shift() ?? 'fm2_of-joe' }),
  })
  await flow.call('create_app', { app: 'hello' })
  expect(await flow.call('build_image', { app: 'hello' })).toMatchObject({ image })
  expect(await flow.fail('push_image', { image })).toMatchObject({ code: 'not_authenticated' })
})
