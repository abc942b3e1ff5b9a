import {
  any,
  bool,
  type GoType,
  int,
  list,
  map,
  pointer,
  string,
  struct,
  time,
  type ValueOf,
} from '../go/types.js'

/** GraphQL's structs (fly-go 0.9, types.go): without tags, so Go's own field names are the keys. */
function nodes<Value>(of: GoType<Value>) {
  return struct('struct', { Nodes: list(of) })
}

function nodesAndEdges() {
  return struct('struct', { Nodes: list(any), Edges: list(any) })
}

const user = struct('fly.User', { ID: string, Name: string, Email: string, EnablePaidHobby: bool })

const releaseMetadata = struct('fly.ReleaseMetadata', {
  post_deployment_info: struct('fly.PostDeploymentInfo', { flyctl_version: string, error: string }),
})

export const release = struct('fly.Release', {
  ID: string,
  Version: int,
  Stable: bool,
  InProgress: bool,
  Reason: string,
  Description: string,
  Status: string,
  DeploymentStrategy: string,
  Metadata: pointer(releaseMetadata),
  User: user,
  EvaluationID: string,
  CreatedAt: time,
  ImageRef: string,
})

export const organization = struct('fly.Organization', {
  ID: string,
  InternalNumericID: string,
  Name: string,
  RemoteBuilderImage: string,
  RemoteBuilderApp: pointer(any),
  Slug: string,
  RawSlug: string,
  Type: string,
  PaidPlan: bool,
  Billable: bool,
  Settings: map(any),
  AllowedReplaySourceOrgSlugs: list(string),
  AllowAllCrossNetworkReplays: bool,
  WireGuardPeer: pointer(any),
  WireGuardPeers: nodesAndEdges(),
  DelegatedWireGuardTokens: nodesAndEdges(),
  LoggedCertificates: pointer(nodes(any)),
})

const address = struct('fly.IPAddress', {
  ID: string,
  Address: string,
  Type: string,
  Region: string,
  CreatedAt: time,
  ServiceName: string,
  Network: pointer(any),
})

const certificate = struct('fly.AppCertificate', {
  ID: string,
  AcmeDNSConfigured: bool,
  AcmeALPNConfigured: bool,
  Configured: bool,
  CertificateAuthority: string,
  CreatedAt: time,
  DNSProvider: string,
  DNSValidationInstructions: string,
  DNSValidationHostname: string,
  DNSValidationTarget: string,
  Hostname: string,
  Source: string,
  ClientStatus: string,
  IsApex: bool,
  IsWildcard: bool,
  ValidationErrors: list(any),
  Issued: nodes(any),
})

const imageVersion = struct('fly.ImageVersion', {
  Registry: string,
  Repository: string,
  Tag: string,
  Version: string,
  Digest: string,
})

const role = pointer(struct('struct', { Name: string }))

export const app = struct('fly.App', {
  ID: string,
  InternalNumericID: int,
  Name: string,
  State: string,
  Status: string,
  Deployed: bool,
  Hostname: string,
  AppURL: string,
  Version: int,
  NetworkID: int,
  Network: string,
  Release: pointer(release),
  Organization: organization,
  Secrets: list(any),
  CurrentRelease: pointer(release),
  Releases: nodes(release),
  IPAddresses: nodes(address),
  EgressIpAddresses: nodes(any),
  SharedIPAddress: string,
  CNAMETarget: string,
  IPAddress: pointer(address),
  Certificates: nodes(certificate),
  Certificate: certificate,
  PostgresAppRole: role,
  Image: pointer(any),
  ImageUpgradeAvailable: bool,
  ImageVersionTrackingEnabled: bool,
  ImageDetails: imageVersion,
  LatestImageDetails: imageVersion,
  PlatformVersion: string,
  Machines: nodes(any),
  CurrentLock: pointer(any),
})

const organizationBasic = struct('fly.OrganizationBasic', {
  ID: string,
  InternalNumericID: string,
  Name: string,
  Slug: string,
  RawSlug: string,
  PaidPlan: bool,
})

export const appCompact = struct('fly.AppCompact', {
  ID: string,
  InternalNumericID: int,
  Name: string,
  Status: string,
  Deployed: bool,
  Hostname: string,
  CnameTarget: string,
  Network: string,
  AppURL: string,
  Organization: pointer(organizationBasic),
  PlatformVersion: string,
  PostgresAppRole: role,
})

export { organizationBasic }

export type App = ValueOf<typeof app>
export type AppCompact = ValueOf<typeof appCompact>
export type Organization = ValueOf<typeof organization>
export type Release = ValueOf<typeof release>
