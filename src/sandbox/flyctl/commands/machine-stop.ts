import { ignored } from '../api/machines-api.js'
import { parseDuration } from '../go/duration.js'
import { duration, string, struct } from '../go/types.js'
import type { CommandContext, CommandSpec } from '../program/command.js'
import { wrapping } from '../program/failure.js'
import { appFlag, configFlag } from '../program/flags.js'
import { type LeasedMachine, withLeasedMachines } from './leased-machines.js'

const stopInput = struct('fly.StopMachineInput', {
  'id?': string,
  'signal?': string,
  timeout: duration,
})

export const machineStop: CommandSpec = {
  words: ['machine', 'stop'],
  about: 'Stop one or more Fly machines',
  usage: '[<id>...]',
  arguments: { min: 0, max: Number.POSITIVE_INFINITY },
  flags: [
    appFlag,
    configFlag,
    { name: 'signal', short: 's', type: 'string', about: 'Signal to stop the machine with' },
    { name: 'timeout', type: 'int', about: 'Seconds to wait before sending SIGKILL' },
    {
      name: 'wait-timeout',
      short: 'w',
      type: 'string',
      about: 'Time to wait for machines to become stopped',
    },
  ],
  async run(context) {
    const { host, flags } = context
    const waitNs = parseDuration(flags.text('wait-timeout') || '0s')
    await withLeasedMachines(context, async ({ machines }, machine) => {
      const { id, nonce, path } = machine
      host.out(`Sending kill signal to machine ${id}...\n`)
      const input = { type: stopInput, value: inputOf(context, machine) }
      const stopping = machines({
        method: 'POST',
        path: `${path}/stop`,
        input,
        answer: ignored,
        nonce,
      })
      await wrapping(`could not stop machine ${id}`, wrapping(`failed to stop VM ${id}`, stopping))
      if (waitNs > 0) {
        const seconds = Math.max(1, Math.min(60, Math.floor(waitNs / 1e9)))
        const waiting = machines({
          path: `${path}/wait?state=stopped&timeout=${seconds}`,
          answer: ignored,
        })
        await wrapping(`machine ${id} did not stop within the wait timeout`, waiting)
      }
      host.out(`${id} has been successfully stopped\n`)
    })
  },
}

function inputOf({ flags }: CommandContext, { id }: LeasedMachine) {
  const signal = flags.text('signal').toUpperCase()
  return { id, signal, timeout: Number(flags.text('timeout') || 0) * 1e9 }
}
