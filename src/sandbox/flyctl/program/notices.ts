import { faint, yellow } from './colours.js'
import type { Host } from './host.js'

/** Notices of flyctl's terminal logger: on standard output, an empty line after each (flyctl 2026.8). */
export function inform({ out }: Pick<Host, 'out'>, text: string): void {
  out(`${faint('INFO')} ${text}\n\n`)
}

export function warn({ out }: Pick<Host, 'out'>, text: string): void {
  out(`${yellow('WARN')} ${text}\n\n`)
}

/** Where flyctl leaves the empty line out. */
export function warnTightly({ out }: Pick<Host, 'out'>, text: string): void {
  out(`${yellow('WARN')} ${text}\n`)
}
