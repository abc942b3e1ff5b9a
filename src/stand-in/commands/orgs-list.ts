import { listOrganizations } from '../api/apps.js'
import type { Command } from '../command.js'
import { jsonFlag } from '../flags.js'
import { printJson } from '../print.js'

export const orgsList: Command = {
  flags: jsonFlag,
  async run({ host, openApi }) {
    const organizations = await listOrganizations(openApi())
    printJson(host, Object.fromEntries(organizations.map(({ slug, name }) => [slug, name])))
  },
}
