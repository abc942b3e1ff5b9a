import { wrapping } from '../failure.js'
import type { Api } from './api.js'

/** What of a machine the stand-in reads or sets (fly-go 0.9, machine_types.go); the rest it hands on. */
export interface Machine {
  readonly id: string
  readonly state: string
  readonly region: string
  readonly updated_at: string
  readonly config: MachineConfig
  /** Newest first. */
  readonly events?: readonly MachineEvent[]
  readonly checks?: readonly { readonly name: string; readonly status: string }[]
  /** Of the lease that whoever launched it was given. */
  readonly nonce?: string
}

interface MachineEvent {
  readonly type: string
  readonly timestamp: number
  readonly request?: { readonly exit_event?: ExitEvent; readonly restart_count?: number }
}

interface ExitEvent {
  readonly exit_code?: number
  readonly requested_stop?: boolean
  readonly restarting?: boolean
}

type Texts = Readonly<Record<string, string>>

export interface MachineConfig {
  readonly image?: string | undefined
  readonly env?: Texts
  readonly metadata?: Texts
  readonly init?: object
  readonly guest?: object | undefined
  readonly services?: readonly { readonly checks?: readonly object[] }[]
  readonly checks?: object
  readonly mounts?: readonly MachineMount[]
  readonly [other: string]: unknown
}

export interface MachineMount {
  readonly path?: string | undefined
  readonly name?: string | undefined
  readonly volume?: string | undefined
}

/** What creates or changes a machine. */
export interface LaunchInput {
  readonly config: MachineConfig
  readonly region: string
  readonly skip_launch?: boolean
  readonly lease_ttl?: number
}

const gone = ['destroyed', 'destroying']

/** The machines that deploys manage, by their metadata. */
export async function listMachines({ machines }: Api, app: string): Promise<readonly Machine[]> {
  const asking = machines<readonly Machine[]>({ path: `/${app}/machines` })
  return (await wrapping('failed to list active VMs', asking)).filter((machine) => {
    const isManaged = machine.config.metadata?.fly_platform_version === 'v2'
    return isManaged && !gone.includes(machine.state)
  })
}

export function getMachine({ machines }: Api, app: string, id: string, signal: AbortSignal) {
  const asking = machines<Machine>({ path: `/${app}/machines/${id}`, signal })
  return wrapping(`failed to get VM ${id}`, asking)
}

export function groupOf({ config }: Machine): string {
  return config.metadata?.fly_process_group ?? ''
}

/** As flyctl's lines name a machine: its id and its process group. */
export function machineName(machine: Machine): string {
  return `${machine.id} [${groupOf(machine)}]`
}
