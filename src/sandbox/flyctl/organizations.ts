import { z } from 'zod'
import { organizationsQuery } from './queries.js'
import type { Session } from './session.js'

const answer = z.object({
  organizations: z.object({
    nodes: z.array(z.looseObject({ slug: z.string(), name: z.string(), type: z.string() })),
  }),
})

export type Organization = z.infer<typeof answer>['organizations']['nodes'][number]

/** The organizations that the token sees. */
export async function listOrganizations({ graphql }: Session): Promise<Organization[]> {
  const query = { query: organizationsQuery, variables: { admin: false } }
  return (await graphql(query, answer)).organizations.nodes
}
