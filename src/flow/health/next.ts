import type { NextCall } from '../../errors.js'
import type { AppStatus } from '../../fly/flyctl.js'
import type { HealthReport } from '../../health/assess.js'
import type { ToolContext } from '../context.js'
import { failingMachine } from '../logs/failing-log.js'
import { next } from '../next.js'
import { recordedFolder } from '../record/recorded-folder.js'

/** What is worth calling after a look at an app, the likeliest first; in the folder that it was deployed from. */
export async function afterCheck(
  { verdict, status, probe, isYoung }: HealthReport,
  context: ToolContext,
): Promise<NextCall[]> {
  const app = status.name
  if (verdict === 'healthy') return []
  const place = { app, context: await recordedFolder(app, context) }
  if (verdict === 'unknown') return [next.ship(place, 'nothing is deployed yet')]
  const releases = next.listReleases({ app }, 'shows the images to go back to')
  if (verdict === 'stopped') return [...restart(status, place), releases]
  if (status.machines.some(({ hostReachable }) => !hostReachable))
    return [next.checkHealth({ app }, 'the host may be back by then'), releases]
  const path = probe?.redirectPath
  const instead = path && next.checkHealth({ app, path }, 'this path is where the redirect leads')
  const again = isYoung && next.checkHealth({ app }, 'by then it has been up for long enough')
  const back = next.rollback(place, 'returns to the last healthy release')
  const calls = [instead, again, logsOf(status), mayGoBack(status) ? back : releases]
  return calls.filter((call) => typeof call === 'object').slice(0, 3)
}

interface Place {
  readonly app: string
  readonly context: string | undefined
}

/** The GET has not woken it: its machines wait for somebody to start them. */
function restart({ machines }: AppStatus, place: Place): NextCall[] {
  const image = machines.find((machine) => machine.image !== undefined)?.image
  if (image === undefined) return []
  const args = { ...place, image, auto_start: true }
  return [next.deployImage(args, 'requests then start its machines')]
}

function logsOf({ name: app, machines }: AppStatus): NextCall {
  const machine = failingMachine(machines)?.id
  return next.getLogs({ app, machine }, 'shows what the app printed')
}

/** Where there was a release before, and the app ends by itself or does not work. */
function mayGoBack({ release, machines }: AppStatus): boolean {
  return release > 1 && failingMachine(machines) !== undefined
}
