import { Hono } from 'hono'
import type { LogLine } from '../machines/log-book.js'
import { iso } from '../platform/clock.js'
import type { ApiContext } from './context.js'

const newestLines = 100

/**
 * An app's log, oldest first. `next_token` is the last line's time: asked with it, only newer lines
 * come. Without it the answer is never empty, as `flyctl logs --no-tail` would ask for ever
 * (flyctl 2026.8, logs/polling.go).
 */
export function logRoutes({ platform, machines }: ApiContext): Hono {
  const routes = new Hono()
  routes.get('/', async (c) => {
    const { name } = platform.apps.get(c.req.param('app') ?? '')
    const { next_token: token = '', instance, region } = c.req.query()
    const all = (await machines.logs(name)).filter(
      (line) =>
        (!instance || line.instance === instance) &&
        (!region || line.region === region) &&
        line.timestamp > token,
    )
    const lines = all.length > 0 || token !== '' ? all.slice(-newestLines) : [nothingYet()]
    const data = lines.map((line, index) => ({ id: String(index), attributes: lineView(line) }))
    return c.json({ data, meta: { next_token: lines.at(-1)?.timestamp ?? token } })
  })
  return routes

  function nothingYet(): LogLine {
    return {
      timestamp: iso(platform.clock),
      message: 'No machine of this app has said anything yet',
      level: 'info',
      instance: '',
      region: '',
      provider: 'runner',
    }
  }
}

function lineView({ provider, ...line }: LogLine) {
  const { instance, region } = line
  return {
    ...line,
    meta: {
      instance,
      region,
      event: { provider },
      http: { request: { id: '', method: '', version: '' }, response: { status_code: 0 } },
      error: { code: 0, message: '' },
      url: { full: '' },
    },
  }
}
