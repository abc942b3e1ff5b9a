import { STATUS_CODES } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import { z } from 'zod'
import { type AppFlags, findApp } from '../app-name.js'
import { FlyctlError } from '../failure.js'
import { goJson } from '../go-json.js'
import type { Host } from '../host.js'
import { send } from '../http.js'
import { openSession, type Session } from '../session.js'
import { appCommand } from './command.js'

const text = z.string().default('')
const attributes = z.looseObject({
  timestamp: text,
  message: text,
  level: text,
  instance: text,
  region: text,
  meta: z.looseObject({ event: z.looseObject({ provider: text }) }),
})
const answer = z.object({
  data: z.array(z.object({ attributes })),
  meta: z.object({ next_token: text }),
})
type LogLine = z.infer<typeof attributes>

interface Flags extends AppFlags {
  readonly json?: boolean
  readonly machine?: string
  readonly tail?: boolean
}

const pollMs = 500

export function logsCommand(host: Host): Command {
  const command = appCommand('logs', 'View app logs')
    .option('-n, --no-tail', 'Do not continually stream logs')
    .option('-i, --machine <string>', 'Filter by machine ID')
    .option('--instance <string>', 'Filter by machine ID')
    .option('-r, --region <string>', 'Filter by region')
  return command.action(async () => {
    const flags = command.optsWithGlobals<Flags & { region?: string; instance?: string }>()
    const session = openSession(host, flags.accessToken)
    const { name } = await findApp(host, flags)
    const filter = { instance: flags.machine ?? flags.instance, region: flags.region }
    let token = ''
    do {
      const { data, meta } = await readLogs(session, name, { ...filter, next_token: token })
      for (const line of data) host.out(flags.json ? goJson(lineView(line)) : plain(line))
      token = meta.next_token
      if (flags.tail) await sleep(pollMs, undefined, { signal: host.ending })
    } while (flags.tail)
  })
}

type Filter = Readonly<Record<string, string | undefined>>

/** An app's newest log lines; `next_token` of the answer leads to newer ones. */
export async function readLogs({ logs }: Session, app: string, filter: Filter) {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(filter)) {
    if (value !== undefined) query.set(key, value)
  }
  const { status, text: body } = await send(logs, {
    method: 'GET',
    path: `/api/v1/apps/${app}/logs?${query}`,
  })
  if (status !== 200) throw new FlyctlError(`${status} ${STATUS_CODES[status] ?? ''}`.trim())
  const { data, meta } = answer.parse(JSON.parse(body))
  return { data: data.map((entry) => entry.attributes), meta }
}

function plain({ timestamp, meta, instance, region, level, message }: LogLine): string {
  const where = instance === '' ? '' : `[${instance}] ${region} `
  return `${timestamp} ${meta.event.provider}${where}[${level}]${message}\n`
}

function lineView({ level, instance, message, region, timestamp, meta }: LogLine) {
  return {
    level,
    instance,
    message,
    region,
    timestamp,
    meta: {
      Instance: instance,
      Region: region,
      Event: { Provider: meta.event.provider },
      HTTP: {
        Request: { ID: '', Method: '', Version: '' },
        Response: { status_code: 0 },
      },
      Error: { Code: 0, Message: '' },
      URL: { Full: '' },
    },
  }
}
