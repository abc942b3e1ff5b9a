import type { AppStatus } from '../../fly/flyctl.js'
import type { ToolContext } from '../context.js'
import type { ShipInput } from '../ship/input.js'
import type { BuildPlan } from './build-plan.js'

/** An image that every machine of the app runs, and that was built from the very inputs of a build. */
export interface Unchanged {
  /** As Fly names it. */
  readonly image: string
  readonly digest: string
  /** Full SHA of what it was built from. */
  readonly commit: string | undefined
}

/** Undefined where something else runs, or the caller wants an image with a tag of its own. */
export function findUnchanged(
  { inputs }: Pick<BuildPlan, 'inputs'>,
  { tag }: Pick<ShipInput, 'tag'>,
  {
    app,
    registryHost,
  }: Pick<ToolContext, 'registryHost'> & { readonly app: AppStatus | undefined },
): Unchanged | undefined {
  const [first, ...others] = app?.machines ?? []
  if (first?.image === undefined || first.imageDigest === undefined || tag !== undefined) return
  const { image, imageDigest: digest, commit } = first
  const isSame = [first, ...others].every(
    (machine) => machine.inputs === inputs && machine.imageDigest === digest,
  )
  if (!isSame || !image.startsWith(`${registryHost}/`)) return
  const isTagged = image.slice(registryHost.length).includes(':')
  return { image: isTagged ? image : `${image}@${digest}`, digest, commit }
}
