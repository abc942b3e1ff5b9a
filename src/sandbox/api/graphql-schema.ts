/** The part of Fly's public GraphQL schema (fly-go, schema.graphql) that flyctl's queries need. */
export const graphqlSchema = `
scalar JSON
scalar ISO8601DateTime
scalar BigInt

type Query {
  viewer: Principal!
  organizations(admin: Boolean): OrganizationConnection!
  organization(slug: String): Organization
  app(name: String): App
  apps(type: String, first: Int, after: String, organizationId: ID, role: String): AppConnection!
  volume(id: ID!): Volume
  addOns(type: AddOnType): AddOnConnection!
  latestImageDetails(image: String!, flyVersion: String): ImageVersion!
  machine(machineId: String!): GqlMachine
  canPerformBluegreenDeployment(name: String!): Boolean!
  platform: PlatformInformation!
  nearestRegion(wireguardGateway: Boolean): Region
}

type Volume { app: App! }

type PlatformInformation { requestRegion: String regions: [Region!]! }
type Region {
  name: String!
  code: String!
  latitude: Float
  longitude: Float
  gatewayAvailable: Boolean!
  requiresPaidPlan: Boolean!
  deprecated: Boolean!
}

type Mutation {
  allocateIpAddress(input: AllocateIPAddressInput!): AllocateIPAddressPayload
  releaseIpAddress(input: ReleaseIPAddressInput!): ReleaseIPAddressPayload
  createLimitedAccessToken(input: CreateLimitedAccessTokenInput!): CreateLimitedAccessTokenPayload
  deleteLimitedAccessToken(input: DeleteLimitedAccessTokenInput!): DeleteLimitedAccessTokenPayload
  validateWireGuardPeers(input: ValidateWireGuardPeersInput!): ValidateWireGuardPeersPayload
  addWireGuardPeer(input: AddWireGuardPeerInput!): AddWireGuardPeerPayload
}
input ValidateWireGuardPeersInput { peerIps: [String!]! }
type ValidateWireGuardPeersPayload { invalidPeerIps: [String!]! validPeerIps: [String!]! }
input AddWireGuardPeerInput {
  organizationId: ID!
  region: String
  name: String!
  pubkey: String!
  network: String
  nats: Boolean
}
type AddWireGuardPeerPayload { peerip: String! endpointip: String! pubkey: String! }
input AllocateIPAddressInput {
  appId: ID!
  type: String!
  region: String
  organizationId: ID
  network: String
  serviceName: String
}
type AllocateIPAddressPayload { app: App! ipAddress: IPAddress }
input ReleaseIPAddressInput { appId: ID ipAddressId: ID ip: String }
type ReleaseIPAddressPayload { app: App! clientMutationId: String }
input CreateLimitedAccessTokenInput {
  name: String!
  organizationId: ID!
  profile: String!
  profileParams: JSON
  expiry: String
}
type CreateLimitedAccessTokenPayload { limitedAccessToken: LimitedAccessToken! }
input DeleteLimitedAccessTokenInput { id: ID token: String }
type DeleteLimitedAccessTokenPayload { token: String }
type LimitedAccessTokenConnection { nodes: [LimitedAccessToken!]! }
type LimitedAccessToken {
  id: ID!
  name: String!
  token: String!
  tokenHeader: String
  createdAt: ISO8601DateTime!
  expiresAt: ISO8601DateTime!
  revokedAt: ISO8601DateTime
  user: User!
}

union Principal = User | Macaroon
type User { id: ID! email: String! name: String enablePaidHobby: Boolean! }
type Macaroon { email: String! }

type PageInfo { hasNextPage: Boolean! endCursor: String }

type OrganizationConnection { nodes: [Organization!]! }
type Organization {
  id: ID!
  internalNumericId: BigInt!
  slug: String!
  rawSlug: String!
  name: String!
  type: String!
  paidPlan: Boolean!
  billable: Boolean!
  viewerRole: String!
  addOnSsoLink: String
  provisionsBetaExtensions: Boolean!
  billingStatus: String!
  remoteBuilderImage: String
  remoteBuilderApp: App
  members: OrganizationMembershipsConnection!
  wireGuardPeers: WireGuardPeerConnection!
  limitedAccessTokens: LimitedAccessTokenConnection!
  addOns(type: AddOnType): AddOnConnection!
}

type OrganizationMembershipsConnection { edges: [OrganizationMembershipsEdge!]! }
type OrganizationMembershipsEdge { cursor: String! node: User! joinedAt: String! role: String! }
type WireGuardPeerConnection { nodes: [WireGuardPeer!]! }
type WireGuardPeer { id: ID! name: String! pubkey: String! region: String! peerip: String! }

enum AddOnType { arcjet enveloop fly_mysql kubernetes planetscale redis sentry supabase tigris upstash_kafka upstash_redis upstash_vector wafris }
type AddOnConnection { nodes: [AddOn!]! }
type AddOn {
  id: ID!
  name: String
  organization: Organization!
  addOnPlan: AddOnPlan
  privateIp: String
  primaryRegion: String
  readRegions: [String!]
  status: String
  errorMessage: String
  options: JSON
  metadata: JSON
}
type AddOnPlan { displayName: String description: String }

type AppConnection { nodes: [App!]! pageInfo: PageInfo! }
type App {
  id: ID!
  internalNumericId: Int!
  name: String!
  hostname: String
  cnameTarget: String
  deployed: Boolean!
  network: String
  status: String!
  state: String!
  version: Int!
  appUrl: String
  platformVersion: String
  createdAt: ISO8601DateTime!
  organization: Organization!
  role: AppRole
  config: AppConfig!
  services: [Service!]!
  secrets: [AppSecret!]!
  addOns(type: AddOnType): AddOnConnection!
  limitedAccessTokens: LimitedAccessTokenConnection!
  ipAddresses: IPAddressConnection!
  sharedIpAddress: String
  egressIpAddresses: EgressIPAddressConnection!
  image(ref: String!): Image
  imageDetails: ImageVersion
  machines: GqlMachineConnection!
  currentRelease: Release
  currentReleaseUnprocessed: Release
  releases(first: Int): ReleaseConnection!
  releasesUnprocessed(first: Int): ReleaseConnection!
}
type AppSecret { name: String! }
type AppRole { name: String! }
type AppConfig { definition: JSON! }
type Service { description: String! protocol: String! internalPort: Int! ports: [ServicePort!]! }
type ServicePort { port: Int! handlers: [String!]! }

type IPAddressConnection { nodes: [IPAddress!]! }
type IPAddress {
  id: ID!
  address: String!
  type: String!
  region: String
  createdAt: ISO8601DateTime!
  network: Network
  serviceName: String
}
type Network { name: String! organization: Organization }
type EgressIPAddressConnection { nodes: [EgressIPAddress!]! }
type EgressIPAddress { id: ID! ip: String! version: Int! region: String! updatedAt: ISO8601DateTime! }

type Image {
  id: ID!
  digest: String!
  ref: String!
  compressedSize: Int!
  compressedSizeFull: BigInt!
  manifest: JSON!
}
type ImageVersion { registry: String! repository: String! tag: String! digest: String! version: String }

type GqlMachineConnection { nodes: [GqlMachine!]! }
type GqlMachine {
  id: String!
  name: String!
  config: JSON!
  state: String!
  region: String!
  createdAt: ISO8601DateTime!
  app: App!
  ips: MachineIPConnection!
  egressIpAddresses: EgressIPAddressConnection!
  host: Host!
}
type MachineIPConnection { nodes: [MachineIP!]! }
type MachineIP { family: String! kind: String! ip: String! maskSize: Int! }
type Host { id: ID! }

type ReleaseConnection { nodes: [Release!]! }
type Release {
  id: ID!
  version: Int!
  description: String!
  reason: String!
  status: String!
  stable: Boolean!
  inProgress: Boolean!
  imageRef: String
  image: Image
  evaluationId: String
  deploymentStrategy: String!
  metadata: JSON
  config: AppConfig
  configDefinition: JSON
  user: User
  createdAt: ISO8601DateTime!
  updatedAt: ISO8601DateTime!
}
`
