/** flyctl's arguments, as data. Every value has passed a strict pattern before it comes here. */
export type Args = readonly string[]

export const version = (): Args => ['version', '--json']

export const whoami = (): Args => ['auth', 'whoami', '--json']

export const authDocker = (): Args => ['auth', 'docker']

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
