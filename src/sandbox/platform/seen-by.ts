import { type Access, demand } from './access.js'
import { actions } from './caveats.js'
import type { Platform } from './platform.js'
import { Refusal } from './refusal.js'

/** The platform as a token sees it: apps that it does not open are not there, and what it may not change stays. */
export function seenBy(platform: Platform, access: Access): Platform {
  const { apps, releases, machines, tokens } = platform
  const { read, write, all } = actions
  const isSeen = (app: string) => access.permits({ action: read, app })
  /** A token for less than all of an app, or of the organization, does nothing with its tokens. */
  const isOwn = (app: string | null) =>
    !access.isNarrowed && access.permits({ action: all, ...(app === null ? {} : { app }) })
  return {
    ...platform,
    apps: {
      ...apps,
      find: (name) => (isSeen(name) ? apps.find(name) : undefined),
      list: () => apps.list().filter(({ name }) => isSeen(name)),
      get(name) {
        if (!isSeen(name)) throw new Refusal(404, `Could not find App "${name}"`)
        return apps.get(name)
      },
    },
    machines: {
      ...machines,
      find(id) {
        const found = machines.find(id)
        if (found === undefined) return undefined
        return access.permits({ action: read, app: found.app, machine: id }) ? found : undefined
      },
    },
    releases: {
      ...releases,
      create(wanted) {
        demand(access, { action: write, app: wanted.app })
        return releases.create(wanted)
      },
      update(id, change) {
        const found = apps.list().find(({ name }) => isSeen(name) && hasRelease(name, id))
        if (found === undefined) throw new Refusal(404, `release ${id} not found`)
        demand(access, { action: write, app: found.name })
        return releases.update(id, change)
      },
    },
    tokens: {
      ...tokens,
      list: (of) => (isOwn(of) ? tokens.list(of) : []),
      create(wanted) {
        if (!isOwn(wanted.app)) throw new Refusal(403, 'Not authorized to create this token')
        return tokens.create(wanted)
      },
      revoke(id) {
        const found = tokens.find(id)
        if (found === undefined || !isOwn(found.app))
          throw new Refusal(404, 'Could not find LimitedAccessToken')
        return tokens.revoke(id)
      },
    },
  }

  function hasRelease(app: string, id: string): boolean {
    return releases.list(app).some((release) => release.id === id)
  }
}
