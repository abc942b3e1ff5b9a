import { ignored } from '../api/machines-api.js'
import type { CommandSpec } from '../program/command.js'
import { wrapping } from '../program/failure.js'
import { appFlag, configFlag } from '../program/flags.js'
import { withLeasedMachines } from './leased-machines.js'

export const machineStart: CommandSpec = {
  words: ['machine', 'start'],
  about: 'Start one or more Fly machines',
  usage: '[<id>...]',
  arguments: { min: 0, max: Number.POSITIVE_INFINITY },
  flags: [appFlag, configFlag],
  async run(context) {
    await withLeasedMachines(context, async ({ machines }, { id, nonce, path }) => {
      const starting = machines({ method: 'POST', path: `${path}/start`, answer: ignored, nonce })
      await wrapping(
        `could not start machine ${id}`,
        wrapping(`failed to start VM ${id}`, starting),
      )
      context.host.out(`${id} has been started\n`)
    })
  },
}
