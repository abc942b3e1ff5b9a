import { listOrganizations } from '../api/organizations.js'
import { map, string } from '../go/types.js'
import type { CommandSpec } from '../program/command.js'
import { jsonFlag } from '../program/flags.js'
import { printJson } from '../program/json.js'

export const orgsList: CommandSpec = {
  words: ['orgs', 'list'],
  about: 'Lists organizations for current user',
  flags: [jsonFlag],
  async run({ host, flags, openApi }) {
    const organizations = await listOrganizations(openApi())
    if (flags.isOn('json')) {
      const names = organizations.map(({ Slug = '', Name = '' }) => [Slug, Name])
      printJson(host, map(string), Object.fromEntries(names))
      return
    }
    const row = (...cells: readonly string[]) =>
      host.out(`${cells.map((cell, index) => cell.padEnd(index < 2 ? 20 : 8)).join(' ')}  \n`)
    row('Name', 'Slug', 'Type')
    row('----', '----', '----')
    for (const { Name = '', Slug = '', Type = '' } of organizations) row(Name, Slug, Type)
  },
}
