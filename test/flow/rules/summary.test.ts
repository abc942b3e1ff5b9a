import { expect, test } from 'vitest'
import { fullPolicy } from '../../../src/access/policy.js'
import type { FlyopsError } from '../../../src/errors.js'
import { type Flow, openFlow } from '../../support/clients/open-flow.js'
import { changeCommit } from '../../support/clients/world.js'

const app = 'hello'
const [ci, anna] = ['token:ci', 'token:anna']

/** Deploys of ci take anna's approval, where `isOn`. */
async function openRunning() {
  const state = { isOn: false }
  const everything = { who: ['*'], tools: ['*'], apps: ['*'] }
  const rules = () => ({
    groups: {},
    rules: [{ name: 'production', ...everything, ...(state.isOn ? { approval: [anna] } : {}) }],
    freezes: [],
  })
  const flow = await openFlow({ policy: { ...fullPolicy, rules } })
  await flow.write(
    'fly.toml',
    'app = "shop"\n[[vm]]\nmemory = "256mb"\n[http_service]\ninternal_port = 8080\n',
  )
  const first = await flow.call<{ image: string }>('ship', { app })
  return { flow, state, image: first.image }
}

async function summaryOf(flow: Flow, tool: string, args: object): Promise<string> {
  const { next }: FlyopsError = await flow.fail(tool, args, ci)
  const asked = next.find((call) => call.tool === 'approve_plan')
  const shown = await flow.call<{ plan: string[] }>('approve_plan', asked?.arguments ?? {}, anna)
  return shown.plan.join('\n')
}

test('who is to approve of a ship reads what it changes of what runs, what that costs, and how it was called', async () => {
  const { flow, state } = await openRunning()
  state.isOn = true
  await flow.write(
    'fly.toml',
    'app = "shop"\n[[vm]]\nmemory = "512mb"\n[http_service]\ninternal_port = 8080\n',
  )
  changeCommit(flow.world)
  const called = { app, skip_test: true, env: { A: 'b' }, machines: 8 }
  const summary = await summaryOf(flow, 'ship', called)
  expect(summary).toContain('; runs now: 1a2b3c4')
  expect(summary).toContain('test skipped: skip_test')
  expect(summary).toContain('called with ')
  for (const given of ['skip_test: true', 'env: {"A":"b"}', 'machines: 8'])
    expect(summary).toContain(given)
  expect(summary).toMatch(/memory: .*256.* → .*512/)
  expect(summary).toContain('env.A: (none) → "b"')
  expect(summary).toContain('machines: 7 created, 1 replaced, 0 destroyed')
  expect(summary).toMatch(/cost: \$1\.94 → \$25\.\d+, a month/)
  expect(summary).not.toContain('app:')
})

test('who is to approve of a deploy reads the same', async () => {
  const { flow, state, image } = await openRunning()
  state.isOn = true
  const summary = await summaryOf(flow, 'deploy_image', {
    app,
    image,
    memory: '512mb',
    machines: 3,
  })
  expect(summary).toContain('commit 1a2b3c4')
  expect(summary).toMatch(/memory: .*256.* → .*512/)
  expect(summary).toContain('machines: 2 created, 1 replaced, 0 destroyed')
  expect(summary).toMatch(/cost: \$1\.94 → \$9\.\d+, a month/)
  expect(summary).toContain('called with memory: "512mb", machines: 3')
})

test('who is to approve of a rollback reads which release, commit and settings return', async () => {
  const { flow, state } = await openRunning()
  changeCommit(flow.world)
  await flow.call('ship', { app, memory: '512mb' })
  state.isOn = true
  const summary = await summaryOf(flow, 'rollback', { app })
  expect(summary).toContain('back to release 1 of commit 1a2b3c4 with its settings, from release 2')
  expect(summary).toMatch(/memory: .*512.* → .*256/)
  expect(summary).toContain('build.image: ')
  expect(summary).toContain('machines: 0 created, 1 replaced, 0 destroyed')
})

test('no call that is offered on the way approves of anything: a person decides', async () => {
  const { flow, state, image } = await openRunning()
  state.isOn = true
  const error = await flow.fail('deploy_image', { app, image, memory: '512mb' }, ci)
  expect(error.next).toMatchObject([{ tool: 'approve_plan', arguments: { plan_only: true } }])
  const args = error.next[0]?.arguments ?? {}
  const shown = await flow.call<{ next?: unknown[] }>('approve_plan', args, anna)
  expect(shown).toMatchObject({ approved: false, approvers: [anna] })
  expect(shown.next ?? []).toEqual([])
})
