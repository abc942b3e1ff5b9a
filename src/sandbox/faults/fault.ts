import { z } from 'zod'

/** Where a fault strikes: the API that flyctl asks, the registry that docker asks, or machines. */
export const faultPlaces = ['api', 'registry', 'machine'] as const

/**
 * To requests: answers with a status, never answers, answers late, cuts the connection, or says that
 * somebody else holds the lease of a machine.
 */
const requestKinds = ['status', 'hang', 'latency', 'reset', 'lease'] as const

/** To machines: their app ends at once, is killed for lack of memory, listens late, or their host is gone. */
const machineKinds = ['crash', 'oom', 'slow-start', 'unreachable'] as const

export const faultKinds = [...requestKinds, ...machineKinds] as const

const known = z.object({
  id: z.string(),
  place: z.enum(faultPlaces),
  kind: z.enum(faultKinds),
  /** Only requests whose path contains this. */
  path: z.string().optional(),
  /** Only requests of this method. */
  method: z.string().optional(),
  /** Only machines of this app. */
  app: z.string().optional(),
  /** Of kind status. */
  status: z.number().int().min(400).max(599).default(500),
  /** How late, how long a lease is held from the first request on, or an app does not listen. */
  seconds: z.number().min(0).default(10),
  /** The first matching request, or start of a machine, that it strikes; 1 is the first of all. */
  nth: z.number().int().min(1).default(1),
  /** How many it strikes; without it, all from the nth on. */
  times: z.number().int().min(1).optional(),
})

/** A fault that somebody asked for. */
export const fault = known.refine(
  ({ place, kind }) => (place === 'machine') === machineKinds.some((each) => each === kind),
  {
    path: ['kind'],
    message: `machines have ${machineKinds.join(', ')}; requests ${requestKinds.join(', ')}`,
  },
)

export type Fault = z.output<typeof fault>

export type NewFault = Omit<z.input<typeof fault>, 'id'>

/** The file of faults in the state folder: written by the command line, read by the sandbox. */
export const faultFile = z.array(fault)
