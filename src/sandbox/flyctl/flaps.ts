import { z } from 'zod'
import { FlyctlError } from './failure.js'
import { type Endpoint, type Request, send } from './http.js'

/** Asks the Machines API; paths begin behind /v1. */
export type Flaps = <Data>(request: Request, data: z.ZodType<Data>) => Promise<Data>

export const machineCheck = z.looseObject({
  name: z.string(),
  status: z.string(),
  output: z.string().nullish(),
  updated_at: z.string().nullish(),
})

const event = z.looseObject({
  type: z.string(),
  timestamp: z.number().default(0),
  request: z
    .looseObject({
      exit_event: z
        .looseObject({
          requested_stop: z.boolean().default(false),
          restarting: z.boolean().default(false),
          exit_code: z.number().default(0),
        })
        .nullish(),
      restart_count: z.number().default(0),
    })
    .nullish(),
})

/** A machine as the Machines API shows it; what the stand-in does not read stays as it is. */
export const machine = z.looseObject({
  id: z.string(),
  state: z.string(),
  region: z.string(),
  config: z.looseObject({ metadata: z.record(z.string(), z.string()).nullish() }).nullish(),
  events: z.array(event).nullish(),
  checks: z.array(machineCheck).nullish(),
  nonce: z.string().nullish(),
})
export type Machine = z.infer<typeof machine>
export type MachineCheck = z.infer<typeof machineCheck>

const failure = z.object({
  error: z.string().nullish(),
  message: z.string().nullish(),
  status: z.string().nullish(),
})

export function createFlaps(endpoint: Endpoint): Flaps {
  return async (request, data) => {
    const reply = await send(endpoint, { ...request, path: `/v1${request.path}` })
    const { status, text, requestId } = reply
    if (status <= 299) return data.parse(text === '' ? {} : JSON.parse(text))
    const { error, message, status: reason } = readFailure(text)
    throw new FlyctlError(message || error || text, {
      requestId,
      httpStatus: status,
      suggestion: suggestions[reason ?? ''],
    })
  }
}

function readFailure(text: string): z.infer<typeof failure> {
  try {
    return failure.parse(JSON.parse(text))
  } catch {
    return {}
  }
}

/** By the answer's `status` (fly-go, flaps/flaps_error.go). */
const suggestions: Readonly<Record<string, string>> = {
  insufficient_capacity: 'Try choosing a different region for machine creation',
  name_taken:
    'App names are unique across all of Fly.io, not just your organization, so this name may be held by an app you cannot see. Try a different name.',
}

/** An app's machines. Its failures say what was asked for. */
export function listMachines(flaps: Flaps, app: string): Promise<Machine[]> {
  return flaps({ method: 'GET', path: `/apps/${app}/machines` }, z.array(machine))
}

/** flyctl's own machines, as opposed to those made by hand (fly-go machine_types.go). */
export function isManaged({ config }: Machine): boolean {
  return config?.metadata?.fly_platform_version === 'v2'
}

export function processGroup({ config }: Machine): string {
  return config?.metadata?.fly_process_group ?? ''
}
