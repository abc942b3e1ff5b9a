import { listMachines } from '../api/machines.js'
import { list } from '../go/types.js'
import { selectApp } from '../program/app-name.js'
import type { CommandSpec } from '../program/command.js'
import { appFlag, configFlag, jsonFlag } from '../program/flags.js'
import { printJson } from '../program/json.js'
import { requireJson } from '../program/json-only.js'
import { machine } from '../shapes/machine.js'

export const machineList: CommandSpec = {
  words: ['machine', 'list'],
  about: 'List Fly machines',
  flags: [appFlag, configFlag, jsonFlag],
  async run(context) {
    const api = context.openApi()
    const { name } = await selectApp(context)
    requireJson(context.flags)
    printJson(context.host, list(machine), await listMachines(api, name))
  },
}
