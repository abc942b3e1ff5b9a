import { expect, test } from 'vitest'
import type { Rule } from '../../src/access/rules.js'
import { changing, deploying, reviewRules } from '../../src/access/rules-review.js'
import { commandLineTools } from '../../src/tools/catalogue.js'

const production: Rule = {
  name: 'production',
  who: ['group:devs'],
  tools: ['*'],
  apps: ['hello-prod'],
  approval: ['group:leads'],
}
const interns: Rule = { name: 'interns', who: ['token:ina'], tools: ['*'], apps: ['hello-*'] }

const review = (...rules: readonly Rule[]) => reviewRules({ groups: {}, rules, freezes: [] }, 0)

test('a rule whose other tools need no approval is doubted', () => {
  expect(review(production)).toEqual({
    rules: 1,
    freezes: 0,
    doubts: [
      'The rule "production" asks for no approval of set_secrets and destroy_app, which its tools allow.',
    ],
  })
  expect(review({ ...production, tools: ['ship', 'read'] }).doubts).toEqual([])
})

test('so is a later one that lets others deploy the same apps', () => {
  const deploys = { ...production, tools: ['ship', 'rollback'] }
  expect(review(deploys, interns).doubts).toEqual([
    'Whom the rule "production" does not name, "interns" lets deploy the same apps without approval.',
  ])
  expect(review(interns, deploys).doubts).toEqual([])
  expect(review({ ...deploys, who: ['*'] }, interns).doubts).toEqual([])
  expect(review(deploys, { ...interns, tools: ['read'] }).doubts).toEqual([])
  expect(review(deploys, { ...interns, apps: ['other'] }).doubts).toEqual([])
})

test('freezes count until their time is over', () => {
  const until = new Date(1_000)
  const rules = { groups: {}, rules: [], freezes: [{ apps: ['*'], until, reason: 'holidays' }] }
  expect([999, 1_000].map((nowMs) => reviewRules(rules, nowMs).freezes)).toEqual([1, 0])
})

test('it knows tools that there are', () => {
  const names = commandLineTools.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining([...deploying, ...changing]))
})
