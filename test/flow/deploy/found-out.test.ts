import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Flow, type Overrides, openFlow } from '../../support/clients/open-flow.js'
import { machine } from '../../support/machines.js'
import { settingsWith } from '../../support/settings.js'

const image = 'registry.fly.io/hello:1a2b3c4'

/** An engine whose images expose that port. */
function exposing(...exposedPorts: readonly number[]): Overrides {
  return {
    docker: (docker) => ({
      async inspectImage(name, options) {
        const local = await docker.inspectImage(name, options)
        return local && { ...local, exposedPorts }
      },
    }),
  }
}

function tomlOf(flow: Flow): Promise<string> {
  return readFile(join(flow.root, 'fly-hello.toml'), 'utf8')
}

test('without a test and a toml, the port is the one that the image exposes, and no path is made up', async () => {
  const flow = await openFlow(exposing(3000))
  await flow.call('ship', { app: 'hello', skip_test: true })
  const toml = await tomlOf(flow)
  expect(toml).toContain('internal_port = 3000')
  expect(toml).not.toContain('/info')
})

test.each([
  ['nothing', []],
  ['the port of the defaults', [8080]],
  ['several ports', [3000, 3001]],
])('an image that exposes %s has the defaults', async (_name, ports) => {
  const flow = await openFlow(exposing(...ports))
  await flow.call('ship', { app: 'hello', skip_test: true })
  expect(await tomlOf(flow)).toMatch(/internal_port = 8080[\s\S]*path = "\/info"/)
})

test('deploy_image does as the image says, the first time and after', async () => {
  const flow = await openFlow(exposing(3000))
  await flow.call('create_app', { app: 'hello' })
  await flow.call('build_image', { app: 'hello' })
  await flow.call('push_image', { image })
  expect(await flow.call('deploy_image', { app: 'hello', image })).toMatchObject({
    settings: settingsWith('internal_port 3000 (image)', 'health_path no check by HTTP (defaults)'),
  })
  await flow.call('deploy_image', { app: 'hello', image, memory: '512mb' })
  expect(await tomlOf(flow)).not.toContain('/info')
})

test.each([
  [
    { memory: '128mb' },
    'memory: 128mb is no memory for 1 shared CPU of app: Fly gives 256mb to 2048mb, in steps of 256mb.',
  ],
  [{ memory: '300mb' }, /300mb/],
  [{ memory: '4gb' }, /4096mb/],
  [
    { set: ['vm.cpu_kind=performance', 'vm.memory=512mb'] },
    /512mb is no memory for 1 performance CPU/,
  ],
])('%j is refused before anything is started', async (settings, message) => {
  const flow = await openFlow()
  const error = await flow.fail('ship', { app: 'hello', ...settings })
  expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringMatching(message) })
  expect(flow.world.done).toEqual([])
})

test('so is such a size of the author’s, by the name of the file', async () => {
  const flow = await openFlow()
  await flow.write('fly.toml', 'app = "hello"\n[[vm]]\nmemory = "128mb"\n')
  expect(await flow.fail('ship', { app: 'hello' })).toMatchObject({
    code: 'config_invalid',
    message: expect.stringContaining('fly.toml: 128mb'),
  })
})

test('another region is told as what it does: machines stay where they are', async () => {
  const flow = await openFlow()
  await flow.call('ship', { app: 'hello' })
  const plan = { app: 'hello', region: 'ams', plan_only: true }
  const told = {
    code: 'region_unmoved',
    text: expect.stringContaining('its machine stays in ewr: a deploy moves none'),
  }
  expect(await flow.call('ship', plan)).toMatchObject({ warnings: [told] })
  expect(await flow.call('ship', { app: 'hello', region: 'ams' })).toMatchObject({
    warnings: [told],
  })
  const app = flow.world.apps.get('hello')
  if (app !== undefined)
    flow.world.apps.set('hello', { ...app, machines: [machine({ region: 'ams' })] })
  expect(await flow.call('ship', plan)).not.toHaveProperty('warnings')
})

test.each([
  [
    'vm.cpu=2',
    [],
    'set: vm.cpu is no key that flyctl knows: it would be ignored; did you mean vm.cpus?',
  ],
  [
    'http_service.checks.0.tymeout=3s',
    ['http_service.checks[0].tymeout'],
    'set: http_service.checks.0.tymeout is no key that flyctl knows: it would be ignored; did you mean http_service.checks.0.timeout?',
  ],
  [
    'xyzzyplugh=1',
    ['xyzzyplugh'],
    'set: xyzzyplugh is no key that flyctl knows: it would be ignored.',
  ],
])('set of %s, which flyctl does not know, is refused', async (assignment, findings, message) => {
  const flow = await openFlow({ flyctl: () => ({ validateConfig: async () => findings }) })
  const error = await flow.fail('ship', { app: 'hello', set: [assignment] })
  expect(error).toMatchObject({ code: 'invalid_input', message })
  expect(flow.world.done.filter((each) => /push|deploy/.test(each))).toEqual([])
})

test('what a test has found out says that it was measured', async () => {
  const flow = await openFlow()
  await flow.call('test_image', {
    image: (await flow.call<{ image: string }>('build_image', { app: 'hello' })).image,
  })
  expect(await flow.call('ship', { app: 'hello', plan_only: true })).toMatchObject({
    plan: { settings: settingsWith('internal_port 8080 (measured)') },
  })
})
