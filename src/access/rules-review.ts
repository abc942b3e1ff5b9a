import { covers } from './caller.js'
import type { Rule, Rules } from './rules.js'

/** What an approval is asked for. */
export const deploying = ['ship', 'deploy_image', 'rollback', 'promote_image'] as const

/** What changes an app that runs, and needs no approval. */
export const changing = ['set_secrets', 'destroy_app'] as const

/** What of a policy file its author may not have meant. */
export function reviewRules({ rules, freezes }: Rules, nowMs: number) {
  const doubts = rules.flatMap((rule, index) =>
    rule.approval === undefined
      ? []
      : [...openTools(rule), ...waysAround(rule, rules.slice(index + 1))],
  )
  const holding = freezes.filter(({ until }) => until.getTime() > nowMs)
  return { rules: rules.length, freezes: holding.length, doubts }
}

function openTools({ name, tools }: Rule): readonly string[] {
  const open = changing.filter((tool) => covers(tools, tool))
  return open.length === 0
    ? []
    : [`The rule "${name}" asks for no approval of ${open.join(' and ')}, which its tools allow.`]
}

/** Whom the rule does not mean, a later one decides about. */
function waysAround({ name, who, apps }: Rule, later: readonly Rule[]): readonly string[] {
  if (who.includes('*')) return []
  const open = later.filter(
    (rule) =>
      rule.approval === undefined &&
      deploying.some((tool) => covers(rule.tools, tool)) &&
      apps.some((app) => covers(rule.apps, app)),
  )
  return open.map(
    (rule) =>
      `Whom the rule "${name}" does not name, "${rule.name}" lets deploy the same apps without approval.`,
  )
}
