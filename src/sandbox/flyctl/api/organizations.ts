import { list, struct } from '../go/types.js'
import { FlyctlError } from '../program/failure.js'
import type { Host } from '../program/host.js'
import { type Organization, organization } from '../shapes/app.js'
import type { Api } from './api.js'
import { organizationsQuery } from './queries.js'

const answer = struct('Query', {
  organizations: struct('OrganizationConnection', { nodes: list(organization) }),
})

export async function listOrganizations({ ask }: Api): Promise<readonly Organization[]> {
  const variables = { admin: false }
  const { organizations } = await ask({ query: organizationsQuery, variables, answer })
  return organizations?.nodes ?? []
}

/** The one of that slug; without a slug the only one, if it is personal. Raises FlyctlError. */
export async function selectOrganization(
  api: Api,
  host: Host,
  slug: string,
): Promise<Organization> {
  const organizations = await listOrganizations(api)
  const [only] = organizations
  if (slug === '' && organizations.length === 1 && only?.Type === 'PERSONAL') {
    host.err(`automatically selected personal organization: ${only.Name}\n`)
    return only
  }
  if (slug === '')
    throw new FlyctlError('org slug must be specified when not running interactively')
  const found = organizations.find(({ Slug }) => Slug === slug)
  if (found === undefined) throw new FlyctlError(`organization ${slug} not found`)
  return found
}
