import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'

/** What a platform shows of an app's machines; the rest of it is no matter here. */
const machine = z.object({
  id: z.string(),
  state: z.string(),
  instance_id: z.string(),
  host_status: z.string(),
  image_ref: z.object({ tag: z.string(), labels: z.record(z.string(), z.string()).nullish() }),
  checks: z.array(z.object({ status: z.string() })).default([]),
})

export type ShownMachine = z.output<typeof machine>

/** What can be seen of a platform from outside, with its token. */
export interface Evidence {
  apps(): Promise<readonly string[]>
  machines(app: string): Promise<readonly ShownMachine[]>
  /** Undefined where nothing answers. */
  page(app: string, path: string): Promise<{ status: number; text: string } | undefined>
  /** Why the app is not healthy; undefined where it is, looked at for some seconds. */
  ailment(app: string): Promise<string | undefined>
}

const patienceMs = 5_000

export function createEvidence(env: Readonly<Record<string, string>>): Evidence {
  const headers = { authorization: `Bearer ${env.FLY_API_TOKEN}` }
  async function ask(path: string, body?: object): Promise<unknown> {
    const how = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
    return (await fetch(`${env.FLY_API_BASE_URL}${path}`, { headers, ...how })).json()
  }

  async function machines(app: string): Promise<readonly ShownMachine[]> {
    return z
      .array(machine)
      .catch([])
      .parse(await ask(`/v1/apps/${app}/machines`))
  }

  async function page(app: string, path: string) {
    const query = 'query($name: String!) { app(name: $name) { appUrl } }'
    const form = z.object({ data: z.object({ app: z.object({ appUrl: z.string() }) }) })
    const found = form.safeParse(await ask('/graphql', { query, variables: { name: app } })).data
    if (found === undefined) return undefined
    const answer = await fetch(`${found.data.app.appUrl}${path}`).catch(() => undefined)
    return answer && { status: answer.status, text: await answer.text().catch(() => '') }
  }

  async function ailmentNow(app: string): Promise<string | undefined> {
    const all = await machines(app)
    const started = all.filter(({ state }) => state === 'started')
    if (all.length === 0) return 'it has no machine'
    if (started.length === 0) return `its machines are ${all.map(({ state }) => state).join(', ')}`
    const gone = started.find(({ host_status }) => host_status !== 'ok')
    if (gone !== undefined) return `the host of machine ${gone.id} is ${gone.host_status}`
    const bad = started.flatMap(({ checks }) => checks).find(({ status }) => status !== 'passing')
    if (bad !== undefined) return `a check is ${bad.status}`
    const answer = await page(app, '/')
    if (answer === undefined || answer.status >= 500)
      return `its page answers ${answer?.status ?? 'nothing'}`
    return undefined
  }

  return {
    async apps() {
      const form = z.object({ apps: z.array(z.object({ name: z.string() })) })
      return form.parse(await ask('/v1/apps?org_slug=personal')).apps.map(({ name }) => name)
    },
    machines,
    page,
    async ailment(app) {
      const deadlineMs = Date.now() + patienceMs
      for (;;) {
        const found = await ailmentNow(app)
        if (found === undefined || Date.now() > deadlineMs) return found
        await sleep(200)
      }
    },
  }
}
