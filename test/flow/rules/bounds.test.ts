import { expect, test } from 'vitest'
import { fullPolicy } from '../../../src/access/policy.js'
import type { Rule } from '../../../src/access/rules.js'
import { openFlow } from '../../support/clients/open-flow.js'

const app = 'hello'

/** flyops with one rule for everybody. */
function openBounded(bounds: Partial<Rule>) {
  const rule = { name: 'small', who: ['*'], tools: ['*'], apps: ['*'], ...bounds }
  const rules = () => ({ groups: {}, rules: [rule], freezes: [] })
  return openFlow({ policy: { ...fullPolicy, rules } })
}

test.each([
  [{ maxMemoryMb: 512 }, { memory: '1gb' }, '1024mb of memory are more than 512mb'],
  [{ maxMachines: 1 }, { ha: true }, '2 machines are more than 1'],
  [{ maxMonthlyDollars: 5 }, { memory: '2gb' }, 'a month are more than $5'],
  [{ regions: ['ams', 'fra'] }, { region: 'ewr' }, 'the region ewr is none of ams, fra'],
  [{ orgs: ['acme'] }, {}, 'the organization personal is none of acme'],
] as const)(
  'a rule that bounds a deploy by %j refuses more, before anything is built',
  async (bounds, args, why) => {
    const flow = await openBounded(bounds)
    const error = await flow.fail('ship', { app, ...args })
    expect(error).toMatchObject({ code: 'refused', message: expect.stringContaining(why) })
    expect(error.message).toContain('"small"')
    expect(flow.world.done.filter((each) => !each.startsWith('build'))).toEqual([])
  },
)

test('machines of all process groups count, also where the number of one is given', async () => {
  const flow = await openBounded({ maxMachines: 2 })
  await flow.write(
    'fly.toml',
    `app = "hello"
[processes]
web = "serve"
worker = "work"
[http_service]
internal_port = 8080
processes = ["web"]
`,
  )
  const error = await flow.fail('ship', { app, machines: 2, skip_test: true })
  expect(error.message).toContain('3 machines are more than 2')
})

test('what fits is done', async () => {
  const flow = await openBounded({
    maxMemoryMb: 512,
    maxMachines: 2,
    maxMonthlyDollars: 50,
    regions: ['ams'],
    orgs: ['personal'],
  })
  expect(await flow.call('ship', { app, memory: '512mb', region: 'ams' })).toMatchObject({
    verdict: 'healthy',
  })
})

test('a plan, a rollback and a promotion are bounded like the deed', async () => {
  let bounds: Partial<Rule> = {}
  const rules = () => {
    const rule = { name: 'small', who: ['*'], tools: ['*'], apps: ['*'], ...bounds }
    return { groups: {}, rules: [rule], freezes: [] }
  }
  const flow = await openFlow({ policy: { ...fullPolicy, rules } })
  await flow.call('create_app', { app: 'other' })
  const { image } = await flow.call<{ image: string }>('ship', { app, region: 'ewr' })
  await flow.call('ship', { app, region: 'ewr', memory: '512mb' })
  bounds = { maxMemoryMb: 256 }
  const refused = { code: 'refused' }
  expect(await flow.fail('ship', { app, plan_only: true })).toMatchObject(refused)
  expect(await flow.fail('deploy_image', { app, image, dry_run: true })).toMatchObject(refused)
  expect(await flow.fail('rollback', { app })).toMatchObject(refused)
  expect(await flow.fail('promote_image', { image, apps: ['other'] })).toMatchObject(refused)
})
