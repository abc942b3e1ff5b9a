import { expect, test } from 'vitest'
import { checkToolNames, fullPolicy } from '../../../src/access/policy.js'
import { openFlow } from '../../support/clients/open-flow.js'

test('under a freeze a plan is shown, with the freeze, and the deed is refused', async () => {
  const freeze = { apps: ['*'], until: new Date('2100-01-01T00:00:00Z'), reason: 'holidays' }
  const rules = () => ({ groups: {}, rules: [], freezes: [freeze] })
  const flow = await openFlow({ policy: { ...fullPolicy, rules } })
  const { warnings } = await flow.call('ship', { app: 'hello', plan_only: true })
  expect(warnings).toContainEqual(
    expect.objectContaining({ text: expect.stringContaining('holidays') }),
  )
  expect(await flow.fail('ship', { app: 'hello' })).toMatchObject({ code: 'refused' })
  expect(flow.world.done).toEqual([])
})

test('a rule with a tool that there is not is refused, with its file and in a plain sentence', () => {
  const rule = { name: 'reading', who: ['*'], tools: ['raed'], apps: ['*'] }
  const rules = () => ({ groups: {}, rules: [rule], freezes: [] })
  const policy = { ...fullPolicy, rules, rulesFile: '/etc/rules.toml' }
  expect(() => checkToolNames(policy, ['ship'])).toThrow(
    'The policy file /etc/rules.toml: the rule "reading" names the tool "raed", which there is not.',
  )
})
