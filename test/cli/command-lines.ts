import { PassThrough } from 'node:stream'
import type { Command } from 'commander'
import { readFlags } from '../../src/cli/flags.js'
import { createProgram } from '../../src/cli/run.js'
import { catalogue } from '../../src/tools/catalogue.js'

/** The whole command line; what it prints goes to `stdout`. */
export function openProgram(stdout = new PassThrough()): Command {
  const silent = new PassThrough()
  const program = createProgram(
    {
      argv: [],
      env: {},
      cwd: '/',
      pid: 1,
      platform: 'linux',
      stdin: silent,
      stdout,
      stderr: silent,
      ending: new AbortController().signal,
      end: () => {},
      toolsFile: '',
      node: '',
      script: '',
      standIn: '',
    },
    () => {},
  )
  return program.exitOverride()
}

/** What flyops would not take of a command line; undefined where it takes all. */
export function faultOf(line: string): string | undefined {
  const [, ...words] = wordsOf(line.slice(line.indexOf('flyops')))
  let command = openProgram()
  let rest = words
  for (;;) {
    const next = command.commands.find((each) => each.name() === rest[0])
    if (next === undefined) break
    command = next
    rest = rest.slice(1)
  }
  if (command.parent === null) return `there is no verb ${rest[0]}`
  const { operands, unknown } = command.exitOverride().parseOptions([...rest])
  if (unknown.length > 0) return `${command.name()} does not know ${unknown.join(' ')}`
  if (operands.length > command.registeredArguments.length) return `too much: ${operands.join(' ')}`
  const tool = catalogue.find(({ name }) => name.replaceAll('_', '-') === command.name())
  return tool?.flags.safeParse(readFlags(command, tool.flags)).error?.message
}

/** Words up to what a shell would do with the output; quotes hold together. */
function wordsOf(line: string): readonly string[] {
  const [command = ''] = line.split(/ [>|] |\)/)
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? '',
  )
}
