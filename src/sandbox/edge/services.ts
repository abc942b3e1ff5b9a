import type { MachineConfig, MachineService } from '../platform/machine-config.js'

/** The service that the app's port leads to: the first with ports. */
export function publicService(config: MachineConfig): MachineService | undefined {
  return config.services?.find(({ ports }) => (ports ?? []).length > 0)
}
