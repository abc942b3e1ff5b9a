import { type Command, CommanderError } from 'commander'
import { errorText, FlyctlError } from './failure.js'
import { withoutValues } from './go-flags.js'
import type { Host } from './host.js'
import { createProgram } from './program.js'

/** Runs one command; the result is its exit status: 127 where it was interrupted. */
export async function runFlyctl(host: Host): Promise<number> {
  const program = createProgram(host)
  let usage = ''
  const failed = (command: Command) => {
    usage = command.helpInformation()
  }
  prepare(program, host, failed)
  try {
    await program.parseAsync(withoutValues(host.argv, program), { from: 'user' })
    return 0
  } catch (error) {
    if (host.ending.aborted) return 127
    if (error instanceof CommanderError) return reportUsage(host, error, usage)
    if (!(error instanceof FlyctlError)) throw error
    host.err(errorText(error))
    return 1
  }
}

/** Commander must neither print in its own words nor end the process. */
function prepare(command: Command, host: Host, failed: (command: Command) => void): void {
  command
    .exitOverride((error) => {
      if (error.exitCode !== 0) failed(command)
      throw error
    })
    .configureOutput({ writeOut: host.out, writeErr: () => {} })
  for (const each of command.commands) prepare(each, host, failed)
}

function reportUsage(host: Host, error: CommanderError, usage: string): number {
  if (error.exitCode === 0) return 0
  const message = usageMessage(error, host.argv.at(-1) ?? '')
  if (message === undefined) {
    host.out(usage)
    return 0
  }
  host.out(error.code === 'commander.unknownCommand' ? "Run 'flyctl --help' for usage.\n\n" : usage)
  host.err(`Error: ${message}\n`)
  return 1
}

/** The words of flyctl's own parsers, pflag and cobra. A group without a command shows its help. */
function usageMessage({ code, message }: CommanderError, last: string): string | undefined {
  const [, named = ''] = /'([^']*)'/.exec(message) ?? []
  switch (code) {
    case 'commander.help':
      return undefined
    case 'commander.unknownCommand':
      return `unknown command "${named}" for "flyctl"`
    case 'commander.unknownOption':
      return named.startsWith('--')
        ? `unknown flag: ${named.replace(/=.*/, '')}`
        : `unknown shorthand flag: '${named.charAt(1)}' in ${named}`
    case 'commander.optionMissingArgument':
      return `flag needs an argument: ${last.startsWith('--') ? last : `'${last.charAt(1)}' in ${last}`}`
    case 'commander.missingArgument':
      return 'requires at least 1 arg(s), only received 0'
    default:
      return message.replace(/^error: /, '')
  }
}

