import { FlyopsError } from '../../errors.js'
import type { AppStatus } from '../../fly/flyctl.js'
import type { DeployInput } from '../deploy/input.js'
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

/** What an app that is not there needs before one can `again`. */
export function createFirst(again: 'plan' | 'promote'): string {
  return `Create it, set the secrets that it needs, then ${again} again; for a region of its own deploy_image with \`region\` instead. Or correct the name.`
}

/** What a plan says of an app that it cannot be done to. */
export function notThere(app: string): FlyopsError {
  const message = `There is no app ${app} that this login may see: it gets nothing before it is created.`
  return new FlyopsError('app_not_found', 'preflight', message, {
    remedy: createFirst('plan'),
    live: `There is no app ${app}.`,
    next: [next.createApp({ app }, 'a deploy needs an app')],
  })
}

/** Raised where an app would run without variables that it runs with. */
export function losesVariables(
  { app, image, context: folder }: DeployInput,
  from: string,
  names: readonly string[],
): FlyopsError {
  const message = `${app} runs with ${names.join(', ')}, which ${from} does not have: it would lose them.`
  return new FlyopsError('config_invalid', 'config', message, {
    remedy: `Write them into ${from}, or set them as secrets; where they are to go, deploy to ${app} alone.`,
    next: [
      next.deployImage({ app, image, context: folder, dry_run: true }, 'shows that deploy alone'),
    ],
  })
}
