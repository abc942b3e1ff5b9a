import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Flow, openFlow } from '../../support/clients/open-flow.js'
import { changeCommit, failedChecks, type RollOut } from '../../support/clients/world.js'
import { ended } from '../../support/machines.js'

const app = 'hello'
const first = 'registry.fly.io/hello:1a2b3c4'
const second = 'registry.fly.io/hello:9a2b3c4'

interface Offering {
  readonly next: readonly { readonly tool: string; readonly arguments: object }[]
}

/** flyctl sees the app end soon after its start. */
const crash: RollOut = {
  machine: { state: 'stopped', ...ended(1) },
  error: 'Error: smoke checks for m-hello failed: the app appears to be crashing',
}

/** Two commits, shipped one after the other, the second in another region. */
async function openShippedTwice(): Promise<Flow> {
  const flow = await openFlow()
  await flow.call('ship', { app })
  changeCommit(flow.world)
  await flow.call('ship', { app, region: 'ams' })
  flow.world.done.length = 0
  return flow
}

test('the release before returns, with its image and its settings, and no call leads back again', async () => {
  const flow = await openShippedTwice()
  expect(await flow.call('rollback', { app })).toMatchObject({
    returned_to: 1,
    release: 3,
    image: first,
    verdict: 'healthy',
    warnings: [],
    replaced: 2,
    next: [{ tool: 'check_health', arguments: { app } }],
  })
  expect(flow.world.done).toEqual([`deploy ${first} to hello`])
  expect(await readFile(join(flow.root, 'fly-hello.toml'), 'utf8')).not.toContain('"ams"')
})

test('a release that only gave secrets returns with the settings of the deploy before it', async () => {
  const flow = await openFlow({ env: { PASSWORD: 'hush-0123456789' } })
  await flow.call('ship', { app, memory: '512mb' })
  const given = await flow.call<{ release: number }>('set_secrets', {
    app,
    names: ['PASSWORD'],
    from: 'env',
  })
  await flow.call('ship', { app, memory: '256mb' })
  const { release } = given
  const returned = await flow.call<Offering>('rollback', { app, to: release })
  expect(returned).toMatchObject({ returned_to: release, verdict: 'healthy', warnings: [] })
  expect(await readFile(join(flow.root, 'fly-hello.toml'), 'utf8')).toContain('512mb')
})

test('and forward again by its number', async () => {
  const flow = await openShippedTwice()
  await flow.call('rollback', { app })
  expect(await flow.call('rollback', { app, to: 2 })).toMatchObject({ release: 4, image: second })
  expect(await readFile(join(flow.root, 'fly-hello.toml'), 'utf8')).toContain('"ams"')
})

test('a tag that moved meanwhile is passed by: the digest returns', async () => {
  const flow = await openShippedTwice()
  const { registry } = flow.world
  const digest = registry.get(first)?.digest
  const other = registry.get(second)
  if (other !== undefined) registry.set(first, other)
  expect(await flow.call('rollback', { app })).toMatchObject({
    image: `registry.fly.io/hello@${digest}`,
    digest,
  })
})

test('an image that is gone is said before anything is deployed', async () => {
  const flow = await openShippedTwice()
  flow.world.registry.clear()
  expect(await flow.fail('rollback', { app })).toMatchObject({
    code: 'image_not_found',
    next: [{ tool: 'list_releases', arguments: { app } }],
  })
  expect(flow.world.done).toEqual([])
})

test('there is no way back from the first release, nor to one that never was', async () => {
  const flow = await openFlow()
  await flow.call('ship', { app })
  expect(await flow.fail('rollback', { app })).toMatchObject({ code: 'release_not_found' })
  expect(await flow.fail('rollback', { app, to: 99 })).toMatchObject({ code: 'release_not_found' })
})

test('a rollback that worked is told so, whatever flyctl and the numbers of releases say', async () => {
  const flow = await openShippedTwice()
  const error = 'Error: smoke checks for m-hello failed: the app appears to be crashing'
  flow.world.rollOuts.push({ machine: { release: 2 }, error })
  expect(await flow.call('rollback', { app })).toMatchObject({
    returned_to: 1,
    verdict: 'healthy',
    warnings: [{ code: 'flyctl_failed' }],
  })
})

test('one that changed nothing is not, though the app is healthy', async () => {
  const flow = await openShippedTwice()
  flow.world.rollOuts.push({ error: 'Error: no capacity', changesNothing: true })
  expect(await flow.fail('rollback', { app })).toMatchObject({ code: 'deploy_failed' })
})

test('one that does not work does not offer itself again', async () => {
  const flow = await openShippedTwice()
  flow.world.rollOuts.push(failedChecks)
  flow.world.answer = { status: 500 }
  const { code, next } = await flow.fail('rollback', { app })
  expect(code).toBe('unhealthy')
  expect(next.map(({ tool }) => tool)).not.toContain('rollback')
})

test('a deploy that was rolled back offers no rollback', async () => {
  const flow = await openShippedTwice()
  flow.world.rollOuts.push({ ...failedChecks, machine: { state: 'stopped', hasService: false } })
  const failed = flow.fail('deploy_image', { app, image: second, rollback_on_failure: true })
  const { message, next } = await failed
  expect(message).toContain('Rolled back: hello runs')
  expect(next.map(({ tool }) => tool)).not.toContain('rollback')
})

test('nor does what it says lead back again, or call an app that ended by itself slow', async () => {
  const flow = await openShippedTwice()
  flow.world.rollOuts.push(crash)
  const error = await flow.fail('deploy_image', { app, image: second, rollback_on_failure: true })
  expect(error.message).toContain('Rolled back: hello runs')
  expect(error.remedy).not.toMatch(/roll ?back|go back|older release/)
  expect(error.next).toContainEqual({
    tool: 'check_health',
    arguments: { app },
    why: 'looks at the release that runs again',
  })
})

test('of an app that ended by itself nobody says that it may only be slow', async () => {
  const flow = await openShippedTwice()
  flow.world.rollOuts.push(crash)
  const { next } = await flow.fail('deploy_image', { app, image: second })
  expect(next.map(({ tool }) => tool)).toEqual(['rollback', 'check_health', 'list_releases'])
  expect(next.map(({ why }) => why).join()).not.toContain('slow')
})

test('the way back that is offered goes by the folder of the call', async () => {
  const flow = await openFlow()
  const call = { app, context: 'shop' }
  await flow.write('shop/Dockerfile', 'FROM scratch\n')
  await flow.call('ship', call)
  changeCommit(flow.world)
  const { next: undo } = await flow.call<Offering>('ship', call)
  expect(undo[0]).toMatchObject({ tool: 'rollback', arguments: { ...call, to: 1 } })
  const deploy = { ...call, image: first }
  const { next: afterDeploy } = await flow.call<Offering>('deploy_image', deploy)
  expect(afterDeploy[1]).toMatchObject({ tool: 'rollback', arguments: { ...call, to: 2 } })
  flow.world.rollOuts.push(crash)
  const { next } = await flow.fail('ship', { ...call, region: 'ams' })
  const back = next.find(({ tool }) => tool === 'rollback')
  expect(back?.arguments).toEqual(call)
  await flow.call('rollback', { ...back?.arguments })
  expect(await readdir(flow.root)).not.toContain('fly-hello.toml')
})

test('where there is no other release, none is to be chosen', async () => {
  const flow = await openFlow()
  await flow.call('ship', { app })
  const { remedy } = await flow.fail('rollback', { app })
  expect(remedy).toBe('There is none to go back to: repair the app, and deploy again.')
})

test('what follows a release that did not serve offers no way back to that', async () => {
  const flow = await openShippedTwice()
  flow.world.rollOuts.push({ machine: { state: 'stopped', hasService: false } })
  await flow.fail('deploy_image', { app, image: first })
  expect(await flow.call('deploy_image', { app, image: second })).toMatchObject({
    next: [{ tool: 'check_health' }, { tool: 'list_releases' }],
  })
})

test('an author’s own file is there again when the older settings run', async () => {
  const flow = await openFlow()
  const own = '# mine\napp = "hello"\n[http_service]\ninternal_port = 8080\n'
  await flow.write('fly-hello.toml', own)
  await flow.call('ship', { app })
  changeCommit(flow.world)
  const edited = `${own}auto_stop_machines = "off" # not yet\n`
  await flow.write('fly-hello.toml', edited)
  await flow.call('ship', { app })
  const before = await readFile(join(flow.root, 'fly-hello.toml'), 'utf8')
  await flow.call('rollback', { app })
  expect(before).toContain('# not yet')
  expect(await readFile(join(flow.root, 'fly-hello.toml'), 'utf8')).toBe(before)
})

test('a deploy that failed before it changed anything is not rolled back', async () => {
  const flow = await openShippedTwice()
  flow.world.rollOuts.push({ error: 'Error: no capacity', changesNothing: true })
  const call = { app, image: first, rollback_on_failure: true }
  const { live } = await flow.fail('deploy_image', call)
  expect(flow.world.done).toEqual([`deploy ${first} to hello`])
  expect(live).toMatch(/^Release 2 .*still serves/)
})

/** What others do to the app: release `version`, of that image. */
function deployElsewhere({ world }: Flow, version: number, image: string): void {
  const known = world.apps.get(app)
  if (known === undefined) throw new Error('there is no such app')
  const imageDigest = world.registry.get(image)?.digest
  const release = {
    version,
    image,
    status: 'complete',
    createdAt: '2026-01-02T03:04:05Z',
    user: 'ci@example.com',
  }
  world.apps.set(app, {
    ...known,
    release: version,
    machines: known.machines.map((each) => ({ ...each, release: version, image, imageDigest })),
    releases: [release, ...known.releases],
  })
}

test('what others deployed last is not passed over', async () => {
  const flow = await openShippedTwice()
  deployElsewhere(flow, 3, first)
  flow.world.rollOuts.push(crash)
  await flow.fail('deploy_image', { app, image: second, memory: '512mb' })
  expect(await flow.call('rollback', { app })).toMatchObject({
    returned_to: 3,
    image: first,
    warnings: expect.arrayContaining([expect.objectContaining({ code: 'unrecorded_release' })]),
  })
})

test('a release that only gave the image other secrets returns with the settings of that image', async () => {
  const flow = await openShippedTwice()
  deployElsewhere(flow, 3, second)
  flow.world.rollOuts.push(crash)
  await flow.fail('deploy_image', { app, image: first, region: 'lhr' })
  expect(await flow.call('rollback', { app })).toMatchObject({ image: second, warnings: [] })
  expect(await readFile(join(flow.root, 'fly-hello.toml'), 'utf8')).toContain('"ams"')
})
