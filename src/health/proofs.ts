import type { Machine } from '../fly/flyctl.js'
import type { Probe } from './probe.js'

/** What shows that an app without fault is healthy, as sentences. */
export function proofs(
  machines: readonly Machine[],
  probe: Probe | undefined,
  isDigestExpected: boolean,
): readonly string[] {
  const started = machines.filter(({ state }) => state === 'started')
  const checks = started.flatMap((machine) => machine.checks)
  const unchecked =
    probe === undefined
      ? 'No checks are configured.'
      : 'No checks are configured: the GET from outside is the only proof.'
  const reasons = [
    `${started.length} ${started.length === 1 ? 'machine is' : 'machines are'} started${idle(machines)}.`,
    checks.length === 0 ? unchecked : passing(checks.length),
  ]
  if (isDigestExpected) reasons.push('Every machine carries the expected digest.')
  if (probe !== undefined) {
    const stream = probe.isStream ? '; the answer is a stream, which goes on' : ''
    reasons.push(`GET ${probe.url} answers ${probe.status} in ${probe.latencyMs} ms${stream}.`)
  }
  return reasons
}

/** A machine at rest is no fault, but is told. */
function idle(machines: readonly Machine[]): string {
  const resting = machines.filter(({ state }) => state !== 'started')
  const byState = [...Map.groupBy(resting, ({ state }) => state)]
  return byState.map(([state, { length }]) => `, ${length} ${state}`).join('')
}

function passing(checks: number): string {
  return checks === 1 ? 'Its one check passes.' : `All ${checks} checks pass.`
}
