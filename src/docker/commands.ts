import { redactedMark } from '../process/redact.js'
import type {
  BuilderKind,
  Buildkit,
  BuildRequest,
  BuildSecret,
  ContainerRequest,
} from './docker.js'

/** docker's arguments, as data. Every value has passed a strict pattern before it comes here. */
export type Args = readonly string[]

export const version = (): Args => ['version', '--format', '{{json .}}']

/** Of the command alone: `docker version` waits for the engine. */
export const clientVersion = (): Args => ['--version']

export const buildxVersion = (): Args => ['buildx', 'version']

export const inspectImage = (image: string): Args => ['image', 'inspect', '--', image]

export const push = (image: string): Args => ['push', '--', image]

/** Without `--verbose` no digest is printed; plain HTTP needs `--insecure`, also on loopback (docker 28). */
export const inspectManifest = (image: string, isInsecure: boolean): Args => [
  'manifest',
  'inspect',
  '--verbose',
  ...(isInsecure ? ['--insecure'] : []),
  '--',
  image,
]

/** The configuration of an image in a registry; no engine is asked, whatever instance is selected. */
export const inspectRemoteConfig = (image: string): Args => [
  'buildx',
  'imagetools',
  'inspect',
  '--builder=default',
  '--format={{json .Image}}',
  '--',
  image,
]

/** The build as one of the three builders takes it. */
export function build(kind: BuilderKind, request: BuildRequest): Args {
  const builder = request.builder === undefined ? [] : ['--builder', request.builder]
  return [...opening(kind), ...builder, ...shared(request), '--', request.context]
}

/** The same build for the log: whoever reads it need not see the values of build arguments. */
export function forLog(request: BuildRequest): BuildRequest {
  const names = Object.keys(request.buildArgs).map((name) => [name, redactedMark])
  return { ...request, buildArgs: Object.fromEntries(names) }
}

/** Fly's registry has refused the index that provenance makes of an image. */
const buildx: Args = ['buildx', 'build', '--progress=rawjson', '--provenance=false', '--sbom=false']

/** The build as a buildkitd takes it; `pushes` tells whether the registry gets it. */
export function buildAtInstance(
  request: BuildRequest,
  { instance, metadataFile, pushes }: InstanceBuild,
): Args {
  const output = `--output=type=image,push=${pushes}`
  const where = ['--builder', instance, output, '--metadata-file', metadataFile]
  return [...buildx, ...where, ...shared(request), '--', request.context]
}

export interface InstanceBuild {
  /** Name of a buildx instance. */
  readonly instance: string
  /** Absolute path of the file that gets the digest. */
  readonly metadataFile: string
  readonly pushes: boolean
}

/** `certs` is a folder with ca.pem, cert.pem and key.pem, its path without commas and quotes. */
export const createInstance = (instance: string, { address, certs }: Buildkit): Args => [
  'buildx',
  'create',
  '--name',
  instance,
  '--driver=remote',
  ...(certs === undefined
    ? []
    : ['--driver-opt', `cacert=${certs}/ca.pem,cert=${certs}/cert.pem,key=${certs}/key.pem`]),
  '--',
  address,
]

export const inspectInstance = (instance: string): Args => ['buildx', 'inspect', '--', instance]

function opening(kind: BuilderKind): Args {
  switch (kind) {
    case 'buildx':
      return [...buildx, '--load']
    case 'buildkit':
      return ['build', '--progress=plain']
    case 'legacy':
      return ['build', '--force-rm']
  }
}

function shared(request: BuildRequest): Args {
  return [
    '--platform',
    request.platform,
    '--tag',
    request.image,
    '--file',
    request.dockerfile,
    ...pairs('--label', request.labels),
    ...pairs('--build-arg', request.buildArgs),
    ...(request.secrets ?? []).flatMap((secret) => ['--secret', secretSource(secret)]),
    ...(request.target === undefined ? [] : ['--target', request.target]),
    ...(request.noCache ? ['--no-cache'] : []),
  ]
}

function secretSource(secret: BuildSecret): string {
  return 'env' in secret
    ? `id=${secret.id},env=${secret.env}`
    : `id=${secret.id},src=${secret.path}`
}

function pairs(flag: string, values: Readonly<Record<string, string>>): Args {
  return Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`])
}

/** The engine chooses the ports on loopback; values stand in the file and in docker's environment alone. */
export const runContainer = (
  request: ContainerRequest,
  labels: Readonly<Record<string, string>>,
  envFile: string,
): Args => [
  'run',
  '--detach',
  '--name',
  request.name,
  ...pairs('--label', labels),
  ...request.ports.flatMap((port) => ['--publish', `127.0.0.1::${port}`]),
  '--env-file',
  envFile,
  ...Object.keys(request.secrets).flatMap((name) => ['--env', name]),
  '--pull=never',
  ...(request.memory === undefined ? [] : ['--memory', request.memory]),
  '--',
  request.image,
  ...request.command,
]

export const inspectContainer = (name: string): Args => ['container', 'inspect', '--', name]

export const waitForContainer = (name: string): Args => ['wait', '--', name]

export const containerLog = (name: string, lines: number): Args => [
  'logs',
  `--tail=${lines}`,
  '--',
  name,
]

export const readInside = (name: string, paths: readonly string[]): Args => [
  'exec',
  '--',
  name,
  'cat',
  ...paths,
]

export const removeContainer = (name: string): Args => ['rm', '--force', '--volumes', '--', name]

/** Name and the label's value, one container a line. */
export const listContainers = (label: string): Args => [
  'ps',
  '--all',
  `--filter=label=${label}`,
  '--format',
  `{{.Names}} {{.Label "${label}"}}`,
]

export const endpoint = (): Args => ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']
