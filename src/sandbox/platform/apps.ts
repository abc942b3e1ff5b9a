import { iso } from './clock.js'
import { isAtRest } from './machine-records.js'
import { organization } from './organization.js'
import { Refusal } from './refusal.js'
import type { App } from './rows.js'
import type { PlatformContext } from './tables.js'

/** `pending` before the first release, `suspended` while every machine is stopped. */
export type AppStatus = 'pending' | 'deployed' | 'suspended'

const nameForm = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/** Apps named like this belong to somebody else, so that the refusal can be tried. */
const foreign = /-taken$/

export function createApps({ tables, clock }: PlatformContext) {
  function find(name: string): App | undefined {
    return tables.apps.get(name)
  }
  return {
    find,
    list: () => tables.apps.list(),
    /** Raises Fly's 404 for an app that is absent or somebody else's. */
    get(name: string): App {
      const app = find(name)
      if (app === undefined) throw new Refusal(404, `Could not find App "${name}"`)
      return app
    },
    create(wanted: { name: string; organization: string; network: string; port: number }): App {
      const { name, network, port } = wanted
      if (wanted.organization !== organization.slug) {
        throw new Refusal(404, `organization not found: ${wanted.organization}`)
      }
      checkName(name)
      if (foreign.test(name) || find(name) !== undefined) {
        throw new Refusal(422, 'Validation failed: Name has already been taken', 'name_taken')
      }
      // Random, so that a token which names an app that is gone opens no later one.
      const internalNumericId = Number.parseInt(clock.randomHex(4), 16) & 0x7fff_ffff || 1
      return tables.apps.put({ name, internalNumericId, network, port, createdAt: iso(clock) })
    },
    /** Another process may have taken the old one while the sandbox was down. */
    setPort: (name: string, port: number) => tables.apps.patch(name, { port }),
    status(name: string): AppStatus {
      const machines = tables.machines.list((row) => row.app === name && row.state !== 'destroyed')
      if (machines.length === 0) return 'pending'
      return machines.every(({ state }) => isAtRest(state)) ? 'suspended' : 'deployed'
    },
    /** Forgets the app and everything of it. */
    remove(name: string): void {
      for (const { id } of tables.releases.list((row) => row.app === name))
        tables.releases.remove(id)
      for (const { id } of tables.machines.list((row) => row.app === name)) {
        tables.machines.remove(id)
        tables.leases.remove(id)
      }
      for (const row of tables.secrets.list((row) => row.app === name))
        tables.secrets.remove(`${name}/${row.name}`)
      for (const { id } of tables.addresses.list((row) => row.app === name))
        tables.addresses.remove(id)
      for (const { id } of tables.volumes.list((row) => row.app === name)) tables.volumes.remove(id)
      for (const { id } of tables.snapshots.list((row) => row.app === name))
        tables.snapshots.remove(id)
      for (const { hostname } of tables.certificates.list((row) => row.app === name))
        tables.certificates.remove(`${name}/${hostname}`)
      for (const { id } of tables.tokens.list((row) => row.app === name)) tables.tokens.remove(id)
      tables.apps.remove(name)
    },
  }
}

/** Texts of Fly's servers, as quoted in fly-go's flaps_error_test.go and seen in public issues. */
function checkName(name: string): void {
  if (name.length > 63) {
    throw new Refusal(
      422,
      'Validation failed: Name under 63 chars using numbers, lowercase letters and dashes',
    )
  }
  if (!nameForm.test(name)) {
    throw new Refusal(
      422,
      'Validation failed: Name may only contain numbers, lowercase letters and dashes',
    )
  }
}
