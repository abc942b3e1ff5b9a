import type { Machine, MachineCheck } from './flaps.js'
import { goTime } from './go-json.js'

/** A machine as flyctl prints it: what its `fly.Machine` has no field for is left out. */
export function machineView({ version: _version, ...machine }: Machine): Record<string, unknown> {
  const { image_ref, events, checks, cordoned, host_status, ...rest } = machine
  return {
    ...rest,
    image_ref: withoutEmptyLabels(image_ref),
    ...(events ? { events: events.map(({ id: _id, ...event }) => event) } : {}),
    ...(checks && checks.length > 0 ? { checks: checks.map(checkView) } : {}),
    host_status,
    cordoned,
  }
}

export function checkView({ name, status, output, updated_at }: MachineCheck) {
  return {
    name,
    status,
    ...(output ? { output } : {}),
    ...(updated_at ? { updated_at: goTime(updated_at) } : {}),
  }
}

function withoutEmptyLabels(imageRef: unknown): unknown {
  if (imageRef === null || typeof imageRef !== 'object' || !('labels' in imageRef)) return imageRef
  const { labels, ...rest } = imageRef
  const isEmpty = labels === null || Object.keys(labels ?? {}).length === 0
  return isEmpty ? rest : imageRef
}
