import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Command } from 'commander'
import { z } from 'zod'
import { appView, graphqlApp } from '../app-view.js'
import { FlyctlError } from '../failure.js'
import { goJson } from '../go-json.js'
import type { Host } from '../host.js'
import { listOrganizations } from '../organizations.js'
import { appQuery } from '../queries.js'
import { openSession, type Session } from '../session.js'

interface Flags {
  readonly name?: string
  readonly generateName?: boolean
  readonly org?: string
  readonly network?: string
  readonly json?: boolean
  readonly accessToken?: string
}

export function appsCreateCommand(host: Host): Command {
  const command = new Command('create')
    .description('Create a new application.')
    .argument('[APP_NAME]')
    .option('--name <string>', 'The app name to use')
    .option('--generate-name', 'Generate an app name')
    .option('-o, --org <string>', 'The target Fly.io organization')
    .option('--network <string>', 'Specify custom network id')
    .option('-y, --yes', 'Accept all confirmations')
    .option('-j, --json', 'JSON output')
  return command.action(async (argument: string | undefined) => {
    const flags = command.optsWithGlobals<Flags>()
    const session = openSession(host, flags.accessToken)
    const name = wantedName(argument, flags)
    const slug = await organizationOf(session, flags.org ?? host.env.FLY_ORG)
    await create(session, { name, org_slug: slug, network: flags.network ?? '', app_role_id: '' })
    await becomesVisible(session, name)
    if (!flags.json) return host.out(`New app created: ${name}\n`)
    const query = { query: appQuery, variables: { appName: name } }
    const { app } = await session.graphql(query, z.object({ app: graphqlApp }))
    return host.out(goJson(appView(app)))
  })
}

function wantedName(argument: string | undefined, { name, generateName }: Flags): string {
  if (argument && name && argument !== name) {
    throw new FlyctlError(
      `two app names specified ${argument} and ${name}, only one may be specified`,
    )
  }
  const given = argument ?? name
  if (given) return given
  if (generateName) return `sandbox-app-${randomInt(1_000).toString().padStart(3, '0')}`
  throw new FlyctlError('name argument or flag must be specified when not running interactively')
}

/** Without a flag, the only organization, where it is a personal one. */
async function organizationOf(session: Session, wanted: string | undefined): Promise<string> {
  const found = await listOrganizations(session)
  if (wanted) {
    if (found.some(({ slug }) => slug === wanted)) return wanted
    throw new FlyctlError(`organization ${wanted} not found`)
  }
  const [only, ...others] = found
  if (only?.type === 'PERSONAL' && others.length === 0) return only.slug
  throw new FlyctlError('org slug must be specified when not running interactively')
}

async function create({ flaps }: Session, body: Record<string, string>): Promise<void> {
  await flaps({ method: 'POST', path: '/apps?wait=true', body }, z.looseObject({}))
}

const visibleWithinMs = 60_000

/** A new app may be unknown for a moment. */
async function becomesVisible({ flaps }: Session, name: string): Promise<void> {
  const deadlineMs = Date.now() + visibleWithinMs
  for (;;) {
    try {
      await flaps({ method: 'GET', path: `/apps/${name}` }, z.looseObject({}))
      return
    } catch (error) {
      const isUnknown = error instanceof FlyctlError && error.httpStatus === 404
      if (!isUnknown || Date.now() > deadlineMs) throw error
    }
    await sleep(500)
  }
}
