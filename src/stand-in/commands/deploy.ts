import { durationMs } from '../../durations.js'
import type { Api } from '../api/api.js'
import { imageQuery } from '../api/queries.js'
import type { Command, CommandContext } from '../command.js'
import { loadConfig } from '../config/load.js'
import type { AppConfig } from '../config/shape.js'
import { validate } from '../config/validate.js'
import type { Deployment } from '../deploy/deployment.js'
import { launchGroups } from '../deploy/launch.js'
import { announce, planMachines, updateOf } from '../deploy/plan.js'
import { prepare } from '../deploy/prepare.js'
import { asRelease } from '../deploy/release.js'
import { updateMachines } from '../deploy/update.js'
import { FlyctlError, wrapping } from '../failure.js'
import { appFlag, configFlag, type Flags, flagsOf, requireApp, yesFlag } from '../flags.js'
import type { Host } from '../host.js'

/** Turn off what the stand-in never does. */
const withoutUse = {
  ...flagsOf('boolean', 'remote-only', 'https-failover', 'depot', 'dns-checks'),
  ...flagsOf('string', 'deploy-retries'),
}

/** Of a build, which is refused. */
const ofBuild = {
  ...flagsOf('boolean', 'build-only', 'push', 'wg', 'no-cache'),
  ...flagsOf('string', 'image-label', 'dockerfile', 'label', 'build-arg', 'build-target'),
}

export const deploy: Command = {
  flags: {
    ...appFlag,
    ...configFlag,
    ...yesFlag,
    image: { type: 'string', short: 'i' },
    ...flagsOf('string', 'strategy', 'wait-timeout'),
    ...flagsOf('boolean', 'ha', 'smoke-checks'),
    ...withoutUse,
    ...ofBuild,
  },
  async run(context) {
    const { host, flags, openApi } = context
    if (flags.isOn('build-only')) throw noBuilder()
    const api = openApi()
    const config = await verifyConfig(context)
    const app = config.app ?? requireApp(flags)
    const waitTimeoutMs = waitTimeoutOf(flags)
    await api.machines({ path: `/${app}` })
    const image = await findImage(host, api, app, flags.text('image') ?? config.build?.image)
    host.out(`\nWatch your deployment at https://fly.io/apps/${app}/monitoring\n\n`)
    const choices = { ha: flags.isOn('ha', true), smokeChecks: flags.isOn('smoke-checks', true) }
    const deployment = await prepare({ host, api, app, config, image, waitTimeoutMs, ...choices })
    await asRelease(deployment, () => deployMachines(deployment))
    const { id, version } = deployment.release
    if (host.env.FLY_EMIT_RELEASE_JSON)
      host.out(`${JSON.stringify({ id, version, image_ref: image })}\n`)
  },
}

function noBuilder(): FlyctlError {
  return new FlyctlError(
    'failed to fetch an image or build from source: the stand-in has no remote builder: set FLYOPS_FLYCTL to a real flyctl, and BUILDKIT_ADDR to the address of a buildkitd',
  )
}

/** The configuration as it is deployed, checked as `config validate` does, with what the flags overrule. */
async function verifyConfig({ host, flags }: CommandContext): Promise<AppConfig> {
  host.err('==> Verifying app config\n')
  const loaded = await loadConfig(host, flags.text('config'))
  const [app, strategy] = [flags.text('app'), flags.text('strategy')]
  const config: AppConfig = {
    ...loaded.config,
    ...(app ? { app } : {}),
    ...(strategy ? { deploy: { ...loaded.config.deploy, strategy } } : {}),
  }
  const { isValid, report } = validate({ ...loaded, config })
  host.out(report)
  if (!isValid) throw new FlyctlError('App configuration is not valid')
  host.err('--> Verified app config\n')
  return config
}

/** A number is of seconds. Raises FlyctlError for what is no time. */
function waitTimeoutOf(flags: Flags): number | undefined {
  const text = flags.text('wait-timeout')
  if (text === undefined) return undefined
  const ms = durationMs(text, 's')
  if (ms !== undefined) return ms
  throw new FlyctlError(`invalid duration value ${text} used for --wait-timeout flag`)
}

type ImageAnswer = { readonly app: { readonly image: { id: string; ref: string } | null } }

/** Looks an image up in Fly's registry; the result is its reference. Raises FlyctlError where it is not there. */
async function findImage(host: Host, api: Api, app: string, ref: string | undefined) {
  if (!ref)
    throw new FlyctlError('the stand-in for flyctl builds nothing: name an image with --image')
  host.err(`==> Building image\nSearching for image '${ref}' remotely...\n`)
  const variables = { appName: app, imageRef: ref }
  const asking = api.ask<ImageAnswer>({ query: imageQuery, variables })
  const { image } = (await wrapping('failed to fetch an image or build from source', asking)).app
  if (image === null) throw new FlyctlError(`could not find image ${JSON.stringify(ref)}`)
  host.err(`image found: ${image.id}\n`)
  return image.ref
}

/** Brings the app's machines to the release: old groups go, new ones come, the rest is updated. */
async function deployMachines(deployment: Deployment): Promise<void> {
  const { host, api, app } = deployment
  const plan = planMachines(deployment)
  announce(deployment, plan)
  for (const { id } of plan.removed) {
    host.out(`Destroying machine ${id}\n`)
    const path = `/${app}/machines/${id}?kill=true`
    await wrapping(`could not destroy machine ${id}`, api.machines({ method: 'DELETE', path }))
  }
  await launchGroups(deployment, plan.added)
  await updateMachines(
    deployment,
    plan.kept.map((machine) => updateOf(deployment, machine)),
  )
}
