import { getAppCompact } from '../api/apps.js'
import { checkForNewerImages } from '../api/latest-image.js'
import { listMachines } from '../api/machines.js'
import { toJson } from '../go/encode.js'
import { list, map, string } from '../go/types.js'
import { selectApp } from '../program/app-name.js'
import type { CommandSpec } from '../program/command.js'
import { wrapping } from '../program/failure.js'
import { appFlag, configFlag, jsonFlag } from '../program/flags.js'
import { printJson } from '../program/json.js'
import { requireJson } from '../program/json-only.js'
import type { Machine } from '../shapes/machine.js'

export const imageShow: CommandSpec = {
  words: ['image', 'show'],
  about: 'Show image details',
  flags: [appFlag, configFlag, jsonFlag],
  async run(context) {
    const api = context.openApi()
    const { name } = await selectApp(context)
    requireJson(context.flags)
    await wrapping('get app', getAppCompact(api, name))
    const machines = await wrapping('failed to get machines', listMachines(api, name))
    await checkForNewerImages(api, machines, { once: false })
    if (machines.length === 0) context.host.out('null\n')
    else printJson(context.host, list(map(string)), machines.map(toImage))
  },
}

function toImage({ id = '', image_ref = {} }: Machine): Readonly<Record<string, string>> {
  const { registry = '', repository = '', tag = '', digest = '', labels } = image_ref
  return {
    MachineID: id,
    Registry: registry,
    Repository: repository,
    Tag: tag,
    Version: labels?.['fly.version'] ?? 'N/A',
    Digest: digest,
    Labels: labels === undefined ? '' : toJson(labels),
  }
}
