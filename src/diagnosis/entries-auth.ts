import type { Entry } from './diagnosis.js'

/** Logins, tokens and organizations. */
export const authEntries: readonly Entry[] = [
  {
    id: 'no_token',
    stage: 'auth',
    pattern: /no access token available/i,
    cause: 'There is no login for Fly: MCP clients do not hand the shell’s FLY_API_TOKEN on.',
    remedy:
      'A person runs `fly auth login`, or sets FLY_API_TOKEN in the configuration of the MCP client; never pass a token in a tool call.',
    retry: 'no',
    who: 'human',
  },
  {
    id: 'token_rejected',
    stage: 'auth',
    pattern:
      /server returned a non-200 status code: 401|no verified tokens|must be authenticated to view this|third-party discharge tokens?|token validation error|^Error: [^\n]{0,300}(?:\btoken (?:is |has )?(?:invalid|expired)|\b(?:invalid|expired) (?:access |api )?token)/im,
    cause: 'Fly does not accept the token: it is invalid, revoked or expired.',
    remedy:
      'A person runs `fly auth login`, or sets FLY_API_TOKEN to a new token from `fly tokens create`; then call the tool again. See https://fly.io/docs/security/tokens/.',
    retry: 'no',
    who: 'human',
  },
  {
    id: 'not_authorized_deploy',
    stage: 'auth',
    pattern:
      /Not authorized to (?:deploy|manage|access) |^Error: (?:[^\n]{0,300}: )?(?:unauthorized\b|(?:You are )?not authorized\b(?! to retrieve app logs))/im,
    cause:
      'The token is valid but too narrow: a deploy token covers one app, and cannot create any.',
    remedy:
      'A person decides on a token of the organization (`fly tokens create org`), or creates the app by hand; do not ask for wider rights unprompted. See https://fly.io/docs/security/tokens/.',
    retry: 'no',
    who: 'human',
  },
  {
    id: 'logs_not_authorized',
    stage: 'logs',
    pattern: /not authorized to retrieve app logs/,
    depth: 'symptom',
    cause:
      'The token may not read logs, as deploy tokens may not; that is not the same as no logs.',
    remedy:
      'To see the logs, a person provides a token that may read them; check_health works without.',
    retry: 'no',
    who: 'human',
  },
  {
    id: 'unknown_org',
    stage: 'create_app',
    pattern: /organization (?:"|')?[\w-]{1,100}(?:"|')? not found|Could not find Organization/i,
    cause: 'There is no such organization, or the login may not see it.',
    remedy: 'Call create_app with `org` set to one of the slugs that `fly orgs list` shows.',
    retry: 'no',
    next: {
      tool: 'create_app',
      arguments: {},
      needs: ['app', 'org'],
      why: 'with an organization that the login belongs to',
    },
  },
]
