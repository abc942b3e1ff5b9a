import { z } from 'zod'

/** What a running sandbox tells everybody else. */
export const runFile = z.object({
  id: z.string(),
  pid: z.number(),
  token: z.string(),
  /** Base address of GraphQL, the Machines API and the rest. */
  apiUrl: z.string(),
  /** `127.0.0.1:PORT` of the registry's proxy. */
  registryHost: z.string(),
  /** DOCKER_HOST of an engine of our own, else null. */
  dockerHost: z.string().nullable(),
  /** Address of the buildkitd at which flyctl builds, where there is one. */
  builder: z.string().nullish(),
  /** The flyctl stand-in as a program. */
  flyctl: z.string(),
})

export type RunFile = z.infer<typeof runFile>
