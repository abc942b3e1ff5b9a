import { z } from 'zod'
import { regions } from '../platform/regions.js'

/** Where a fault strikes: the API that flyctl asks, the registry that docker asks, machines, or the whole platform. */
export const faultPlaces = ['api', 'registry', 'machine', 'platform'] as const

export const kindsOf = {
  /**
   * Answers with a status, never answers, answers late, cuts the connection before the answer or in the middle of it, or
   * says that somebody else holds the lease of a machine.
   */
  api: ['status', 'hang', 'latency', 'reset', 'truncate', 'lease'],
  registry: ['status', 'hang', 'latency', 'reset', 'truncate'],
  /** Their app ends at once, is killed for lack of memory, listens late, or their host is gone. */
  machine: ['crash', 'oom', 'slow-start', 'unreachable'],
  /** Its clock is not ours. */
  platform: ['clock-skew'],
} as const

export const faultKinds = [...kindsOf.api, ...kindsOf.machine, ...kindsOf.platform] as const

const regionCodes = regions.map(({ code }) => code)

/** What a fault is, but for its id. */
export const newFault = z
  .strictObject({
    place: z.enum(faultPlaces),
    kind: z.enum(faultKinds),
    /** Only requests whose path contains this. */
    path: z.string().optional(),
    /** Only requests of this method. */
    method: z.string().optional(),
    /** Only machines of this app, and requests that name it: by their path, or GraphQL. */
    app: z.string().optional(),
    /** Only machines in this region. */
    region: z
      .string()
      .refine((code) => regionCodes.includes(code), `must be one of ${regionCodes.join(', ')}`)
      .optional(),
    /** Only the machine of this id, and requests that name it. */
    machine: z.string().optional(),
    /** Of kind status. */
    status: z.number().int().min(400).max(599).default(500),
    /** Of kind status: the header Retry-After, in seconds. */
    retry_after: z.number().int().min(0).optional(),
    /** How late, how long a lease is held from the first request on, an app does not listen, or a clock is fast. */
    seconds: z.number().default(10),
    /** The first matching request, or start of a machine, that it strikes; 1 is the first of all. */
    nth: z.number().int().min(1).default(1),
    /** How many it strikes; without it, all from the nth on. */
    times: z.number().int().min(1).optional(),
    /** For how many seconds it strikes, from the nth on; without it, until it is cleared. */
    for: z.number().min(0).optional(),
    /** How likely it strikes one that it may strike. */
    probability: z.number().min(0).max(1).default(1),
    /** The same seed strikes the same ones again. */
    seed: z.number().int().default(1),
    /** Of kind unreachable: the share of the machines whose hosts are gone, rounded down. */
    share: z.number().min(0).max(1).default(1),
  })
  .refine(({ place, kind }) => kindsOf[place].some((each) => each === kind), {
    path: ['kind'],
    message: Object.entries(kindsOf)
      .map(([place, kinds]) => `${place} has ${kinds.join(', ')}`)
      .join('; '),
  })
  .refine(({ kind, seconds }) => seconds >= 0 || kind === 'clock-skew', {
    path: ['seconds'],
    message: 'only a clock can be late by less than nothing',
  })

/** A fault that somebody asked for. */
export const fault = newFault.safeExtend({ id: z.string() })

export type Fault = z.output<typeof fault>

export type NewFault = z.input<typeof newFault>

/** The file of faults in the state folder: written by the command line and the API, read by the sandbox. */
export const faultFile = z.array(fault)
