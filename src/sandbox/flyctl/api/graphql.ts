import { decode } from '../go/decode.js'
import { any, type GoType, list, string, struct } from '../go/types.js'
import { FlyctlError, wrap } from '../program/failure.js'
import type { Send } from './http.js'

const errorsType = struct('graphql', { errors: list(struct('GraphQLError', { message: string })) })
const dataType = struct('graphql', { data: any })

/** What one endpoint needs to be asked. */
export interface Endpoint {
  readonly baseUrl: string
  readonly token: string
  readonly signal: AbortSignal
  readonly send: Send
}

export interface Query<Data> {
  readonly query: string
  /** Of the queries that flyctl's generated client sends. */
  readonly operationName?: string
  readonly variables?: Readonly<Record<string, unknown>>
  /** What `data` holds. */
  readonly answer: GoType<Data>
}

export type Ask = <Data>(query: Query<Data>) => Promise<Data>

/** Asks GraphQL. Failures carry the whole query, as flyctl's do (superfly/graphql 0.2.6). */
export function createGraphql({ baseUrl, token, signal, send }: Endpoint): Ask {
  return async ({ query, operationName, variables, answer }) => {
    try {
      const { status, text } = await send({
        method: 'POST',
        url: `${baseUrl}/graphql`,
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ query, variables: variables ?? null, operationName }),
        signal,
      })
      if (status !== 200) throw new FlyctlError(`server returned a non-200 status code: ${status}`)
      const body: unknown = JSON.parse(text)
      const [first] = decode(errorsType, body).errors ?? []
      if (first !== undefined) throw new FlyctlError(first.message ?? '')
      return decode(answer, decode(dataType, body).data)
    } catch (error) {
      throw wrap(`failed to run ${query}`, error)
    }
  }
}
