import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { BuildRequest } from '../../../src/docker/docker.js'
import { type Flow, openFlow } from '../../support/clients/open-flow.js'

interface Opened {
  readonly flow: Flow
  /** What docker was asked for, each time. */
  readonly builds: BuildRequest[]
}

async function openWith(toml: string, path = 'fly.toml'): Promise<Opened> {
  const builds: BuildRequest[] = []
  const flow = await openFlow({
    docker: (docker) => ({
      build(request) {
        builds.push(request)
        return docker.build(request)
      },
    }),
  })
  await flow.write(path, toml)
  await flow.write('docker/web.Dockerfile', 'FROM scratch AS release\n')
  await flow.write('docker/ignored', '*.log\n')
  return { flow, builds }
}

const beta = `app = "hello"
[build]
  dockerfile = "docker/web.Dockerfile"
  build-target = "release"
  ignorefile = "docker/ignored"
  [build.args]
    CHANNEL = "beta"
    LEVEL = 3
`

test.each([
  ['build_image', {}],
  ['ship', { skip_test: true }],
])('%s builds as [build] of the toml says', async (tool, args) => {
  const { flow, builds } = await openWith(beta)
  await flow.call(tool, { app: 'hello', ...args })
  expect(builds).toMatchObject([
    {
      dockerfile: join(flow.root, 'docker/web.Dockerfile'),
      ignorefile: join(flow.root, 'docker/ignored'),
      target: 'release',
      buildArgs: { CHANNEL: 'beta', LEVEL: '3' },
    },
  ])
})

test('what the caller gives wins, an argument at a time', async () => {
  const { flow, builds } = await openWith(beta)
  const args = { dockerfile: 'Dockerfile', target: 'debug', build_args: { CHANNEL: 'stable' } }
  await flow.call('build_image', { app: 'hello', ...args })
  expect(builds).toMatchObject([
    {
      dockerfile: join(flow.root, 'Dockerfile'),
      target: 'debug',
      buildArgs: { CHANNEL: 'stable', LEVEL: '3' },
    },
  ])
})

test('paths start from the folder of the toml, as flyctl has it', async () => {
  const { flow, builds } = await openWith(
    'app = "hello"\n[build]\ndockerfile = "web.Dockerfile"\n',
    'docker/fly.toml',
  )
  await flow.call('ship', { app: 'hello', base_config: 'docker/fly.toml', skip_test: true })
  expect(builds).toMatchObject([{ dockerfile: join(flow.root, 'docker/web.Dockerfile') }])
})

test('a changed argument makes another image: ship builds again', async () => {
  const { flow, builds } = await openWith(beta)
  await flow.call('ship', { app: 'hello', skip_test: true })
  await flow.write('fly.toml', beta.replace('beta', 'stable'))
  const { steps } = await flow.call('ship', { app: 'hello', plan_only: true })
  expect(steps).toMatchObject({ build: 'planned' })
  expect(builds).toHaveLength(1)
})

test.each([
  ['builder = "paketobuildpacks/builder:base"', 'builder'],
  ['builtin = "static"', 'builtin'],
  ['buildpacks = ["heroku/nodejs"]', 'buildpacks'],
])('a toml that asks for another way to build is refused: %s', async (line, key) => {
  const { flow, builds } = await openWith(`app = "hello"\n[build]\n${line}\n`)
  expect(await flow.fail('build_image', { app: 'hello' })).toMatchObject({
    code: 'config_invalid',
    message: expect.stringContaining(`[build] ${key}`),
    remedy: expect.stringContaining('`dockerfile`'),
  })
  await flow.call('build_image', { app: 'hello', dockerfile: 'Dockerfile' })
  expect(builds).toHaveLength(1)
})

test.each([
  ['args = { "NO SPACE" = "x" }', 'build_args.NO SPACE'],
  ['build-target = "--push"', 'target'],
  ['dockerfile = "https://example.com/Dockerfile"', 'dockerfile'],
  ['dockerfile = "../../Dockerfile"', 'There is no Dockerfile at ../../Dockerfile'],
  ['ignorefile = "missing"', 'ignorefile'],
  ['dockerfile = 3', 'dockerfile'],
])('what docker cannot be given is refused before it: %s', async (line, field) => {
  const { flow, builds } = await openWith(`app = "hello"\n[build]\n${line}\n`)
  const { message } = await flow.fail('build_image', { app: 'hello' })
  expect(message).toContain(field)
  expect(builds).toEqual([])
})

test('keys that say nothing to docker are told', async () => {
  const { flow } = await openWith('app = "hello"\n[build]\ncompression = "zstd"\n')
  const { warnings } = await flow.call('build_image', { app: 'hello' })
  expect(warnings).toEqual([
    expect.objectContaining({
      code: 'build_setting_unused',
      text: expect.stringContaining('[build] compression'),
    }),
  ])
})
