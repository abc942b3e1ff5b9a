/** flyctl's arguments, as data. Every value has passed a strict pattern before it comes here. */
export type Args = readonly string[]

export const version = (): Args => ['version', '--json']

export const whoami = (): Args => ['auth', 'whoami', '--json']

export const authDocker = (): Args => ['auth', 'docker']

export const authToken = (): Args => ['auth', 'token', '--json', '--quiet']

export const orgsList = (): Args => ['orgs', 'list', '--json']

/** Without a name flyctl makes one up. */
export const appsCreate = (name: string | undefined, org: string): Args => [
  'apps',
  'create',
  ...(name === undefined ? ['--generate-name'] : [name]),
  '--org',
  org,
  '--json',
]

export const status = (app: string): Args => ['status', '--app', app, '--json']

export const appsList = (org: string | undefined): Args => [
  'apps',
  'list',
  ...(org === undefined ? [] : ['--org', org]),
  '--json',
]

export const appsDestroy = (app: string): Args => ['apps', 'destroy', app, '--yes']

export const releases = (app: string): Args => ['releases', '--app', app, '--image', '--json']

/** Without `--no-tail` it never ends; with it, it still hangs on an empty log (flyctl 2026.8). */
export const logs = (app: string, machine: string | undefined): Args => [
  'logs',
  '--app',
  app,
  '--no-tail',
  '--json',
  ...(machine === undefined ? [] : ['--machine', machine]),
]

export const configValidate = (path: string): Args => [
  'config',
  'validate',
  '--strict',
  '--config',
  path,
]

/** The configuration of the newest release, in JSON. */
export const configShow = (app: string): Args => ['config', 'show', '--app', app]

export interface DeployArguments {
  readonly app: string
  /** Absolute path of the toml. */
  readonly configPath: string
  readonly image: string
  readonly ha: boolean
  /** Unless given, the file's or flyctl's own. */
  readonly waitTimeout?: string | undefined
  /** Whether flyctl watches each machine for ten seconds, one after the other. */
  readonly smokeChecks: boolean
  readonly strategy?: string | undefined
}

/** Every switch that would otherwise depend on the server's feature flags is pinned. */
export const deploy = (deployed: DeployArguments): Args => [
  'deploy',
  '--app',
  deployed.app,
  '--config',
  deployed.configPath,
  '--image',
  deployed.image,
  '--remote-only',
  '--https-failover=false',
  '--depot=false',
  '--deploy-retries',
  '0',
  '--dns-checks=false',
  `--smoke-checks=${deployed.smokeChecks}`,
  `--ha=${deployed.ha}`,
  ...(deployed.waitTimeout === undefined ? [] : ['--wait-timeout', deployed.waitTimeout]),
  ...(deployed.strategy === undefined ? [] : ['--strategy', deployed.strategy]),
  '--yes',
]

export interface BuildArguments {
  readonly app: string
  readonly tag: string
  /** Absolute folder. */
  readonly context: string
  /** Absolute path. */
  readonly dockerfile: string
  readonly target?: string | undefined
  readonly buildArgs: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly noCache: boolean
}

/**
 * Builds at Fly's own builder, whichever that is, and pushes. Over HTTPS: with WireGuard a build that fails is made twice
 * (flyctl 2026.8, deploy/deploy.go).
 */
export const build = (built: BuildArguments, configPath: string): Args => [
  'deploy',
  '--app',
  built.app,
  '--config',
  configPath,
  '--build-only',
  '--push',
  '--remote-only',
  '--wg=false',
  '--image-label',
  built.tag,
  '--dockerfile',
  built.dockerfile,
  ...pairs('--label', built.labels),
  ...pairs('--build-arg', built.buildArgs),
  ...(built.target === undefined ? [] : ['--build-target', built.target]),
  ...(built.noCache ? ['--no-cache'] : []),
]

function pairs(flag: string, values: Readonly<Record<string, string>>): Args {
  return Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`])
}

/** For leases that an interrupted deploy left: flyctl gives none back then (flyctl 2026.8). */
export const leasesClear = (app: string, machines: readonly string[]): Args => [
  'machine',
  'leases',
  'clear',
  ...machines,
  '--app',
  app,
]

/** Of one process group: more are made like those that are there, or some are destroyed. */
export const scaleCount = (app: string, group: string, count: number): Args => [
  'scale',
  'count',
  `${group}=${count}`,
  '--app',
  app,
  '--yes',
]

export const secretsImport = (app: string, stage: boolean): Args => [
  'secrets',
  'import',
  '--app',
  app,
  ...(stage ? ['--stage'] : []),
]

export const secretsList = (app: string): Args => ['secrets', 'list', '--app', app, '--json']
