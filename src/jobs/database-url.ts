import { FlyopsError } from '../errors.js'

/** What FLYOPS_DATABASE_URL says. Raises `invalid_input`, which does not show it, for it holds a password. */
export function databaseUrl(url: string | undefined): string | undefined {
  if (url === undefined || /^postgres(?:ql)?:\/\/./.test(url)) return url
  throw new FlyopsError('invalid_input', 'settings', 'FLYOPS_DATABASE_URL is no address.', {
    remedy: 'Set FLYOPS_DATABASE_URL to postgres://USER:PASSWORD@HOST:5432/DATABASE.',
  })
}

/** The whole address, and its password as it is written and as it is meant. */
export function secretsOfUrl(url: string | undefined): readonly (string | undefined)[] {
  if (url === undefined || !URL.canParse(url)) return [url]
  const { password, searchParams } = new URL(url)
  return [url, password, decodeURIComponent(password), searchParams.get('password') ?? undefined]
}
