import { z } from 'zod'
import { goTime } from './go-json.js'

const image = { registry: '', repository: '', tag: '', version: '', digest: '' }

/** An app as GraphQL gives it; flyctl's queries differ in how much they ask for. */
export const graphqlApp = z.looseObject({
  id: z.string(),
  internalNumericId: z.number().default(0),
  name: z.string(),
  state: z.string().default(''),
  status: z.string().default(''),
  deployed: z.boolean().default(false),
  hostname: z.string().default(''),
  appUrl: z.string().nullish(),
  version: z.number().default(0),
  network: z.string().nullish(),
  platformVersion: z.string().nullish(),
  cnameTarget: z.string().nullish(),
  sharedIpAddress: z.string().nullish(),
  organization: z.looseObject({
    id: z.string().default(''),
    internalNumericId: z.string().default(''),
    name: z.string().default(''),
    slug: z.string(),
    rawSlug: z.string().default(''),
    type: z.string().default(''),
    paidPlan: z.boolean().default(false),
    billable: z.boolean().default(false),
  }),
  ipAddresses: z.looseObject({ nodes: z.array(z.looseObject({})) }).nullish(),
  machines: z.looseObject({ nodes: z.array(z.looseObject({})) }).nullish(),
  currentRelease: z
    .looseObject({
      evaluationId: z.string().default(''),
      status: z.string().default(''),
      inProgress: z.boolean().default(false),
      version: z.number().default(0),
      createdAt: z.string().default('0001-01-01T00:00:00Z'),
    })
    .nullish(),
})
type GraphqlApp = z.infer<typeof graphqlApp>

const none = { Nodes: null }
const noNodesOrEdges = { Nodes: null, Edges: null }

/** The app as flyctl prints it: every field of its `fly.App`, under Go's names (fly-go types.go). */
export function appView(app: GraphqlApp): Record<string, unknown> {
  return {
    ID: app.id,
    InternalNumericID: app.internalNumericId,
    Name: app.name,
    State: app.state,
    Status: app.status,
    Deployed: app.deployed,
    Hostname: app.hostname,
    AppURL: app.appUrl ?? '',
    Version: app.version,
    NetworkID: 0,
    Network: app.network ?? '',
    Release: null,
    Organization: organizationView(app.organization),
    Secrets: null,
    CurrentRelease: releaseView(app.currentRelease),
    Releases: none,
    IPAddresses: nodesView(app.ipAddresses, addressView),
    EgressIpAddresses: none,
    SharedIPAddress: app.sharedIpAddress ?? '',
    CNAMETarget: app.cnameTarget ?? '',
    IPAddress: null,
    Certificates: none,
    Certificate: noCertificate,
    PostgresAppRole: null,
    Image: null,
    ImageUpgradeAvailable: false,
    ImageVersionTrackingEnabled: false,
    ImageDetails: capitalized(image),
    LatestImageDetails: capitalized(image),
    PlatformVersion: app.platformVersion ?? '',
    Machines: nodesView(app.machines, capitalized),
    CurrentLock: null,
  }
}

function organizationView(organization: GraphqlApp['organization']) {
  return {
    ID: organization.id,
    InternalNumericID: organization.internalNumericId,
    Name: organization.name,
    RemoteBuilderImage: '',
    RemoteBuilderApp: null,
    Slug: organization.slug,
    RawSlug: organization.rawSlug,
    Type: organization.type,
    PaidPlan: organization.paidPlan,
    Billable: organization.billable,
    Settings: null,
    AllowedReplaySourceOrgSlugs: null,
    AllowAllCrossNetworkReplays: false,
    WireGuardPeer: null,
    WireGuardPeers: noNodesOrEdges,
    DelegatedWireGuardTokens: noNodesOrEdges,
    LoggedCertificates: null,
  }
}

function releaseView(release: GraphqlApp['currentRelease']) {
  if (release === undefined || release === null) return null
  return {
    ID: '',
    Version: release.version,
    Stable: false,
    InProgress: release.inProgress,
    Reason: '',
    Description: '',
    Status: release.status,
    DeploymentStrategy: '',
    Metadata: null,
    User: { ID: '', Name: '', Email: '', EnablePaidHobby: false },
    EvaluationID: release.evaluationId,
    CreatedAt: goTime(release.createdAt),
    ImageRef: '',
  }
}

type Nodes = GraphqlApp['machines']

function nodesView(found: Nodes, view: (node: Record<string, unknown>) => unknown) {
  return { Nodes: found?.nodes.map(view) ?? null }
}

function addressView({ id, address, type, createdAt }: Record<string, unknown>) {
  return {
    ID: id,
    Address: address,
    Type: type,
    Region: '',
    CreatedAt: createdAt,
    ServiceName: '',
    Network: null,
  }
}

function capitalized(from: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(from)
  return Object.fromEntries(
    entries.map(([key, value]) => [`${key.charAt(0).toUpperCase()}${key.slice(1)}`, value]),
  )
}

const noCertificate = {
  ID: '',
  AcmeDNSConfigured: false,
  AcmeALPNConfigured: false,
  Configured: false,
  CertificateAuthority: '',
  CreatedAt: '0001-01-01T00:00:00Z',
  DNSProvider: '',
  DNSValidationInstructions: '',
  DNSValidationHostname: '',
  DNSValidationTarget: '',
  Hostname: '',
  Source: '',
  ClientStatus: '',
  IsApex: false,
  IsWildcard: false,
  ValidationErrors: null,
  Issued: none,
}
