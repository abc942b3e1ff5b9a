import { decode } from '../go/decode.js'
import { encode, toJson } from '../go/encode.js'
import { any, type GoType, string, struct, type ValueOf } from '../go/types.js'
import { FlyctlError } from '../program/failure.js'
import type { Endpoint } from './graphql.js'

const problem = struct('flaps', { error: string, message: string, status: string })

export interface MachinesRequest<Input, Answer> {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  /** Below /v1/apps. */
  readonly path: string
  readonly input?: { readonly type: GoType<Input>; readonly value: Input }
  readonly answer: GoType<Answer>
  /** Of the lease that is held. */
  readonly nonce?: string | undefined
  /** Instead of the endpoint's own. */
  readonly signal?: AbortSignal
}

export type CallMachines = <Input, Answer>(
  request: MachinesRequest<Input, Answer>,
) => Promise<Answer>

/** Of an answer that nobody reads. */
export const ignored = any

const suggestions: Readonly<Record<string, string>> = {
  insufficient_capacity: 'Try choosing a different region for machine creation',
  name_taken:
    'App names are unique across all of Fly.io, not just your organization, so this name may be held by an app you cannot see. Try a different name.',
}

/** Calls the Machines API. Failures carry the server's words (fly-go 0.9, flaps). */
export function createMachinesApi(endpoint: Endpoint): CallMachines {
  const { baseUrl, token, send } = endpoint
  return async ({ method = 'GET', path, input, answer, nonce, signal }) => {
    const { status, text, requestId } = await send({
      method,
      url: new URL(`/v1/apps${path}`, baseUrl).href,
      headers: {
        authorization: `Bearer ${token}`,
        ...(nonce === undefined ? {} : { 'fly-machine-lease-nonce': nonce }),
      },
      body: input === undefined ? undefined : toJson(encode(input.type, input.value)),
      signal: signal ?? endpoint.signal,
    })
    if (status > 299) throw refused(status, text, requestId)
    return decode(answer, text === '' ? undefined : JSON.parse(text))
  }
}

function refused(httpStatus: number, text: string, requestId: string | undefined): FlyctlError {
  const { error, message, status } = readProblem(text)
  const words = message || (error ?? `request returned non-2xx status: ${httpStatus}: ${text}`)
  const suggestion = suggestions[status ?? '']
  return new FlyctlError(words, {
    httpStatus,
    ...(requestId === undefined ? {} : { requestId }),
    ...(suggestion === undefined ? {} : { suggestion }),
  })
}

function readProblem(text: string): ValueOf<typeof problem> {
  try {
    return decode(problem, JSON.parse(text))
  } catch {
    return {}
  }
}
