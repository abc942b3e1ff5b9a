import type { NextCall } from '../../errors.js'
import type { AppStatus } from '../../fly/flyctl.js'
import type { HealthReport } from '../../health/assess.js'
import { failingMachine } from '../logs/failing-log.js'
import { next } from '../next.js'

/** What is worth calling after a look at an app, the likeliest first. */
export function afterCheck({ verdict, status, probe, isYoung }: HealthReport): NextCall[] {
  const app = status.name
  if (verdict === 'healthy') return []
  if (verdict === 'unknown') return [next.buildImage({ app }, 'nothing is deployed yet')]
  const releases = next.listReleases({ app }, 'shows the images to go back to')
  if (verdict === 'stopped') return [...restart(status), releases]
  const path = probe?.redirectPath
  const instead = path && next.checkHealth({ app, path }, 'this path is where the redirect leads')
  const again = isYoung && next.checkHealth({ app }, 'by then it has been up for long enough')
  const back = next.rollback({ app }, 'returns to the last healthy release')
  const calls = [instead, again, logsOf(status), mayGoBack(status) ? back : releases]
  return calls.filter((call) => typeof call === 'object').slice(0, 3)
}

/** The GET has not woken it: its machines wait for somebody to start them. */
function restart({ name: app, machines }: AppStatus): NextCall[] {
  const image = machines.find((machine) => machine.image !== undefined)?.image
  if (image === undefined) return []
  return [next.deployImage({ app, image, auto_start: true }, 'requests then start its machines')]
}

function logsOf({ name: app, machines }: AppStatus): NextCall {
  const machine = failingMachine(machines)?.id
  return next.getLogs({ app, machine }, 'shows what the app printed')
}

/** Where there was a release before, and the app ends by itself or does not work. */
function mayGoBack({ release, machines }: AppStatus): boolean {
  return release > 1 && failingMachine(machines) !== undefined
}
