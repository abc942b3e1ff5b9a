import { Hono } from 'hono'
import { z } from 'zod'
import { organization } from '../platform/organization.js'
import type { Address, Certificate } from '../platform/rows.js'
import type { ApiContext } from './context.js'
import { appName } from './parameters.js'

/** Of a custom one, its private key is read by nobody: nothing here speaks TLS. */
const named = z.object({ hostname: z.string().min(1) })

/** `/v1/apps/:app/certificates` (fly-go, flaps/flaps_certificates.go). */
export function certificateRoutes({ platform }: ApiContext): Hono {
  const { certificates, addresses } = platform
  const routes = new Hono()
  const detail = (app: string, certificate: Certificate) =>
    detailView(certificate, addresses.list(app))
  routes.get('/', (c) => {
    const all = certificates.list(appName(c, platform)).map(summaryView)
    return c.json({ certificates: all, total_count: all.length })
  })
  for (const [path, source] of [
    ['acme', 'fly'],
    ['custom', 'custom'],
  ] as const) {
    routes.post(`/${path}`, async (c) => {
      const app = appName(c, platform)
      const { hostname } = named.parse(await c.req.json())
      return c.json(detail(app, certificates.add(app, hostname, source)), 201)
    })
    routes.delete(`/:hostname/${path}`, (c) => {
      certificates.removeSource(appName(c, platform), c.req.param('hostname'), source)
      return c.body(null, 204)
    })
  }
  routes.on(['GET', 'POST'], ['/:hostname', '/:hostname/check'], (c) => {
    const app = appName(c, platform)
    return c.json(detail(app, certificates.get(app, c.req.param('hostname'))))
  })
  routes.delete('/:hostname', (c) => {
    certificates.remove(appName(c, platform), c.req.param('hostname'))
    return c.body(null, 204)
  })
  return routes
}

const challenges = {
  acme_dns_configured: false,
  acme_alpn_configured: false,
  acme_http_configured: false,
  ownership_txt_configured: false,
}

function summaryView({ hostname, sources, createdAt, updatedAt }: Certificate) {
  return {
    hostname,
    status: 'pending_ownership',
    ...challenges,
    configured: false,
    acme_requested: sources.fly,
    has_custom_certificate: sources.custom,
    has_fly_certificate: sources.fly,
    created_at: createdAt,
    updated_at: updatedAt,
  }
}

function detailView({ app, hostname, sources, createdAt }: Certificate, all: readonly Address[]) {
  const held = (['fly', 'custom'] as const).filter((source) => sources[source])
  const ips = (...types: readonly Address['type'][]) =>
    all.filter(({ type }) => types.includes(type)).map(({ ip }) => ip)
  const bare = hostname.replace(/^\*\./, '')
  return {
    hostname,
    configured: false,
    acme_requested: sources.fly,
    status: 'pending_ownership',
    certificates: held.map((source) => ({
      source,
      status: 'pending_ownership',
      created_at: createdAt,
      issued: [],
    })),
    validation: {
      dns_configured: false,
      alpn_configured: false,
      http_configured: false,
      ownership_txt_configured: false,
    },
    dns_requirements: {
      a: ips('v4', 'shared_v4'),
      aaaa: ips('v6'),
      cname: `${app}.fly.dev`,
      acme_challenge: { name: `_acme-challenge.${bare}`, target: `${bare}.${app}.flydns.net` },
      ownership: {
        name: `_fly-ownership.${bare}`,
        app_value: `app-${app}`,
        org_value: `org-${organization.slug}`,
      },
    },
  }
}
