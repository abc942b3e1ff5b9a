import { FlyopsError } from '../../errors.js'
import type { AppStatus } from '../../fly/flyctl.js'
import { next } from '../next.js'
import type { Source } from './source.js'
import type { TargetResult } from './target.js'

/** Raised where Fly would not let the app use the image. */
export function otherOrganization({ app, org }: Source, target: AppStatus): FlyopsError {
  return new FlyopsError(
    'other_organization',
    'preflight',
    `The image belongs to ${app} of organization ${org}, and ${target.name} is one of ${target.org}: Fly lets apps use images of their own organization only.`,
    {
      remedy: `Build the same commit for an app of ${target.org}, and push it there.`,
      next: [next.buildImage({ app: target.name }, 'its own repository then has the image')],
    },
  )
}

/** Raised where no app took the image: the first one's reason. */
export function nothingPromoted(results: readonly TargetResult[], image: string): FlyopsError {
  const [first] = results.flatMap(({ error }) => error ?? [])
  const lines = results.map(({ app, code, reason }) => `${app}: ${code}: ${reason}`)
  const message = `${image} was deployed to none of the apps.`
  if (first === undefined) return new FlyopsError('deploy_failed', 'deploy', message)
  const evidence = [...lines, first.evidence ?? ''].join('\n').trim()
  return first.with({ message: `${message} ${first.message}`, evidence })
}
