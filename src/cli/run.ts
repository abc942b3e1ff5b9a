import { Command } from 'commander'
import { checkToolNames } from '../access/policy.js'
import type { PolicyFlags } from '../settings.js'
import { commandLineTools } from '../tools/catalogue.js'
import { version } from '../version.js'
import type { CommonFlags } from './common-flags.js'
import { addCompletion } from './completion.js'
import { diagnoseVerb } from './diagnose-verb.js'
import { addExamples } from './examples.js'
import { exitStatus } from './exit-status.js'
import type { Host } from './host.js'
import { importVerb } from './import-verb.js'
import { installVerb } from './install-verb.js'
import { policyOptions } from './policy-options.js'
import { runProgram } from './program.js'
import { sandboxVerb } from './sandbox-verb.js'
import { serveVerb } from './serve-verb.js'
import { start } from './start.js'
import { tokenVerb } from './token-verb.js'
import { toolVerb } from './tool-verb.js'

/** Runs one verb of the whole command line; the result is the process's exit status. */
export async function runCli(host: Host): Promise<number> {
  let status: number = exitStatus.done
  const program = createProgram(host, (code) => {
    status = code
  })
  return (await runProgram(program, host)) || status
}

/** Every verb; `exit` is told of a status other than 0. */
export function createProgram(host: Host, exit: (status: number) => void): Command {
  const program = new Command('flyops')
    .description(
      'Takes a git commit to a healthy app on Fly.io: an MCP server, and verbs for people and CI.',
    )
    .version(version)
    .addHelpText('after', firstSteps)
  for (const option of policyOptions()) program.addOption(option)
  // A flag after a verb is the verb's: promote-image has --apps too.
  program.enablePositionalOptions()
  async function startBounded({ root, logLevel, sandbox }: CommonFlags) {
    const flags = { root, logLevel, sandbox, ...program.opts<PolicyFlags>() }
    const composition = await start(host, flags)
    const names = commandLineTools.map(({ name }) => name)
    checkToolNames(composition.policy, names)
    return composition
  }
  program.addCommand(serveVerb(host))
  for (const tool of commandLineTools) {
    program.addCommand(toolVerb(tool, { host, exit, start: startBounded }))
  }
  program.addCommand(sandboxVerb(host, exit))
  program.addCommand(diagnoseVerb(host))
  program.addCommand(installVerb(host))
  program.addCommand(tokenVerb(host))
  program.addCommand(importVerb(host, startBounded))
  addCompletion(program)
  return addExamples(program)
}

const firstSteps = `
Examples:
  flyops serve --root .                          an MCP server on standard input and output
  flyops sandbox up                              a local Fly platform: no account needed
  flyops create-app --app hello --sandbox
  flyops build-image --app hello
  flyops deploy-image --app hello --image registry.fly.io/hello:1a2b3c4 --health-path /up`
