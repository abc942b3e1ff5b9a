import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { streamSSE } from 'hono/streaming'
import { snapshotOf, type Windowed } from './snapshot.js'

/** The page, which has nothing of the sandbox in it: what it shows it asks for, with the key that stands behind # in its address. */
const pageFiles: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'window.css': 'text/css; charset=utf-8',
  'window.js': 'text/javascript; charset=utf-8',
}

/** `/window`: the page, out of that folder. It may load nothing from elsewhere, and is shown in no frame. */
export function windowPage(folder: string): Hono {
  const routes = new Hono()
  routes.use(
    secureHeaders({
      strictTransportSecurity: false,
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    }),
  )
  routes.get('/:file', async (c) => {
    const name = c.req.param('file')
    const type = pageFiles[name]
    if (type === undefined) return c.notFound()
    return c.body(await readFile(join(folder, name), 'utf8'), 200, { 'content-type': type })
  })
  return routes
}

const lookMs = 500

/** `/sandbox/window?app=NAME`: what the page shows, at once and whenever it has changed, as server-sent events. */
export function windowEvents(sandbox: Windowed): Hono {
  const routes = new Hono()
  routes.get('/', (c) =>
    streamSSE(c, async (stream) => {
      let told = ''
      while (!stream.aborted) {
        const data = JSON.stringify(await snapshotOf(sandbox, c.req.query('app')))
        if (data !== told) await stream.writeSSE({ data })
        told = data
        await stream.sleep(lookMs)
      }
    }),
  )
  return routes
}
