import type { Policy } from '../access/policy.js'
import type { Settings } from '../settings.js'

/** The policy of flags and environment, with the rules of its file. Raises `refused` where that is unusable. */
export async function loadPolicy({ policy, policyFile }: Settings): Promise<Policy> {
  if (policyFile === undefined) return policy
  const { openRules } = await import('../access/rules-file.js')
  return { ...policy, rules: openRules(policyFile), rulesFile: policyFile }
}
