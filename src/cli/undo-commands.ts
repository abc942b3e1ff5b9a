import type { NextCall } from '../errors.js'
import { undoing } from '../flow/undo.js'
import { nextCommand } from './next-command.js'

/** How people undo what a result tells of: "To undo: flyops rollback --app hello --to 4". */
export function undoCommands({ next }: Readonly<Record<string, unknown>>): readonly string[] {
  const calls = undoing(next as readonly NextCall[] | undefined)
  return calls.map((call) => `To undo: ${nextCommand(call)}`)
}
