import { listActive } from '../api/machines.js'
import { list, map } from '../go/types.js'
import { selectApp } from '../program/app-name.js'
import type { CommandSpec } from '../program/command.js'
import { appFlag, configFlag, jsonFlag } from '../program/flags.js'
import { printJson } from '../program/json.js'
import { relativeTime } from '../program/relative-time.js'
import { table } from '../program/table.js'
import { checkStatus, type Machine } from '../shapes/machine.js'

export const checksList: CommandSpec = {
  words: ['checks', 'list'],
  about: 'List health checks',
  flags: [appFlag, configFlag, jsonFlag],
  async run(context) {
    const { host, flags } = context
    const api = context.openApi()
    const { name } = await selectApp(context)
    const machines = await listActive(api, name)
    if (flags.isOn('json')) {
      const checks = machines.map(({ id = '', checks = [] }) => [id, checks])
      printJson(host, map(list(checkStatus)), Object.fromEntries(checks))
      return
    }
    const headings = ['Name', 'Status', 'Machine', 'Last Updated', 'Output']
    host.out(`Health Checks for ${name}\n`)
    host.out(table(headings, machines.flatMap(toRows), { rule: true }))
  },
}

function toRows({ id = '', checks = [] }: Machine): readonly (readonly string[])[] {
  return checks.map(({ name = '', status = '', updated_at = '', output = '' }) => [
    name,
    status,
    id,
    relativeTime(updated_at, Date.now()),
    output,
  ])
}
