import { tagOf } from '../fly-image.js'
import { type Shipped, type ShippedApp, stepsThat } from './output.js'

/** One paragraph for people: what changed and what was proven. */
export function summarizeShip(result: Shipped): string {
  const { app, image = '', release, verdict, url, plan, results } = result
  if (results !== undefined) return summarizeSeveral(result, results)
  if (plan !== undefined)
    return `Plan ${result.plan_id} for ${app}${describeChange(plan, image)}: ${describePlanned(result)}${describeFound(plan)} ${describeMachines(plan)}`
  const isNew = stepsThat('done', result).includes('deploy')
  if (!isNew)
    return `${app} runs ${tagOf(image)} already, as release ${release}, and is ${verdict}${verdict === 'healthy' ? '' : ` (${result.reasons?.[0]})`}${url === undefined ? '.' : `: ${url}`}`
  return `Shipped ${tagOf(image)} to ${app} as release ${release}; it is ${verdict}${url === undefined ? '.' : `: ${url}`}`
}

function summarizeSeveral({ plan_id }: Shipped, results: readonly ShippedApp[]): string {
  const parts = results.map(({ app, status, steps = [] }) =>
    plan_id === undefined || steps.length === 0
      ? `${app} ${status}`
      : `${app}: ${steps.join(', ')}`,
  )
  const begin = plan_id === undefined ? '' : `Plan ${plan_id}: `
  return `${begin}${parts.join('; ')}.`
}

function describeFound({ found_by_test: names = [] }: NonNullable<Shipped['plan']>): string {
  return names.length === 0 ? '' : ` ${names.join(' and ')}: found out by the test.`
}

function describeChange({ runs_now: now }: NonNullable<Shipped['plan']>, image: string): string {
  return now === undefined ? '' : ` (${now.join(' and ')} → ${tagOf(image)})`
}

function describePlanned(result: Shipped): string {
  const planned = stepsThat('planned', result)
  return planned.length === 0 ? 'nothing is to be done.' : `${planned.join(', ')}.`
}

function describeMachines({
  machines,
  dollars_a_month: cost,
}: NonNullable<Shipped['plan']>): string {
  const { created, replaced, destroyed = 0 } = machines
  if (created + replaced + destroyed === 0 && cost !== undefined)
    return `It costs at most $${cost.running} a month.`
  const gone = destroyed === 0 ? '' : `, ${destroyed} destroyed`
  const price =
    cost === undefined
      ? 'their size has no list price'
      : `at most $${cost.running} a month, $${cost.at_rest} at rest, $${cost.before ?? cost.running} today`
  return `Machines: ${created} created, ${replaced} replaced${gone}; ${price}.`
}
