import { type Command, CommanderError } from 'commander'
import { FlyopsError } from '../errors.js'
import { plainText } from '../process/plain-text.js'
import { exitStatus, statusOfError } from './exit-status.js'
import type { Host } from './host.js'
import { createTerminal } from './terminal.js'

/** Parses the arguments and runs the verb; the result is the exit status where the verb sets none. */
export async function runProgram(program: Command, host: Host): Promise<number> {
  quiet(program, host)
  try {
    await program.parseAsync(host.argv, { from: 'user' })
    return exitStatus.done
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitStatus.done : exitStatus.refused
    return reportFailure(error, host)
  }
}

/** Commander must not end the process itself: open output would be lost. */
function quiet(command: Command, host: Host): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => host.stdout.write(text),
    writeErr: (text) => host.stderr.write(text),
  })
  for (const each of command.commands) quiet(each, host)
}

/** A failure before any tool runs: settings, or the sandbox. */
export function reportFailure(error: unknown, { argv, stdout, stderr }: Host): number {
  if (!(error instanceof FlyopsError)) throw error
  const json = argv.includes('--json')
  createTerminal({ stdout, stderr, json, redact: plainText }).error(error)
  return statusOfError(error.code)
}
