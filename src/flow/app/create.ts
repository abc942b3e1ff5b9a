import { FlyopsError, hasCode, type Warning } from '../../errors.js'
import type { App, Organization } from '../../fly/flyctl.js'
import type { ToolContext } from '../context.js'
import { next } from '../next.js'
import { recorded } from '../record/recorded.js'
import { checkOrg } from '../rules/bounds.js'
import type { CreateInput } from './create-input.js'
import { findApp } from './find.js'

export type Created = ReturnType<typeof describe> & { readonly warnings?: Warning[] | undefined }

/** Leaves an app that is ours as it is; raises `name_taken`, `org_required` and `unknown_org`. */
export async function createOrFind(
  { app, generate_name, org }: CreateInput,
  context: ToolContext,
): Promise<Created> {
  if ((app === undefined) === (generate_name !== true)) throw needsOneName(app)
  const existing = app === undefined ? undefined : await findApp(app, context)
  return existing === undefined
    ? create({ app, generate_name, org }, context)
    : describe(existing, false)
}

/** For an app that is known not to be there; raises the same. */
export async function create(
  { app, generate_name, org }: CreateInput,
  context: ToolContext,
  orgs: Promise<readonly Organization[]> = context.flyctl.orgs(context),
): Promise<Created> {
  const owner = chooseOrg(org, await orgs, context)
  checkOrg(owner, context.rules?.boundsOf(app ?? '*'))
  context.progress({ message: `creating the app in ${owner}` })
  const operation = {
    tool: 'create_app',
    app: app ?? '',
    args: { app, generate_name, org: owner },
  }
  return recorded(operation, context, async () => {
    const created = await context.flyctl.createApp(app, owner, context).catch((error: unknown) => {
      throw explain(error, app, owner)
    })
    return describe(created, true)
  })
}

function describe({ name, org, hostname, url }: App, created: boolean) {
  return {
    app: name,
    created,
    org,
    hostname,
    url,
    next: [next.ship({ app: name }, 'builds a commit and deploys it')],
  }
}

function chooseOrg(
  wanted: string | undefined,
  orgs: readonly Organization[],
  context: ToolContext,
): string {
  const slug = wanted ?? context.org
  if (slug === undefined) {
    const [only, ...others] = orgs
    if (only !== undefined && others.length === 0) return only.slug
    throw orgError(
      'org_required',
      'The login has several organizations, and none was chosen.',
      orgs,
    )
  }
  if (orgs.some((org) => org.slug === slug)) return slug
  throw orgError('unknown_org', `There is no organization ${slug} that this login may see.`, orgs)
}

function orgError(
  code: 'org_required' | 'unknown_org',
  message: string,
  orgs: readonly Organization[],
): FlyopsError {
  return new FlyopsError(code, 'create_app', message, {
    remedy: 'Ask which one to use, and give its slug as `org`.',
    evidence: orgs.map(({ slug, name }) => `${slug} (${name})`).join('\n'),
  })
}

function needsOneName(app: string | undefined): FlyopsError {
  const message =
    app === undefined ? 'app: a name is missing.' : 'generate_name: it cannot be combined with app.'
  return new FlyopsError('invalid_input', 'create_app', message, {
    remedy: 'Give either `app`, or `generate_name: true`.',
  })
}

/** Names that may be free: nobody asked Fly. */
function suggestions(app: string): readonly string[] {
  const stem = app.slice(0, 55).replace(/-+$/, '')
  return ['app', 'web', Date.now().toString(36).slice(-4)].map((suffix) => `${stem}-${suffix}`)
}

function explain(error: unknown, app: string | undefined, org: string): unknown {
  if (!hasCode(error, 'name_taken') || app === undefined) return error
  return error.with({
    stage: 'create_app',
    message: `The name ${app} is taken, perhaps by an app of somebody else’s.`,
    remedy: `Choose another name, such as ${suggestions(app).join(', ')} (not checked), or let Fly make one up.`,
    next: [next.createApp({ generate_name: true, org }, 'a made-up name is free')],
  })
}
