import { expect, test } from 'vitest'
import { fullScope } from '../../src/access/caller.js'
import { checkPermission, isOffered, mayUseApp } from '../../src/access/permission.js'
import { fullPolicy } from '../../src/access/policy.js'
import type { Rule, Rules } from '../../src/access/rules.js'

const reads = { name: 'get_logs', readsOnly: true }
const deploys = { name: 'deploy_image', readsOnly: false }
const approves = { name: 'approve_plan', readsOnly: false }

function rule(changes: Partial<Rule>): Rule {
  return { name: 'a rule', who: ['*'], tools: ['*'], apps: ['*'], ...changes }
}

function permission(rules: Partial<Rules>, owner: string) {
  const whole = { groups: {}, rules: [], freezes: [], ...rules }
  return { policy: { ...fullPolicy, rules: () => whole }, caller: { owner, scope: fullScope } }
}

/** The refusal of a call, with its remedy; undefined where it is allowed. */
function refusal(
  rules: Partial<Rules>,
  owner: string,
  { tool = deploys, apps = ['shop'] }: { tool?: typeof deploys; apps?: string[] } = {},
) {
  try {
    checkPermission(permission(rules, owner), { tool, namedApps: () => apps })
    return undefined
  } catch (error) {
    return error
  }
}

const rules: Partial<Rules> = {
  groups: { leads: ['token:anna', 'token:b*'] },
  rules: [
    rule({ name: 'production', who: ['group:leads'], apps: ['shop'] }),
    rule({ name: 'staging', who: ['token:ci'], apps: ['shop-*'], tools: ['deploy_*', 'read'] }),
  ],
}

test('where there is any rule, what none allows is refused, with those who may', () => {
  expect(refusal(rules, 'token:anna')).toBeUndefined()
  expect(refusal(rules, 'token:bob')).toBeUndefined()
  expect(refusal(rules, 'token:ci', { apps: ['shop-staging'] })).toBeUndefined()
  expect(refusal(rules, 'token:ci')).toMatchObject({
    code: 'refused',
    message: 'No rule of this flyops lets token:ci use deploy_image on the app shop.',
    remedy: 'Ask those who may: group:leads (rule "production").',
  })
  expect(refusal(rules, 'token:ci', { apps: ['shop-staging', 'shop'] })).toMatchObject({
    code: 'refused',
  })
})

test('`read` stands for the tools that change nothing', () => {
  expect(refusal(rules, 'token:ci', { tool: reads, apps: ['shop-staging'] })).toBeUndefined()
  expect(
    refusal(rules, 'token:ci', {
      tool: { name: 'set_secrets', readsOnly: false },
      apps: ['shop-staging'],
    }),
  ).toMatchObject({ code: 'refused', remedy: expect.stringContaining('No rule allows it') })
})

test('a call that should name an app and does not is for rules about every app alone', () => {
  expect(refusal(rules, 'token:anna', { apps: [] })).toMatchObject({ code: 'refused' })
  expect(refusal({ rules: [rule({})] }, 'token:anna', { apps: [] })).toBeUndefined()
})

test('a freeze keeps everybody from changing, and nobody from looking', () => {
  const freeze = { apps: ['shop'], reason: 'launch week' }
  const frozen = { freezes: [{ ...freeze, until: new Date('2100-01-01T00:00:00Z') }] }
  expect(refusal(frozen, 'token:anna')).toMatchObject({
    code: 'refused',
    message: 'Nothing of shop is changed until 2100-01-01T00:00:00.000Z: launch week',
  })
  expect(refusal(frozen, 'token:anna', { tool: reads })).toBeUndefined()
  expect(refusal(frozen, 'token:anna', { apps: ['blog'] })).toBeUndefined()
  const over = { freezes: [{ ...freeze, until: new Date('2020-01-01T00:00:00Z') }] }
  expect(refusal(over, 'token:anna')).toBeUndefined()
})

test('nobody sees tools and apps that no rule gives them', () => {
  const ci = permission(rules, 'token:ci')
  expect(isOffered(ci, deploys)).toBe(true)
  expect(isOffered(ci, { name: 'set_secrets', readsOnly: false })).toBe(false)
  expect(mayUseApp(ci, 'shop-staging')).toBe(true)
  expect(mayUseApp(ci, 'shop')).toBe(false)
})

test('approvals are offered where a rule asks for them alone', () => {
  const asking = { rules: [rule({ approval: ['token:anna'] })] }
  expect(isOffered(permission(asking, 'token:ci'), approves)).toBe(true)
  expect(isOffered(permission(rules, 'token:anna'), approves)).toBe(false)
  const caller = { owner: 'local', scope: fullScope }
  expect(isOffered({ policy: fullPolicy, caller }, approves)).toBe(false)
})
