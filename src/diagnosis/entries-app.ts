import type { Entry } from './diagnosis.js'
import { createApp, deployImage } from './repairs.js'

/** Creating an app. */
export const appEntries: readonly Entry[] = [
  {
    id: 'name_taken',
    stage: 'create_app',
    pattern: /Name has already been taken|name_taken/i,
    cause:
      'The app name is taken: names are unique across all of Fly, so it may be yours or a stranger’s.',
    remedy:
      'Look it up with `fly apps list`: one of your own is ready to be deployed to; otherwise call create_app with another name. A wider token does not help.',
    retry: 'no',
    next: createApp('with another name'),
  },
  {
    id: 'name_invalid',
    stage: 'create_app',
    pattern: /Name may only contain|Name under 63 chars using/,
    cause: 'The app name has an underscore, a capital, a dot or a slash, or is too long.',
    remedy: 'Call create_app with a name of at most 63 lowercase letters, digits and dashes.',
    retry: 'no',
    who: 'tool',
    next: createApp('with a name that Fly allows'),
  },
  {
    id: 'payment',
    stage: 'create_app',
    pattern: /need your payment information|add a payment method|credit card or buy credit/i,
    cause: 'The organization has no means of payment, or its trial allows no more.',
    remedy:
      'A person adds one on the organization’s billing page at https://fly.io/dashboard; until then keep to one machine (`ha: false` of deploy_image).',
    retry: 'no',
    who: 'human',
  },
  {
    id: 'quota',
    stage: 'create_app',
    pattern: /over the allowed quota|machine limit (?:reached|exceeded)|limit of \d+ machines/i,
    cause: 'The organization has as many machines or apps as it may have.',
    remedy:
      'A person removes apps that are no longer needed (see `fly apps list`), or asks Fly for a higher limit.',
    retry: 'no',
    who: 'human',
  },
  {
    id: 'org_required',
    stage: 'create_app',
    pattern:
      /(?:org slug|name argument or flag|yes flag|region) must be specified when not running interactively/i,
    cause: 'flyctl wanted to ask something, and there is no terminal to answer on.',
    remedy: 'Use create_app with `app` and `org`: it answers each question by a flag.',
    retry: 'no',
    next: createApp('with the organization named', ['app', 'org']),
  },
  {
    id: 'app_race',
    stage: 'create_app',
    pattern: /sql: no rows in result set/,
    cause: 'The app was created a moment ago, and not every part of Fly knows it yet.',
    remedy: 'Make the same call again after 1, 2, 4, 8 and 16 seconds.',
    retry: 'yes',
    who: 'tool',
    next: deployImage('by now the app may be known everywhere'),
  },
  {
    id: 'app_not_found',
    stage: 'config',
    pattern: /app not found|Could not find App(?: "(?<app>[^"\s]{1,100})")?/i,
    cause: 'There is no such app, the login may not see it, or the toml names an older app.',
    remedy:
      'Compare the name with `app` in the toml and with `fly apps list`; if it is right, create the app with create_app.',
    retry: 'no',
    next: createApp('the app must exist before it is deployed to'),
  },
]
