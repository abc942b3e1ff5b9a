import { isWrittenByFlyops, opening } from '../project/written-config.js'
import type { BaseConfig } from './fly-toml.js'

/** Whether it began as somebody's own file of that name, whose settings it has. */
export function replacesSomebodys(text: string): boolean {
  const [first = ''] = text.split(/\r?\n/, 1)
  return isWrittenByFlyops(text) && first.endsWith(', which it replaces')
}

/** The first line of the file; our own file keeps the one that it has, and with it the name of its origin. */
export function headerFor(base: BaseConfig | undefined): string {
  if (base === undefined) return `${opening}the defaults`
  if (!base.isTarget) return `${opening}${oneLine(base.path)}; the original is unchanged`
  if (isWrittenByFlyops(base.text)) return base.text.split(/\r?\n/, 1).join('')
  return `${opening}${oneLine(base.path)}, which it replaces`
}

/** A line break in a file's name would end the comment. */
function oneLine(path: string): string {
  return path.replace(/\p{Cc}/gu, '?')
}
