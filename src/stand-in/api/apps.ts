import type { AppConfig } from '../config/shape.js'
import { FlyctlError } from '../failure.js'
import type { Api } from './api.js'
import { appCompactQuery, appQuery, currentConfigQuery, organizationsQuery } from './queries.js'

/** An app as GraphQL shows it. Raises FlyctlError where it is not there. */
export async function getApp({ ask }: Api, appName: string): Promise<object> {
  return (await ask<{ app: object }>({ query: appQuery, variables: { appName } })).app
}

/** The same with less. */
export async function getAppCompact({ ask }: Api, appName: string) {
  const asked = { query: appCompactQuery, variables: { appName } }
  return (await ask<{ appcompact: { readonly deployed: boolean } }>(asked)).appcompact
}

interface ConfigAnswer {
  readonly app: {
    readonly currentReleaseUnprocessed: { readonly configDefinition: AppConfig } | null
  }
}

/** What the newest release was deployed with, whichever flyctl did. Raises FlyctlError where there is none. */
export async function getCurrentConfig({ ask }: Api, appName: string): Promise<AppConfig> {
  const operationName = 'FlyctlConfigCurrentRelease'
  const asked = { query: currentConfigQuery, operationName, variables: { appName } }
  const release = (await ask<ConfigAnswer>(asked)).app.currentReleaseUnprocessed
  if (release === null) throw new FlyctlError(`no machines found for ${appName}`)
  return { ...release.configDefinition, app: appName }
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
