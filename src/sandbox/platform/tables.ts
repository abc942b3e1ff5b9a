import type { Clock } from './clock.js'
import type {
  Address,
  App,
  Certificate,
  Lease,
  Machine,
  Release,
  Secret,
  Snapshot,
  Token,
  Volume,
} from './rows.js'
import { type Changed, createTable, type Table } from './table.js'

interface Rows {
  readonly apps: App
  readonly releases: Release
  readonly machines: Machine
  readonly leases: Lease
  readonly secrets: Secret
  readonly addresses: Address
  readonly volumes: Volume
  readonly snapshots: Snapshot
  readonly certificates: Certificate
  readonly tokens: Token
}

export type Tables = { readonly [Name in keyof Rows]: Table<Rows[Name]> } & {
  readonly snapshot: () => SavedState
}

/** The whole state as plain JSON. */
export type SavedState = { readonly [Name in keyof Rows]: readonly Rows[Name][] }

/** What each set of rules works on. */
export interface PlatformContext {
  readonly tables: Tables
  readonly clock: Clock
}

export function createTables(saved: SavedState | undefined, changed: Changed): Tables {
  const tables = {
    apps: createTable<App>({ key: (row) => row.name, rows: saved?.apps, changed }),
    releases: createTable<Release>({ key: (row) => row.id, rows: saved?.releases, changed }),
    machines: createTable<Machine>({ key: (row) => row.id, rows: saved?.machines, changed }),
    leases: createTable<Lease>({ key: (row) => row.machine, rows: saved?.leases, changed }),
    secrets: createTable<Secret>({
      key: (row) => `${row.app}/${row.name}`,
      rows: saved?.secrets,
      changed,
    }),
    addresses: createTable<Address>({ key: (row) => row.id, rows: saved?.addresses, changed }),
    volumes: createTable<Volume>({ key: (row) => row.id, rows: saved?.volumes, changed }),
    snapshots: createTable<Snapshot>({ key: (row) => row.id, rows: saved?.snapshots, changed }),
    certificates: createTable<Certificate>({
      key: (row) => `${row.app}/${row.hostname}`,
      rows: saved?.certificates,
      changed,
    }),
    tokens: createTable<Token>({ key: (row) => row.id, rows: saved?.tokens, changed }),
  }
  return {
    ...tables,
    snapshot: () => ({
      apps: tables.apps.list(),
      releases: tables.releases.list(),
      machines: tables.machines.list(),
      leases: tables.leases.list(),
      secrets: tables.secrets.list(),
      addresses: tables.addresses.list(),
      volumes: tables.volumes.list(),
      snapshots: tables.snapshots.list(),
      certificates: tables.certificates.list(),
      tokens: tables.tokens.list(),
    }),
  }
}
