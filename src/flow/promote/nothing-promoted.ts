import { FlyopsError } from '../../errors.js'
import { next } from '../next.js'
import { createFirst } from './failures.js'
import type { PromoteInput } from './input.js'
import type { Source } from './source.js'
import type { TargetResult } from './target.js'

/** Raised where no app took the image: the first one's reason. */
export function nothingPromoted(
  results: readonly TargetResult[],
  request: PromoteInput,
  { image }: Source,
): FlyopsError {
  const [first] = results.flatMap(({ error }) => error ?? [])
  if (first === undefined)
    return new FlyopsError('deploy_failed', 'deploy', `${image} was deployed to none of the apps.`)
  const missing = results.find(({ code }) => code === 'app_not_found')
  if (missing?.error === first) return noSuchApp(first, missing, request)
  const lines = results.map(({ app, code, reason, live = '' }) =>
    `${app}: ${code}: ${reason} ${live}`.trim(),
  )
  return first.with({
    message: `${image} was deployed to none of the apps. ${first.message}`,
    evidence: [...lines, first.evidence ?? ''].join('\n').trim(),
  })
}

function noSuchApp(error: FlyopsError, { app }: TargetResult, request: PromoteInput): FlyopsError {
  return error.with({
    message: `Nothing was deployed: there is no app ${app} that this login may see.`,
    live: undefined,
    remedy: createFirst('promote'),
    next: [
      next.createApp({ app }, 'a deploy needs an app'),
      next.promoteImage(request, 'then the app can take the image'),
    ],
  })
}
