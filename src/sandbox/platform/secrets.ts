import { createHash } from 'node:crypto'
import { iso } from './clock.js'
import type { Secret } from './rows.js'
import type { PlatformContext } from './tables.js'

export function createSecrets({ tables, clock }: PlatformContext) {
  const ofApp = (app: string) => tables.secrets.list((row) => row.app === app)
  return {
    list: (app: string): readonly Secret[] =>
      ofApp(app).toSorted((a, b) => a.name.localeCompare(b.name)),
    /** Sets each value; null removes the secret. */
    update(app: string, values: Readonly<Record<string, string | null>>): void {
      const at = iso(clock)
      for (const [name, value] of Object.entries(values)) {
        const key = `${app}/${name}`
        if (value === null) tables.secrets.remove(key)
        else {
          const createdAt = tables.secrets.get(key)?.createdAt ?? at
          tables.secrets.put({ app, name, value, digest: digest(value), createdAt, updatedAt: at })
        }
      }
    },
    environment: (app: string): Readonly<Record<string, string>> =>
      Object.fromEntries(ofApp(app).map(({ name, value }) => [name, value])),
  }
}

/** Fly shows 16 hexadecimal digits. */
function digest(value: string): string {
  return createHash('sha256').update(value).digest('hex').slice(0, 16)
}
