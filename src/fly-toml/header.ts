import type { BaseConfig } from './fly-toml.js'

const opening = '# written by flyops from '

/** Whether a toml file is flyops' own, so that a build does not count it as somebody's change. */
export function isWrittenByFlyops(text: string): boolean {
  return text.startsWith(opening)
}

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
