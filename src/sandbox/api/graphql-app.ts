import { organization, user } from '../platform/organization.js'
import { Refusal } from '../platform/refusal.js'
import type { Address, App, Machine, Release, Token } from '../platform/rows.js'
import type { ApiContext } from './context.js'

interface First {
  readonly first?: number
}

/** An app for the GraphQL library: fields are values, or functions of the query's arguments. */
export function appObject(app: App, context: ApiContext) {
  const { platform, images } = context
  const { name, internalNumericId, network, createdAt, port } = app
  const status = platform.apps.status(name)
  const releases = platform.releases.list(name)
  const current = releases[0]
  const currentObject = current === undefined ? null : releaseObject(current)
  const some = ({ first = 25 }: First) => ({ nodes: releases.slice(0, first).map(releaseObject) })
  const hostname = `127.0.0.1:${port}`
  const addresses = platform.addresses.list(name)
  return {
    id: name,
    internalNumericId,
    name,
    hostname,
    cnameTarget: hostname,
    deployed: releases.some((release) => release.status === 'complete'),
    network,
    status,
    state: status === 'pending' ? 'PENDING' : 'DEPLOYED',
    version: current?.version ?? 0,
    appUrl: `http://${hostname}`,
    platformVersion: 'machines',
    createdAt,
    organization: organizationObject(context),
    role: null,
    config: { definition: current?.definition ?? {} },
    services: [],
    secrets: platform.secrets.list(name).map((secret) => ({ name: secret.name })),
    addOns: { nodes: [] },
    limitedAccessTokens: { nodes: platform.tokens.list(name).map(tokenObject) },
    ipAddresses: {
      nodes: addresses.filter(({ type }) => type !== 'shared_v4').map(addressObject),
    },
    sharedIpAddress: platform.addresses.shared(name)?.ip ?? null,
    egressIpAddresses: { nodes: [] },
    imageDetails: null,
    machines: () => ({
      nodes: platform.machines.present(name).map((machine) => machineObject(machine, app, context)),
    }),
    currentRelease: currentObject,
    currentReleaseUnprocessed: currentObject,
    releases: some,
    releasesUnprocessed: some,
    image: async ({ ref }: { ref: string }) => {
      const found = await images.resolve(ref)
      if (found === undefined) throw new Refusal(404, `Could not find image "${ref}"`)
      const { digest } = found.image
      return {
        id: `img_${digest.slice('sha256:'.length, 24)}`,
        digest,
        ref,
        compressedSize: Math.min(found.compressedBytes, 2 ** 31 - 1),
        compressedSizeFull: String(found.compressedBytes),
        manifest: found.manifest,
      }
    },
  }
}

/** When the one user joined: a time is wanted. */
const since = '2024-01-01T00:00:00Z'

export function organizationObject({ platform }: ApiContext) {
  return {
    ...organization,
    internalNumericId: String(organization.internalNumericId),
    addOns: { nodes: [] },
    addOnSsoLink: null,
    provisionsBetaExtensions: false,
    billingStatus: 'CURRENT',
    remoteBuilderImage: '',
    remoteBuilderApp: null,
    members: { edges: [{ cursor: '', node: user, joinedAt: since, role: 'ADMIN' }] },
    wireGuardPeers: { nodes: [] },
    limitedAccessTokens: { nodes: platform.tokens.list(null).map(tokenObject) },
  }
}

function releaseObject(release: Release) {
  const { id, version, status, imageRef, strategy, definition, metadata } = release
  return {
    id,
    version,
    description: 'Release',
    reason: 'deploy',
    status,
    stable: true,
    inProgress: status === 'pending' || status === 'running',
    imageRef,
    image: null,
    evaluationId: '',
    deploymentStrategy: strategy,
    metadata,
    config: { definition },
    configDefinition: definition,
    user,
    createdAt: release.createdAt,
    updatedAt: release.updatedAt,
  }
}

export function addressObject({ id, ip, type, region, createdAt }: Address) {
  return { id, address: ip, type, region, createdAt, network: null, serviceName: '' }
}

export function tokenObject({ id, name, createdAt, expiresAt, revokedAt }: Token) {
  return { id, name, createdAt, expiresAt, revokedAt, user, token: '' }
}

export function machineObject(machine: Machine, app: App, context: ApiContext) {
  const { id, name, config, state, region, createdAt, privateIp } = machine
  return {
    id,
    name,
    config,
    state,
    region,
    createdAt,
    app: () => appObject(app, context),
    egressIpAddresses: { nodes: [] },
    ips: { nodes: [{ family: 'v6', kind: 'privatenet', ip: privateIp, maskSize: 112 }] },
    host: { id: 'local' },
  }
}
