import { FlyopsError } from '../../errors.js'
import type { AppStatus } from '../../fly/flyctl.js'
import { next } from '../next.js'
import type { PromoteInput } from './input.js'
import type { Source } from './source.js'

/** Raised where Fly would not let the app use the image. */
export function otherOrganization(
  { app, org, context: folder }: Source & Pick<PromoteInput, 'context'>,
  target: AppStatus,
): FlyopsError {
  return new FlyopsError(
    'other_organization',
    'preflight',
    `The image belongs to ${app} of organization ${org}, and ${target.name} is one of ${target.org}: Fly lets apps use images of their own organization only.`,
    {
      remedy: `Build the same commit for an app of ${target.org}, and push it there.`,
      next: [
        next.buildImage(
          { app: target.name, context: folder },
          'its own repository then has the image',
        ),
      ],
    },
  )
}
