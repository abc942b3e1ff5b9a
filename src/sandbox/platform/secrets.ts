import { iso } from './clock.js'
import type { Secret } from './rows.js'
import type { PlatformContext } from './tables.js'

export function createSecrets({ tables, clock }: PlatformContext) {
  const ofApp = (app: string) => tables.secrets.list((row) => row.app === app)
  return {
    list: (app: string): readonly Secret[] =>
      ofApp(app).toSorted((a, b) => a.name.localeCompare(b.name)),
    /**
     * Sets each value; null removes the secret. The digest, of Fly's 16 hexadecimal digits, stays as long as the value does,
     * and is not made of it: nobody can try values until one fits.
     */
    update(app: string, values: Readonly<Record<string, string | null>>): void {
      const at = iso(clock)
      for (const [name, value] of Object.entries(values)) {
        const key = `${app}/${name}`
        if (value === null) tables.secrets.remove(key)
        else {
          const known = tables.secrets.get(key)
          const digest = known?.value === value ? known.digest : clock.randomHex(8)
          const createdAt = known?.createdAt ?? at
          tables.secrets.put({ app, name, value, digest, createdAt, updatedAt: at })
        }
      }
    },
    environment: (app: string): Readonly<Record<string, string>> =>
      Object.fromEntries(ofApp(app).map(({ name, value }) => [name, value])),
  }
}
