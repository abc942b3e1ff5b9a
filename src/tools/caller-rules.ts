import type { Permission } from '../access/permission.js'
import { isAmong, type RuledTool, ruleFor } from '../access/rules.js'
import { reviewRules } from '../access/rules-review.js'
import type { CallerRules } from '../flow/rules/caller-rules.js'

/** What the policy file says of this caller and this tool. */
export function callerRules(
  { policy, caller }: Permission,
  tool: RuledTool,
): CallerRules | undefined {
  const rules = policy.rules
  if (rules === undefined) return undefined
  return {
    boundsOf: (app) => ruleFor(rules(), { caller, tool, app }),
    isAmong: (who) => isAmong(rules(), who, caller),
    review: () => reviewRules(rules(), Date.now()),
  }
}
