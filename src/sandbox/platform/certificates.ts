import { iso } from './clock.js'
import { Refusal } from './refusal.js'
import type { Certificate } from './rows.js'
import type { PlatformContext } from './tables.js'

/** What a certificate comes from: `fly` is one that Fly asks for, `custom` one that was handed over. */
export type CertificateSource = keyof Certificate['sources']

/** Names that apps are to be served under. No DNS leads to a sandbox: none of them is ever verified. */
export function createCertificates({ tables, clock }: PlatformContext) {
  const keyOf = (app: string, hostname: string) => `${app}/${hostname}`
  function get(app: string, hostname: string): Certificate {
    const found = tables.certificates.get(keyOf(app, hostname))
    if (found === undefined) throw new Refusal(404, `certificate for ${hostname} not found`)
    return found
  }
  return {
    get,
    list: (app: string) => tables.certificates.list((row) => row.app === app),
    add(app: string, hostname: string, source: CertificateSource): Certificate {
      const now = iso(clock)
      const none = { fly: false, custom: false }
      const before = tables.certificates.get(keyOf(app, hostname))
      const { sources, createdAt } = before ?? { sources: none, createdAt: now }
      const added = { ...sources, [source]: true }
      return tables.certificates.put({ app, hostname, sources: added, createdAt, updatedAt: now })
    },
    /** The name stays while the other source is left. */
    removeSource(app: string, hostname: string, source: CertificateSource): void {
      const { sources, ...row } = get(app, hostname)
      const left = { ...sources, [source]: false }
      if (left.fly || left.custom)
        tables.certificates.put({ ...row, sources: left, updatedAt: iso(clock) })
      else tables.certificates.remove(keyOf(app, hostname))
    },
    remove(app: string, hostname: string): void {
      get(app, hostname)
      tables.certificates.remove(keyOf(app, hostname))
    },
  }
}
