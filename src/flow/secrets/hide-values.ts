import type { ToolContext } from '../context.js'

/** From now on nothing that flyops tells shows the secrets of an app; what names the app is none. */
export function hideValues(
  values: readonly string[],
  app: string,
  { hide, registryHost }: Pick<ToolContext, 'hide' | 'registryHost'>,
): void {
  const known = [`https://${app}.fly.dev`, `${registryHost}/${app}`]
  for (const value of values) hide(value, known)
}
