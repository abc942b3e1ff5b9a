import { z } from 'zod'
import { ttlPattern } from '../../durations.js'
import { type BuildInput, buildInput } from '../build/input.js'
import { type DeployInput, deployInput } from '../deploy/input.js'
import * as fields from '../fields.js'
import { orgSlug } from '../fields.js'
import { given } from '../given.js'
import { testInput } from '../test/input.js'

const { app: _app, context: _context, no_cache: _noCache, ...buildSettings } = buildInput.shape
const {
  app: _deployApp,
  context: _deployContext,
  image: _image,
  dry_run: _dryRun,
  ...deploySettings
} = deployInput.shape

/** The ship of one app: the settings of build_image and deploy_image beside its own. */
const shipOneInput = z.strictObject({
  app: fields.app,
  context: fields.context,
  org: orgSlug.optional().describe('Organization for a new app'),
  image_repository: fields.app
    .optional()
    .describe('App whose repository has the image; default app')
    .meta(fields.untold),
  secrets_file: testInput.shape.secrets_file.describe(
    'File with values of required_secrets, for the test; default: environment of flyops',
  ),
  ttl: z
    .string()
    .regex(ttlPattern, 'must be like 12h or 3d, at most 30d')
    .optional()
    .describe('How long a preview, which this creates, is wanted, e.g. 3d'),
  skip_test: z.boolean().default(false).describe('Push without a local test'),
  plan_only: z.boolean().default(false).describe('Show steps, settings and cost, change nothing'),
  details: fields.details,
  plan_id: z
    .string()
    .regex(/^[0-9a-f]{16}$/, 'must be a plan_id that ship returned')
    .optional()
    .describe('Do exactly that plan, or refuse'),
  ...shown(buildSettings, ['dockerfile', 'build_args', 'ref']),
  ...shown(deploySettings, [
    'internal_port',
    'health_path',
    'worker',
    'region',
    'memory',
    'grace_period',
    'auto_stop',
    'min_machines_running',
    'machines',
    'env',
    'set',
    'required_secrets',
    'rollback_on_failure',
  ]),
})

export type ShipInput = z.output<typeof shipOneInput>

const mostApps = 20

/** The same as of a ship of one app. */
const toldAlready = { description: undefined }

/** What ship takes. */
export const shipInput = shipOneInput.extend({
  app: fields.app.optional(),
  apps: z
    .record(
      fields.app,
      z.strictObject({
        context: fields.context.meta(toldAlready),
        dockerfile: buildSettings.dockerfile.meta(toldAlready),
        base_config: deploySettings.base_config,
      }),
    )
    .refine((apps) => Object.keys(apps).length > 0, 'must name an app')
    .refine((apps) => Object.keys(apps).length <= mostApps, `must be at most ${mostApps} apps`)
    .optional()
    .describe('Instead of app: several apps of one commit, by name'),
})

export type ShipRequest = z.output<typeof shipInput>

/** A ship for each app, in their order; what else was given holds for all of them. */
export function shipsOf({ app, apps, ...rest }: ShipRequest): readonly ShipInput[] {
  if (app !== undefined) return [{ ...rest, app }]
  return Object.entries(apps ?? {}).map(([name, place]) => ({
    ...rest,
    app: name,
    ...Object.fromEntries(Object.entries(place).filter(([, path]) => path !== undefined)),
  }))
}

/** tools/list shows these alone: the others are told of by build_image and deploy_image, and hardly ever asked for. */
function shown<Shape extends Readonly<Record<string, z.ZodType>>>(
  shape: Shape,
  names: readonly (keyof Shape & string)[],
): Shape {
  const entries = Object.entries(shape).map(([name, field]) => [
    name,
    field.meta({ ...field.meta(), advertised: names.includes(name) ? undefined : false }),
  ])
  return Object.fromEntries(entries) as Shape
}

const anyBuild = z.object(buildInput.shape)
const anyDeploy = z.object(deployInput.shape)

export function buildRequestOf(request: ShipInput): BuildInput {
  return anyBuild.parse({ ...request, app: request.image_repository ?? request.app })
}

export function deployRequestOf(request: ShipInput, image: string): DeployInput {
  return anyDeploy.parse({ ...request, image })
}

/** The ship itself, whether it was to be shown or done. */
export function withoutPlan<Request extends ShipRequest>(
  request: Request,
): Omit<Request, 'plan_only' | 'details' | 'plan_id'> {
  const { plan_only: _planOnly, details: _details, plan_id: _planId, ...rest } = request
  return rest
}

/** As it is written down. */
export function givenToShip(request: ShipInput): Record<string, unknown> {
  return given(shipOneInput, withoutPlan(request))
}
