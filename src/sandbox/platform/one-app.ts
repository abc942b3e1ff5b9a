import type { Platform } from './platform.js'
import { Refusal } from './refusal.js'

/** The platform as a token for one app sees it: other apps are not there, and none can be made. */
export function onlyApp(platform: Platform, app: string): Platform {
  const { apps, releases, tokens } = platform
  const find = (name: string) => (name === app ? apps.find(name) : undefined)
  return {
    ...platform,
    apps: {
      ...apps,
      find,
      list: () => apps.list().filter(({ name }) => name === app),
      get(name) {
        if (name !== app) throw new Refusal(404, `Could not find App "${name}"`)
        return apps.get(name)
      },
      create() {
        throw new Refusal(403, 'Not authorized to create apps in this organization')
      },
    },
    releases: {
      ...releases,
      update(id, change) {
        const isOurs = releases.list(app).some((release) => release.id === id)
        if (!isOurs) throw new Refusal(404, `release ${id} not found`)
        return releases.update(id, change)
      },
    },
    tokens: {
      ...tokens,
      list: (of) => (of === app ? tokens.list(app) : []),
      find: (id) => ofApp(tokens.find(id)),
      create(wanted) {
        if (wanted.app !== app) throw new Refusal(403, 'Not authorized to create this token')
        return tokens.create(wanted)
      },
      revoke(id) {
        if (ofApp(tokens.find(id)) === undefined) {
          throw new Refusal(404, 'Could not find LimitedAccessToken')
        }
        return tokens.revoke(id)
      },
    },
  }

  function ofApp<Row extends { readonly app: string | null }>(row: Row | undefined) {
    return row?.app === app ? row : undefined
  }
}
