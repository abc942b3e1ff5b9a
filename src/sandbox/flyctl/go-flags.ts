import type { Command } from 'commander'

/**
 * Go's flags take `--ha=false` where commander wants `--no-ha`: turns the one into the other. A flag
 * that is set to false and has no opposite is left out.
 */
export function withoutValues(argv: readonly string[], program: Command): string[] {
  const switches = new Set(booleans(program))
  return argv.flatMap((argument) => {
    const [, name = '', value = ''] = /^--([\w-]+)=(true|false|1|0|t|f)$/.exec(argument) ?? []
    if (!switches.has(name)) return [argument]
    if (value.startsWith('t') || value === '1') return [`--${name}`]
    return switches.has(`no-${name}`) ? [`--no-${name}`] : []
  })
}

function booleans(command: Command): string[] {
  const own = command.options
    .filter((option) => option.isBoolean() || option.negate)
    .flatMap(({ long }) => (long ? [long.slice(2)] : []))
  return [...own, ...command.commands.flatMap(booleans)]
}
