import { FlyctlError } from '../failure.js'
import type { Api } from './api.js'
import { appCompactQuery, appQuery, organizationsQuery } from './queries.js'

/** An app as GraphQL shows it. Raises FlyctlError where it is not there. */
export async function getApp({ ask }: Api, appName: string): Promise<object> {
  return (await ask<{ app: object }>({ query: appQuery, variables: { appName } })).app
}

/** The same with less. */
export async function getAppCompact({ ask }: Api, appName: string) {
  const asked = { query: appCompactQuery, variables: { appName } }
  return (await ask<{ appcompact: { readonly deployed: boolean } }>(asked)).appcompact
}

interface OrganizationsAnswer {
  readonly organizations: { readonly nodes: readonly { slug: string; name: string }[] }
}

export async function listOrganizations({ ask }: Api) {
  const asked = { query: organizationsQuery, variables: { admin: false } }
  return (await ask<OrganizationsAnswer>(asked)).organizations.nodes
}

/** Raises FlyctlError without a slug, or where no organization has it. */
export async function requireOrganization(api: Api, slug: string | undefined): Promise<string> {
  if (!slug) throw new FlyctlError('org slug must be specified when not running interactively')
  if ((await listOrganizations(api)).some((each) => each.slug === slug)) return slug
  throw new FlyctlError(`organization ${slug} not found`)
}
