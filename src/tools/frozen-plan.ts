import type { Policy } from '../access/policy.js'
import { findFreeze, frozenText } from '../access/rules.js'
import type { Warning } from '../errors.js'
import type { ToolResult } from './tool-result.js'

/** Whether a call only shows what would be done; a tool without such a field refuses it. */
export function isPlan(args: unknown): boolean {
  if (typeof args !== 'object' || args === null) return false
  const { plan_only, dry_run } = args as { plan_only?: unknown; dry_run?: unknown }
  return plan_only === true || dry_run === true
}

/** A plan, with a warning for each freeze that keeps it from being done now. */
export function withFreezes(
  result: ToolResult,
  apps: readonly string[],
  { rules }: Policy,
): ToolResult {
  const warnings = apps.flatMap((app): Warning[] => {
    const freeze = rules && findFreeze(rules(), app, Date.now())
    return freeze ? [{ code: 'refused', cosmetic: false, text: frozenText(app, freeze) }] : []
  })
  if (warnings.length === 0) return result
  const { warnings: others = [] } = result.output as { warnings?: readonly Warning[] }
  return { ...result, output: { ...result.output, warnings: [...others, ...warnings] } }
}
