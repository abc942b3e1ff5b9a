import { Command } from 'commander'
import { addExamples } from './examples.js'
import type { Host } from './host.js'
import { runProgram } from './program.js'
import { serveVerb } from './serve-verb.js'

/** The way in for clients: loads nothing but what serving needs, for they wait for the tools. */
export function runServe(host: Host): Promise<number> {
  const argv = host.argv[0] === 'serve' ? host.argv : ['serve', ...host.argv]
  return runProgram(addExamples(new Command('flyops').addCommand(serveVerb(host))), {
    ...host,
    argv,
  })
}
