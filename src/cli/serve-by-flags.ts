import { Command } from 'commander'
import { addExamples } from './examples.js'
import type { Host } from './host.js'
import { runProgram } from './program.js'
import { serveVerb } from './serve-verb.js'

/** `flyops serve` with flags, or with a question about them. */
export function runServeVerb(host: Host): Promise<number> {
  return runProgram(addExamples(new Command('flyops').addCommand(serveVerb(host))), host)
}
