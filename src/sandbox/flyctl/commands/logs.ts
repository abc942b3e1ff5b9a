import type { Api } from '../api/api.js'
import { fetchLogs, type LogEntry, logEntry } from '../api/logs.js'
import { selectApp } from '../program/app-name.js'
import { sleep } from '../program/clock.js'
import { blue, cyan, faint, green, red, yellow } from '../program/colours.js'
import type { CommandContext, CommandSpec } from '../program/command.js'
import { CancelledError, httpStatusOf } from '../program/failure.js'
import { appFlag, configFlag, jsonFlag } from '../program/flags.js'
import { printJson } from '../program/json.js'

export const logs: CommandSpec = {
  words: ['logs'],
  about: 'View app logs',
  flags: [
    appFlag,
    configFlag,
    jsonFlag,
    { name: 'region', short: 'r', type: 'string', about: 'The target region' },
    {
      name: 'machine',
      short: 'm',
      aliases: ['instance'],
      type: 'string',
      about: 'Filter by machine ID',
    },
    { name: 'no-tail', short: 'n', type: 'bool', about: 'Do not continually stream logs' },
  ],
  async run(context) {
    const api = context.openApi()
    const { name } = await selectApp(context)
    await follow(context, api, name)
  },
}

const waitMs = 128
const longestWaitMs = 4_096
const mostErrors = 9

/** Even with `--no-tail` an empty log is asked for again and again (flyctl 2026.8, logs/polling.go). */
async function follow({ host, flags }: CommandContext, api: Api, app: string): Promise<void> {
  const machine = flags.text('machine')
  const region = machine === '' ? flags.text('region') : ''
  let token = ''
  let errors = 0
  while (!host.signal.aborted) {
    try {
      const page = await fetchLogs(api, { app, token, machine, region })
      for (const entry of page.entries)
        if (flags.isOn('json')) printJson(host, logEntry, entry)
        else host.out(toText(entry))
      if (page.entries.length > 0 && flags.isOn('no-tail')) return
      token = page.token || token
      errors = 0
    } catch (error) {
      errors += 1
      const isFinal = [401, 404].includes(httpStatusOf(error) ?? 0)
      if (isFinal || error instanceof CancelledError || errors > mostErrors) throw error
    }
    await sleep(Math.min(longestWaitMs, waitMs * 2 ** errors), host.signal)
  }
  throw new CancelledError('context canceled')
}

const levelColours: Readonly<Record<string, (text: string) => string>> = {
  debug: cyan,
  info: blue,
  warn: yellow,
  warning: yellow,
}

function toText({ timestamp = '', instance, region = '', level = '', message, meta }: LogEntry) {
  const time = timestamp.replace(/\.\d+/, '')
  const provider = meta?.Event?.Provider ?? ''
  const source = provider && instance ? `${provider}[${instance}]` : provider || instance || ''
  const colour = levelColours[level] ?? red
  return `${faint(time)} ${source} ${green(region)} [${colour(level)}]${message ?? ''}\n`
}
