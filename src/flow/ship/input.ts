import { z } from 'zod'
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

/** What ship takes: the settings of build_image and deploy_image beside its own. */
export const shipInput = z.strictObject({
  app: fields.app,
  context: fields.context,
  org: orgSlug.optional().describe('Organization for a new app'),
  image_repository: fields.app
    .optional()
    .describe('App whose repository has the image; default app')
    .meta(fields.untold),
  secrets_file: testInput.shape.secrets_file.describe(
    'File with the values of required_secrets, for the test; default: environment of flyops',
  ),
  skip_test: z.boolean().default(false).describe('Push without a local test'),
  plan_only: z.boolean().default(false).describe('Show steps, settings and cost, change nothing'),
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
    'env',
    'set',
    'required_secrets',
    'rollback_on_failure',
  ]),
})

export type ShipInput = z.output<typeof shipInput>

/** tools/list shows these alone: the others are told of by build_image and deploy_image, and hardly ever asked for. */
function shown<Shape extends Readonly<Record<string, z.ZodType>>>(
  shape: Shape,
  names: readonly (keyof Shape & string)[],
): Shape {
  const entries = Object.entries(shape).map(([name, field]) => [
    name,
    names.includes(name) ? field : field.meta({ ...field.meta(), ...fields.untold }),
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
export function withoutPlan(request: ShipInput): Omit<ShipInput, 'plan_only' | 'plan_id'> {
  const { plan_only: _planOnly, plan_id: _planId, ...rest } = request
  return rest
}

/** As it is written down. */
export function givenToShip(request: ShipInput): Record<string, unknown> {
  return given(shipInput, withoutPlan(request))
}
