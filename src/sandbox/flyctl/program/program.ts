import { Command, CommanderError, Option } from 'commander'
import type { CommandContext, CommandSpec, FlagSpec } from './command.js'
import { FlyctlError } from './failure.js'
import { readFlags, writeOutBareFlags } from './parse.js'
import { usageOf } from './usage.js'

const globalFlags: readonly FlagSpec[] = [
  { name: 'access-token', short: 't', type: 'string', about: 'Fly API Access Token' },
  { name: 'debug', type: 'bool', about: 'Print additional logs and traces' },
  { name: 'verbose', type: 'bool', about: 'Verbose output' },
]

/** A command that was understood, or help, which is all that there is to do. */
export type Parsed = { readonly kind: 'help'; readonly text: string } | ParsedCommand

interface ParsedCommand extends Pick<CommandContext, 'args' | 'flags'> {
  readonly kind: 'command'
  readonly spec: CommandSpec
}

/** Arguments that no command takes; the usage is for standard output. */
export class UsageError extends FlyctlError {
  readonly usage: string

  constructor(message: string, usage: string) {
    super(message)
    this.usage = usage
  }
}

/** Reads the arguments. Raises UsageError in the words of flyctl's own parser, cobra. */
export function parseArguments(specs: readonly CommandSpec[], argv: readonly string[]): Parsed {
  const spec = findCommand(specs, argv)
  if (spec === undefined) return overview(specs, argv)
  const flags = [...spec.flags, ...globalFlags]
  const command = toCommander(spec, flags)
  const words = writeOutBareFlags(argv.slice(spec.words.length), flags)
  try {
    command.parse(words, { from: 'user' })
    const args = command.args
    checkCount(spec, args)
    return { kind: 'command', spec, args, flags: readFlags(flags, optionsOf(command, flags)) }
  } catch (error) {
    return refused(error, usageOf(spec, globalFlags))
  }
}

function findCommand(specs: readonly CommandSpec[], argv: readonly string[]) {
  return specs.find(({ words }) => words.every((word, index) => argv[index] === word))
}

function overview(specs: readonly CommandSpec[], argv: readonly string[]): Parsed {
  const rows = specs.map(({ words, about }) => `  ${words.join(' ').padEnd(18)} ${about}\n`)
  const text = `flyops sandbox stand-in for flyctl\n\nCommands:\n${rows.join('')}`
  const [first] = argv.filter((word) => !word.startsWith('-'))
  if (first === undefined) return { kind: 'help', text }
  throw new UsageError(`unknown command ${JSON.stringify(argv.join(' '))} for "flyctl"`, text)
}

function toCommander(spec: CommandSpec, flags: readonly FlagSpec[]): Command {
  const command = new Command(`flyctl ${spec.words.join(' ')}`)
    .allowExcessArguments()
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {} })
  for (const flag of flags) {
    command.addOption(toOption(flag))
    for (const alias of flag.aliases ?? [])
      command.addOption(toOption({ ...flag, name: alias, short: alias.charAt(0) }))
  }
  return command
}

function toOption({ name, short }: FlagSpec): Option {
  const names = short === undefined ? `--${name}` : `-${short}, --${name}`
  const option = new Option(`${names} <value>`)
  // To commander `--no-tail` would be the negation of `--tail`.
  option.negate = false
  return option.argParser<string[]>((value, former = []) => [...former, value])
}

/** Values by flag name; an alias's count as the flag's own. */
function optionsOf(command: Command, flags: readonly FlagSpec[]): Record<string, unknown> {
  const values = command.options.flatMap((option) => {
    const value = command.getOptionValue(option.attributeName())
    const name = option.long?.slice(2) ?? ''
    const flag = flags.find(({ aliases }) => aliases?.includes(name))
    return value === undefined ? [] : [[flag?.name ?? name, value]]
  })
  return Object.fromEntries(values)
}

function checkCount({ arguments: allowed = { min: 0, max: 0 } }: CommandSpec, args: string[]) {
  const { min, max } = allowed
  if (args.length < min)
    throw new FlyctlError(`requires at least ${min} arg(s), only received ${args.length}`)
  if (args.length > max && max === 0)
    throw new FlyctlError(`unknown command ${JSON.stringify(args[0])} for "flyctl"`)
  if (args.length > max)
    throw new FlyctlError(`accepts at most ${max} arg(s), received ${args.length}`)
}

function refused(error: unknown, usage: string): Parsed {
  if (error instanceof FlyctlError) throw new UsageError(error.message, usage)
  if (!(error instanceof CommanderError)) throw error
  if (error.code.startsWith('commander.help')) return { kind: 'help', text: usage }
  const [, flag = ''] = /'([^']*)'/.exec(error.message) ?? []
  throw new UsageError(wordsFor(error, flag), usage)
}

/** In the words of Go's pflag. */
function wordsFor({ code, message }: CommanderError, flag: string): string {
  if (code === 'commander.unknownOption') {
    const name = flag.split('=')[0] ?? flag
    return name.startsWith('--')
      ? `unknown flag: ${name}`
      : `unknown shorthand flag: '${name.charAt(1)}' in ${name}`
  }
  if (code === 'commander.optionMissingArgument') {
    const name = /--[\w-]+/.exec(flag)?.[0] ?? flag
    return `flag needs an argument: ${name}`
  }
  return message.replace(/^error: /, '')
}
