import { randomBytes } from 'node:crypto'

/** How a configuration begins that flyops wrote; where it came from follows. */
export const opening = '# written by flyops from '

export function isWrittenByFlyops(text: string): boolean {
  return text.startsWith(opening)
}

/** Whether a text, or its beginning, says how an app is deployed: it names the app as fly.toml does. */
export function isAppConfig(text: string): boolean {
  return isWrittenByFlyops(text) || /^\uFEFF?\s*["']?app["']?\s*=/im.test(text)
}

/** The file that a deploy of the app writes, beside the user's fly.toml. */
export function configName(app: string): string {
  return `fly-${app}.toml`
}

/** Whether a file may say how an app is deployed, by its name. */
export function isConfigName(name: string): boolean {
  return /^fly.*\.toml$/s.test(name)
}

/** Whether it may be one that a deploy writes. */
export function isWrittenName(name: string): boolean {
  return /^fly-.*\.toml$/s.test(name)
}

/** What a file is called while it is written; in the next moment it is gone. */
export function temporaryName(name: string): string {
  return `.${name}.${randomBytes(6).toString('hex')}.tmp`
}

export function isBeingWritten(name: string): boolean {
  return /^\.fly-.*\.toml\.[0-9a-f]{12}\.tmp$/s.test(name)
}
