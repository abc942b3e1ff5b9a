/** Names of apps, as Fly takes them; apart from the fields, for it is looked at before these are loaded. */
export const appNamePattern = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
export const appNameForm =
  'must be 1 to 63 lowercase letters, digits and dashes, without a dash at either end'
