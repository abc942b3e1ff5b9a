import tab from '@bomb.sh/tab/commander'
import type { Command } from 'commander'

/** Adds `flyops completion SHELL`, and the hidden verb that its scripts ask at each press of the key. */
export function addCompletion(program: Command): void {
  const { commands } = tab(program, { completionCommandName: 'completion' })
  for (const verb of program.commands) {
    const known = commands.get(verb.name())
    if (known !== undefined) known.description = verb.summary() || verb.description()
  }
}
