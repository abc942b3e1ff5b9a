import type { Outcome } from './record.js'

/** A table in Markdown, for terminals and pull requests, and below it the goals that were not reached. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((each) => [
    each.scenario,
    `${each.score}`,
    `${reached(each)} of ${each.goals.length}`,
    `${each.calls}`,
    `${(each.bytes_to_model / 1000).toFixed(1)}`,
    `${each.requests}`,
    `${each.faults}`,
    each.seconds.toFixed(1),
  ])
  const columns = [
    'scenario',
    'score',
    'goals',
    'calls',
    'kB to the model',
    'requests',
    'faults',
    's',
  ]
  const rule = columns.map((_, index) => (index === 0 ? '---' : '--:'))
  const lines = [columns, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`)
  return [...lines, ...missed(outcomes)].join('\n')
}

function reached({ goals }: Outcome): number {
  return goals.filter((each) => each.reached).length
}

function missed(outcomes: readonly Outcome[]): readonly string[] {
  const goals = outcomes.flatMap(({ scenario, goals, exit_status, output }) => {
    const lines = goals
      .filter((each) => !each.reached)
      .map(({ goal, why }) => `- ${scenario}: not reached: ${goal}: ${why}`)
    if (lines.length === 0) return []
    const said = output === '' ? [] : [`  It printed last: ${output.replaceAll('\n', '\n  ')}`]
    return [...lines, `  The command ended with ${exit_status ?? 'no exit status'}.`, ...said]
  })
  return goals.length === 0 ? [] : ['', ...goals]
}

/** JUnit: a suite a scenario, a case a goal. */
export function junitOf(outcomes: readonly Outcome[]): string {
  const suites = outcomes.map((each) => {
    const cases = each.goals.map(({ goal, reached, why }) => {
      const opening = `    <testcase classname="${xml(each.scenario)}" name="${xml(goal)}"`
      return reached ? `${opening}/>` : `${opening}><failure message="${xml(why)}"/></testcase>`
    })
    const failures = each.goals.length - reached(each)
    const counts = `tests="${each.goals.length}" failures="${failures}" time="${each.seconds}"`
    return [`  <testsuite name="${xml(each.title)}" ${counts}>`, ...cases, '  </testsuite>'].join(
      '\n',
    )
  })
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    ...suites,
    '</testsuites>',
    '',
  ].join('\n')
}

function xml(text: string): string {
  const printable = text.replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ' ')
  return printable.replaceAll(/[<>&"]/g, (char) => `&#${char.charCodeAt(0)};`)
}
