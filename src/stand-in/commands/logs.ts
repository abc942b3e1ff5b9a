import { fetchLogs, type LogEntry } from '../api/logs.js'
import { sleep } from '../clock.js'
import type { Command } from '../command.js'
import { httpStatusOf } from '../failure.js'
import { appFlag, jsonFlag, requireApp } from '../flags.js'
import { printJson } from '../print.js'

const waitMs = 128
const mostErrors = 9

/** Even with `--no-tail` an empty log is asked for again and again (flyctl 2026.8, logs/polling.go). */
export const logs: Command = {
  flags: { ...appFlag, ...jsonFlag, machine: { type: 'string' }, 'no-tail': { type: 'boolean' } },
  async run({ host, flags, openApi }) {
    const api = openApi()
    const request = { app: requireApp(flags), machine: flags.text('machine') }
    let token = ''
    for (let errors = 0; ; await sleep(waitMs * 2 ** Math.min(errors, 5), host.signal))
      try {
        const page = await fetchLogs(api, { ...request, token })
        for (const entry of page.entries) printJson(host, inGo(entry))
        if (page.entries.length > 0 && flags.isOn('no-tail')) return
        token = page.token
        errors = 0
      } catch (error) {
        errors += 1
        const isFinal = [401, 404].includes(httpStatusOf(error) ?? 0)
        if (isFinal || host.signal.aborted || errors > mostErrors) throw error
      }
  },
}

/** What a line is about has no JSON names in Go (flyctl 2026.8, logs/entry.go). */
function inGo({ meta: { event }, ...line }: LogEntry) {
  const { level, instance, message, region, timestamp } = line
  const meta = { Instance: instance, Region: region, Event: { Provider: event.provider } }
  return { level, instance, message, region, timestamp, meta }
}
