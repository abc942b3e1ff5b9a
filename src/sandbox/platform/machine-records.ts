import { iso } from './clock.js'
import type { MachineConfig } from './machine-config.js'
import { privateAddress } from './private-address.js'
import { Refusal } from './refusal.js'
import type { CheckStatus, ImageRef, Machine, MachineEvent, MachineState } from './rows.js'
import type { PlatformContext } from './tables.js'

export interface NewMachine {
  readonly app: string
  readonly name: string | undefined
  readonly region: string
  readonly config: MachineConfig
  readonly image: ImageRef
}

export type NewEvent = Omit<MachineEvent, 'id' | 'timestampMs'>

/** Fly keeps about this many. */
const keptEvents = 20

/** Nothing of it runs, and a start or a request may wake it. */
export function isAtRest(state: MachineState): boolean {
  return state === 'stopped' || state === 'suspended'
}

/** Or on its way to be. */
export function isGone(state: MachineState): boolean {
  return state === 'destroying' || state === 'destroyed'
}

/** Whether nothing of it ran when its new version came: by what it did last before that. */
export function restedBefore({ events }: Pick<Machine, 'events'>): boolean {
  const last = events.find(({ type }) => ['start', 'exit', 'stop', 'suspend'].includes(type))
  return last !== undefined && last.type !== 'start' && last.exit?.restarting !== true
}

/** What is recorded of machines; the containers are another module's. `prefix`: the first 64 bits of their addresses. */
export function createMachineRecords({ tables, clock }: PlatformContext, prefix: string) {
  // An earlier version saved others.
  for (const { id } of tables.machines.list())
    tables.machines.refresh(id, { privateIp: privateAddress(prefix, id) })
  const find = (id: string) => tables.machines.get(id)
  function get(app: string, id: string): Machine {
    const machine = find(id)
    if (machine === undefined || machine.app !== app) throw new Refusal(404, 'machine not found')
    return machine
  }
  function patch(id: string, change: Partial<Machine>): void {
    tables.machines.patch(id, { ...change, updatedAt: iso(clock) })
  }
  function withEvent(machine: Machine, event: NewEvent): readonly MachineEvent[] {
    const recorded = { ...event, id: clock.randomHex(13), timestampMs: clock.now() }
    return [recorded, ...machine.events].slice(0, keptEvents)
  }
  function setState(id: string, state: MachineState, event?: NewEvent): void {
    const machine = find(id)
    if (machine === undefined) return
    patch(id, { state, ...(event === undefined ? {} : { events: withEvent(machine, event) }) })
  }
  return {
    find,
    get,
    list: (app?: string) => tables.machines.list((row) => app === undefined || row.app === app),
    /** An app's machines without the destroyed ones. */
    present: (app: string) =>
      tables.machines.list((row) => row.app === app && row.state !== 'destroyed'),
    create({ app, name, region, config, image }: NewMachine): Machine {
      const at = iso(clock)
      const id = clock.randomHex(7)
      return tables.machines.put({
        id,
        app,
        name: name || `sandbox-${clock.randomHex(2)}`,
        state: 'created',
        region,
        image,
        config,
        instanceId: instanceId(clock.randomHex(13)),
        privateIp: privateAddress(prefix, id),
        createdAt: at,
        updatedAt: at,
        events: [],
        checks: [],
        cordoned: false,
      })
    },
    /** A new version of the configuration. */
    replace(id: string, config: MachineConfig, image: ImageRef): void {
      const version = instanceId(clock.randomHex(13))
      patch(id, { config, image, instanceId: version, state: 'replacing', checks: [] })
    },
    setState,
    setCordoned: (id: string, cordoned: boolean) => patch(id, { cordoned }),
    /** Its configuration is not a new version by that. Without a value, the key goes. */
    setMetadata(id: string, key: string, value: string | undefined): void {
      const config = find(id)?.config
      if (config === undefined) return
      const others = Object.entries(config.metadata ?? {}).filter(([other]) => other !== key)
      const entries = value === undefined ? others : [...others, [key, value]]
      patch(id, { config: { ...config, metadata: Object.fromEntries(entries) } })
    },
    /** Checks change often and are not a change of the machine: `updatedAt` stays. */
    setChecks(id: string, checks: readonly CheckStatus[]): void {
      tables.machines.refresh(id, { checks })
    },
    /** The record stays, so that whoever waits for the end still learns how it ended. */
    destroy(id: string, event: NewEvent): void {
      setState(id, 'destroyed', event)
      tables.leases.remove(id)
      for (const volume of tables.volumes.list((row) => row.machine === id)) {
        tables.volumes.patch(volume.id, { machine: null })
      }
    },
    /** Forgets the destroyed ones. */
    purge(): void {
      const gone = tables.machines.list((row) => row.state === 'destroyed')
      for (const { id } of gone) tables.machines.remove(id)
    },
  }
}

/** 26 characters, as Fly's ULIDs. */
function instanceId(hex: string): string {
  return `01${hex.slice(0, 24)}`.toUpperCase()
}
