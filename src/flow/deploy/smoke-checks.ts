import type { Machine } from '../../fly/flyctl.js'
import type { ComposedConfig } from '../../fly-toml/fly-toml.js'

export interface Fleet {
  readonly composed: Pick<ComposedConfig, 'machines' | 'strategy'>
  /** Before the deploy. */
  readonly machines: readonly Machine[]
  readonly ha: boolean
}

/**
 * Whether flyctl is to watch each machine for ten seconds, one after the other. flyops watches them all meanwhile, and
 * faster; but of several machines without checks nothing else keeps flyctl at the first one while that shows whether it
 * stays up, and where flyctl makes machines of its own it also removes them. It takes exits of the release before for new
 * ones (flyctl 2026.8, leasable_machine.go), and so must not watch what comes out of a crash loop.
 */
export function needsSmokeChecks({ composed, machines, ha }: Fleet): boolean {
  if (composed.strategy === 'canary' || composed.strategy === 'bluegreen') return true
  if (machines.some(({ lastExit }) => lastExit !== undefined)) return false
  return composed.machines.some(({ group, hasService, isChecked }) => {
    const there = machines.filter(({ processGroup }) => processGroup === group).length
    return !isChecked && (there || (ha && hasService ? 2 : 1)) > 1
  })
}
