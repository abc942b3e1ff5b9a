import type { CommandSpec, FlagSpec } from './command.js'

/** A command's usage, laid out as flyctl's own. */
export function usageOf(spec: CommandSpec, globalFlags: readonly FlagSpec[]): string {
  const words = ['flyctl', ...spec.words, ...(spec.usage ? [spec.usage] : []), '[flags]']
  const help: FlagSpec = {
    name: 'help',
    short: 'h',
    type: 'bool',
    about: `help for ${spec.words.at(-1)}`,
  }
  const own = [...spec.flags, help].sort((a, b) => (a.name < b.name ? -1 : 1))
  return `Usage:\n  ${words.join(' ')}\n\nFlags:\n${rows(own)}\nGlobal Flags:\n${rows(globalFlags)}\n`
}

const valueNames = { bool: '', string: ' string', int: ' int', repeated: ' stringArray' } as const

function rows(flags: readonly FlagSpec[]): string {
  const shown = flags.map(({ name, short, type, about, otherwise }) => ({
    names: `${short === undefined ? '    ' : `-${short}, `}--${name}${valueNames[type]}`,
    about: otherwise ? `${about} (default true)` : about,
  }))
  const width = Math.max(...shown.map(({ names }) => names.length))
  return shown.map(({ names, about }) => `  ${names.padEnd(width)}   ${about}\n`).join('')
}
