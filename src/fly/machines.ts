import type { Machine, MachineCheck } from './flyctl.js'
import { inputsLabel, revisionLabel } from './image-labels.js'
import { lifeOf } from './machine-life.js'
import type { CheckReply, MachineReply } from './replies.js'

/** One machine of `flyctl status --json`, in our terms. */
export function toMachine(reply: MachineReply): Machine {
  const metadata = reply.config?.metadata ?? {}
  const services = reply.config?.services ?? []
  const configured = [
    ...services.flatMap((service) => service.checks ?? []),
    ...Object.values(reply.config?.checks ?? {}),
  ]
  const release = Number(metadata.fly_release_version)
  return {
    id: reply.id,
    processGroup: metadata.fly_process_group ?? 'app',
    region: reply.region ?? '',
    state: reply.state,
    release: Number.isInteger(release) ? release : undefined,
    image: imageOf(reply),
    imageDigest: reply.image_ref?.digest ?? undefined,
    commit: reply.image_ref?.labels?.[revisionLabel],
    inputs: reply.image_ref?.labels?.[inputsLabel],
    checks: (reply.checks ?? []).map(toCheck),
    hasService: services.length > 0,
    answersHttp: services.some(({ ports }) =>
      ports?.some(({ handlers }) => handlers?.includes('http')),
    ),
    checksConfigured: configured.length,
    ...lifeOf(reply),
    hostReachable: reply.host_status !== 'unreachable',
    checkPath: configured.find(({ path }) => path)?.path ?? undefined,
    size: sizeOf(reply),
  }
}

function toCheck({ name, status, output, updated_at }: CheckReply): MachineCheck {
  const updatedAtMs = Date.parse(updated_at ?? '')
  return {
    name,
    status,
    output: output ?? '',
    updatedAtMs: Number.isNaN(updatedAtMs) ? undefined : updatedAtMs,
  }
}

function sizeOf({ config }: MachineReply): Machine['size'] {
  const guest = config?.guest
  if (!guest?.cpu_kind || !guest.cpus || !guest.memory_mb) return undefined
  return { cpuKind: guest.cpu_kind, cpus: guest.cpus, memoryMb: guest.memory_mb }
}

function imageOf({ image_ref: image }: MachineReply): string | undefined {
  if (!image?.registry || !image.repository) return undefined
  const name = `${image.registry}/${image.repository}`
  return image.tag ? `${name}:${image.tag}` : name
}
