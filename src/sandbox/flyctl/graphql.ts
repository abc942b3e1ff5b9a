import { z } from 'zod'
import { FlyctlError, wrapping } from './failure.js'
import { type Endpoint, send } from './http.js'

const answer = z.object({
  data: z.unknown(),
  errors: z.array(z.object({ message: z.string() })).nullish(),
})

/** Asks Fly's GraphQL API; the result is what the schema reads out of `data`. */
export type GraphQl = <Data>(query: Query, data: z.ZodType<Data>) => Promise<Data>

export interface Query {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
}

/** Its failures carry the whole query, as flyctl's do. */
export function createGraphQl(endpoint: Endpoint): GraphQl {
  return ({ query, variables }, data) => {
    const body = { query, variables: variables ?? null }
    return wrapping(`failed to run ${query}: `, async () => {
      const { status, text } = await send(endpoint, { method: 'POST', path: '/graphql', body })
      if (status !== 200) throw new FlyctlError(`server returned a non-200 status code: ${status}`)
      const { data: found, errors } = answer.parse(JSON.parse(text))
      const [first] = errors ?? []
      if (first !== undefined) throw new FlyctlError(first.message)
      return data.parse(found)
    })
  }
}
