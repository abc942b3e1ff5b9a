import type { Api } from '../api/api.js'
import { type FlapsApp, getFlapsApp } from '../api/apps.js'
import { appUrl } from '../config/app-url.js'
import type { LoadedConfig } from '../config/load.js'
import { fetchConfig } from '../config/remote.js'
import { validate } from '../config/validate.js'
import { listAddresses } from '../deploy/addresses.js'
import type { Deployment } from '../deploy/deployment.js'
import { type FoundImage, findImage } from '../deploy/image.js'
import { deployMachines } from '../deploy/machines.js'
import { prepare } from '../deploy/prepare.js'
import { asRelease } from '../deploy/release.js'
import { toJson } from '../go/encode.js'
import { selectApp } from '../program/app-name.js'
import { yellow } from '../program/colours.js'
import type { CommandContext, CommandSpec } from '../program/command.js'
import { FlyctlError, messageOf, wrap } from '../program/failure.js'
import { readPairs } from '../program/pairs.js'
import { deployFlags, durationFlag, requireNoRetries } from './deploy-flags.js'

export const deploy: CommandSpec = {
  words: ['deploy'],
  about: 'Deploy Fly applications',
  flags: deployFlags,
  async run(context) {
    const { host } = context
    const api = context.openApi()
    const { name, loaded } = await selectApp(context)
    const verified = await verifyConfig(context, api, { name, loaded })
    const app = await getFlapsApp(api, name)
    warnAboutSecrets(context, verified)
    const image = await chooseImage(context, api, { app, name, loaded: verified })
    host.out(`\nWatch your deployment at https://fly.io/apps/${name}/monitoring\n\n`)
    const deployment = await prepareDeploy(context, api, { app, name, loaded: verified, image })
    await asRelease(deployment, () => deployMachines(deployment))
    await checkDns(context, deployment)
    announceEnd(context, deployment)
  },
}

interface Selected {
  readonly name: string
  readonly loaded: LoadedConfig | undefined
}

/** The configuration as it is deployed, checked as `config validate` does. */
async function verifyConfig(
  { host, flags }: CommandContext,
  api: Api,
  { name, loaded }: Selected,
): Promise<LoadedConfig> {
  host.err('==> Verifying app config\n')
  const found = loaded ?? (await fetchRemote(api, name))
  const env = readPairs(flags.all('env'), 'failed parsing environment')
  const isEnvGiven = flags.all('env').length > 0
  const config = {
    ...found.config,
    app: name,
    ...(isEnvGiven ? { env: { ...found.config.env, ...env } } : {}),
  }
  const verified = { ...found, config }
  const { isValid, report } = validate(verified)
  host.out(report)
  if (!isValid) throw new FlyctlError('App configuration is not valid')
  host.err('--> Verified app config\n')
  return verified
}

async function fetchRemote(api: Api, name: string): Promise<LoadedConfig> {
  try {
    return { path: '--config path unset--', raw: {}, config: await fetchConfig(api, name) }
  } catch (error) {
    if (!messageOf(error).includes('Could not find App')) throw error
    throw new FlyctlError(
      `the app name ${name} could not be found, did you create the app or misspell it in the fly.toml file or via -a?`,
    )
  }
}

const secretWords = ['KEY', 'PRIVATE', 'DATABASE_URL', 'PASSWORD', 'SECRET']
const harmless = ['AWS_ACCESS_KEY_ID', 'TIGRIS_ACCESS_KEY_ID']

function warnAboutSecrets({ host }: CommandContext, { config }: LoadedConfig): void {
  for (const name of Object.keys(config.env ?? {})) {
    if (harmless.includes(name) || !secretWords.some((word) => name.includes(word))) continue
    host.err(
      `${yellow('WARN')} ${name} may be a potentially sensitive environment variable. Consider setting it as a secret, and removing it from the [env] section: https://fly.io/docs/apps/secrets/\n\n`,
    )
  }
}

interface Verified {
  readonly app: FlapsApp
  readonly name: string
  readonly loaded: LoadedConfig
}

async function chooseImage(
  { host, flags }: CommandContext,
  api: Api,
  { app, name, loaded }: Verified,
): Promise<FoundImage> {
  const ref = flags.text('image') || loaded.config.build?.image
  if (!ref)
    throw new FlyctlError('the stand-in for flyctl builds nothing: name an image with --image')
  const organization = app.organization?.slug ?? ''
  const builder = flags.text('depot') === 'false' ? 'remote' : 'depot.dev'
  const find = () => findImage({ host, api, appName: name, organization, ref, builder })
  try {
    return await find().catch((error: unknown) => {
      if (!flags.isOn('https-failover') || host.signal.aborted) throw error
      return find()
    })
  } catch (error) {
    throw wrap('failed to fetch an image or build from source', error)
  }
}

function prepareDeploy(
  { host, flags }: CommandContext,
  api: Api,
  { app, name, loaded, image }: Verified & { readonly image: FoundImage },
): Promise<Deployment> {
  const waitTimeoutNs = durationFlag(flags, 'wait-timeout')
  requireNoRetries(flags)
  const strategy = flags.text('strategy')
  const { config } = loaded
  return prepare({
    host,
    api,
    app,
    appName: name,
    config: {
      ...config,
      ...(strategy === '' ? {} : { deploy: { ...config.deploy, strategy } }),
      primary_region: flags.text('primary-region') || config.primary_region,
    },
    image: image.ref,
    buildId: image.buildId,
    waitTimeoutNs,
    highAvailability: flags.isOn('ha'),
  })
}

/** flyctl would now ask a public name server; the sandbox's apps have no names. */
async function checkDns({ flags }: CommandContext, deployment: Deployment): Promise<void> {
  if (flags.isOn('dns-checks')) await listAddresses(deployment)
}

function announceEnd({ host }: CommandContext, { release, image, config }: Deployment): void {
  if (host.env.FLY_EMIT_RELEASE_JSON)
    host.out(`${toJson({ id: release.id, version: release.version, image_ref: image })}\n`)
  const url = appUrl(config)
  if (url !== undefined) host.out(`\nVisit your newly deployed app at ${url}\n\n`)
}
