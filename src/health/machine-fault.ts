import type { Machine } from '../fly/flyctl.js'
import { cutText } from '../process/plain-text.js'
import { atFirstSight, describeExits, keepsEnding } from './exits.js'

/** Neither up nor on its way there. */
export function isAtRest({ state }: Pick<Machine, 'state'>): boolean {
  return state === 'stopped' || state === 'suspended'
}

/** At rest because somebody or Fly's proxy stopped it; not one that ended by itself or is about to start. */
export function isIdle(machine: Machine): boolean {
  return isAtRest(machine) && machine.lastExit === undefined && machine.hostReachable
}

/** What is wrong with a machine by itself, as a sentence; undefined where nothing is. */
export function faultOfMachine(machine: Machine, moment = atFirstSight()): string | undefined {
  const { id, state } = machine
  if (!machine.hostReachable) return `The host of machine ${id} is unreachable.`
  if (keepsEnding(machine, moment)) {
    const isUp = state === 'started'
    return `${describeExits(machine, moment)}${isUp ? ', and was started again' : `, and is ${state}`}.`
  }
  if (state !== 'started')
    return isIdle(machine) && machine.hasService ? undefined : `Machine ${id} is ${state}.`
  const failing = machine.checks.find(({ status }) => status !== 'passing')
  if (failing !== undefined) {
    const said = cutText(failing.output.replaceAll(/\s+/g, ' '), 300)
    return `Check ${failing.name} of machine ${id} is ${failing.status}${said && `: ${said}`}`
  }
  if (machine.checksConfigured > 0 && machine.checks.length === 0) {
    return `The checks of machine ${id} have not reported yet.`
  }
  return undefined
}
