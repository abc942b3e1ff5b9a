import { z } from 'zod'

/** Where a fault strikes: the API that flyctl asks, or the registry that docker asks. */
export const faultPlaces = ['api', 'registry'] as const

/**
 * What it does: answers with a status, never answers, answers late, cuts the connection, or says that
 * somebody else holds the lease of a machine.
 */
export const faultKinds = ['status', 'hang', 'latency', 'reset', 'lease'] as const

/** A fault that somebody asked for. */
export const fault = z.object({
  id: z.string(),
  place: z.enum(faultPlaces),
  kind: z.enum(faultKinds),
  /** Only requests whose path contains this. */
  path: z.string().optional(),
  /** Only requests of this method. */
  method: z.string().optional(),
  /** Of kind status. */
  status: z.number().int().min(400).max(599).default(500),
  /** How late, or for how long a lease is held from the first request on. */
  seconds: z.number().min(0).default(10),
  /** The first matching request that it strikes; 1 is the first of all. */
  nth: z.number().int().min(1).default(1),
  /** How many requests it strikes; without it, all from the nth on. */
  times: z.number().int().min(1).optional(),
})

export type Fault = z.output<typeof fault>

export type NewFault = Omit<z.input<typeof fault>, 'id'>

/** The file of faults in the state folder: written by the command line, read by the sandbox. */
export const faultFile = z.array(fault)
