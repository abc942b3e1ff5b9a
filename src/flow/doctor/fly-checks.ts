import { hasCode } from '../../errors.js'
import type { Login, TokenKind } from '../../fly/login.js'
import { type Check, type Finding, failed, ok, warning } from './check.js'

const fixWhenFlyIsSlow = 'Check the network and https://status.flyio.net, then call doctor again.'

export const flyctl: Check = {
  name: 'flyctl',
  fixWhenSlow: 'See in a terminal whether `fly version` answers; if not, install flyctl again.',
  async run({ flyctl, signal }) {
    const { version, standIn } = await flyctl.version({ signal })
    return ok(`flyctl ${version}${standIn ? ', the stand-in of the flyops sandbox' : ''}`)
  },
}

export const login: Check = {
  name: 'login',
  asksFly: true,
  fixWhenSlow: fixWhenFlyIsSlow,
  async run({ flyctl, signal }) {
    const found = flyctl.login()
    try {
      return ok(`${await flyctl.whoami({ signal })}, by ${describe(found)}`)
    } catch (error) {
      if (hasCode(error, 'flyctl_missing')) return notChecked
      if (!hasCode(error, 'not_authenticated')) throw error
      return failed(`Fly.io does not accept ${describe(found)}.`, fixOf(found))
    }
  },
}

export const organizations: Check = {
  name: 'organizations',
  asksFly: true,
  fixWhenSlow: fixWhenFlyIsSlow,
  async run({ flyctl, org, signal }) {
    try {
      const found = await flyctl.orgs({ signal })
      return judgeOrganizations(
        found.map(({ slug }) => slug),
        org,
      )
    } catch (error) {
      if (hasCode(error, 'flyctl_missing')) return notChecked
      if (!hasCode(error, 'not_authenticated')) throw error
      return warning(
        'The login may not list organizations.',
        'Repair the login; a token of one app cannot create others: use `fly tokens create org` for that.',
      )
    }
  },
}

const notChecked = warning('Not checked: flyctl was not found.')

const kinds: Readonly<Record<TokenKind, string>> = {
  personal: 'a personal token',
  limited: 'a token limited to an app or an organization',
  copied: 'a copy of a login, which may end in minutes',
  unknown: 'a token of unknown kind',
}

function describe(found: Login): string {
  return found.from === 'fly auth login' ? 'fly auth login' : `${found.from} (${kinds[found.kind]})`
}

function fixOf({ from }: Login): string {
  return from === 'fly auth login'
    ? 'Run `fly auth login` in a terminal, or set FLY_API_TOKEN. flyops sees none: Codex, Gemini CLI and others pass on only the variables that their settings name, as `flyops install` has them do.'
    : `Set ${from} to a valid token where flyops is started, or unset it and run \`fly auth login\`.`
}

const shownOrganizations = 10

function judgeOrganizations(slugs: readonly string[], wanted: string | undefined): Finding {
  const more = slugs.length > shownOrganizations ? ', …' : ''
  const list = `${slugs.slice(0, shownOrganizations).join(', ')}${more}`
  if (slugs.length === 0) {
    return failed('The login sees no organization.', 'Have it added to one, or log in as another.')
  }
  if (wanted !== undefined && !slugs.includes(wanted)) {
    return failed(
      `FLYOPS_ORG is ${wanted}, which the login does not see; it sees ${list}.`,
      'Set FLYOPS_ORG to one of them.',
    )
  }
  if (wanted !== undefined) return ok(`${wanted}, of ${list}`)
  return ok(slugs.length === 1 ? list : `${list}; create_app needs \`org\`, or FLYOPS_ORG`)
}
