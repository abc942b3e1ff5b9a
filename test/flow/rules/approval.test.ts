import { expect, test } from 'vitest'
import { fullPolicy } from '../../../src/access/policy.js'
import type { FlyopsError } from '../../../src/errors.js'
import { openFlow } from '../../support/clients/open-flow.js'
import { changeCommit } from '../../support/clients/world.js'

const app = 'hello'
const [ci, anna, bob] = ['token:ci', 'token:anna', 'token:bob']

/** Deploys take a lead's approval. */
function openWithLeads() {
  const rule = { name: 'production', who: ['*'], tools: ['*'], apps: ['*'] }
  const rules = () => ({
    groups: { leads: ['token:anna'] },
    rules: [{ ...rule, approval: ['group:leads'] }],
    freezes: [],
  })
  return openFlow({ policy: { ...fullPolicy, rules } })
}

function planOf({ next }: FlyopsError): string {
  return String(next.find(({ tool }) => tool === 'approve_plan')?.arguments.plan_id)
}

test('nothing is done before somebody of the group has approved of the very plan', async () => {
  const flow = await openWithLeads()
  const error = await flow.fail('ship', { app }, ci)
  expect(error).toMatchObject({ code: 'approval_needed', who: 'human', retry: 'after_wait' })
  expect(flow.world.done).toEqual([])
  const approval = { app, plan_id: planOf(error) }
  expect(await flow.call('approve_plan', { ...approval, plan_only: true }, anna)).toMatchObject({
    approved: false,
    asked_by: ci,
    image: 'registry.fly.io/hello:1a2b3c4',
    tool: 'ship',
  })
  expect(await flow.fail('ship', { app }, ci)).toMatchObject({ code: 'approval_needed' })
  await flow.call('approve_plan', approval, anna)
  const { operations } = await flow.call<{ operations: object[] }>('list_operations', { app })
  expect(operations[0]).toMatchObject({
    tool: 'approve_plan',
    plan_id: approval.plan_id,
    image: expect.stringContaining(app),
  })
  expect(await flow.call('ship', { app }, ci)).toMatchObject({ verdict: 'healthy' })
})

test('one’s own approval does not count, nor that of somebody whom the rule does not name', async () => {
  const flow = await openWithLeads()
  const plan_id = planOf(await flow.fail('ship', { app }, anna))
  const refused = { code: 'forbidden' }
  expect(await flow.fail('approve_plan', { app, plan_id }, anna)).toMatchObject(refused)
  expect(await flow.fail('approve_plan', { app, plan_id }, bob)).toMatchObject(refused)
  expect(await flow.fail('ship', { app }, anna)).toMatchObject({ code: 'approval_needed' })
})

test('a new commit is another plan, and so is one with other settings', async () => {
  const flow = await openWithLeads()
  const plan_id = planOf(await flow.fail('ship', { app }, ci))
  await flow.call('approve_plan', { app, plan_id }, anna)
  const larger = await flow.fail('ship', { app, memory: '2gb' }, ci)
  changeCommit(flow.world)
  const newer = await flow.fail('ship', { app }, ci)
  expect(new Set([plan_id, planOf(larger), planOf(newer)]).size).toBe(3)
})

test('an approval holds for a day', async () => {
  const flow = await openWithLeads()
  const plan_id = planOf(await flow.fail('ship', { app }, ci))
  await flow.call('approve_plan', { app, plan_id }, anna)
  const real = Date.now
  Date.now = () => real() + 25 * 60 * 60_000
  try {
    expect(await flow.fail('ship', { app }, ci)).toMatchObject({ code: 'approval_needed' })
  } finally {
    Date.now = real
  }
})

test('a deploy and a rollback ask too, each for itself', async () => {
  const flow = await openWithLeads()
  async function approved(tool: string, args: object) {
    const plan_id = planOf(await flow.fail(tool, args, ci))
    await flow.call('approve_plan', { app, plan_id }, anna)
    return flow.call<{ image: string }>(tool, args, ci)
  }
  const { image } = await approved('ship', { app })
  changeCommit(flow.world)
  await approved('ship', { app })
  await approved('deploy_image', { app, image, memory: '512mb' })
  await approved('rollback', { app })
})

test('an approval is of the number of machines too', async () => {
  const flow = await openWithLeads()
  const first = planOf(await flow.fail('ship', { app }, ci))
  await flow.call('approve_plan', { app, plan_id: first }, anna)
  const { image } = await flow.call<{ image: string }>('ship', { app }, ci)
  const one = planOf(
    await flow.fail('deploy_image', { app, image, memory: '512mb', machines: 1 }, ci),
  )
  const many = planOf(
    await flow.fail('deploy_image', { app, image, memory: '512mb', machines: 9 }, ci),
  )
  expect(many).not.toBe(one)
  await flow.call('approve_plan', { app, plan_id: one }, anna)
  const more = { app, image, memory: '512mb', machines: 9 }
  expect(await flow.fail('deploy_image', more, ci)).toMatchObject({ code: 'approval_needed' })
})

test('nobody can approve of what nobody asked for', async () => {
  const flow = await openWithLeads()
  const unknown = { app, plan_id: '0123456789abcdef' }
  expect(await flow.fail('approve_plan', unknown, anna)).toMatchObject({ code: 'invalid_input' })
})

test('a plan says whose approval the deed needs', async () => {
  const flow = await openWithLeads()
  const { warnings } = await flow.call('ship', { app, plan_only: true }, ci)
  expect(warnings).toContainEqual(expect.objectContaining({ code: 'approval_needed' }))
})
