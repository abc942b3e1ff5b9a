import { Command } from 'commander'
import { FlyctlError } from '../failure.js'
import { goJson } from '../go-json.js'
import type { Host } from '../host.js'

/** A command of an app: `-a`, `-c` and `-j`. */
export function appCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('-a, --app <string>', 'Application name')
    .option('-c, --config <string>', 'Path to application configuration file')
    .option('-j, --json', 'JSON output')
}

/** Commands of one subject, such as `apps`. */
export function group(name: string, commands: readonly Command[]): Command {
  const parent = new Command(name)
  for (const command of commands) parent.addCommand(command)
  return parent
}

/** Prints JSON. The stand-in has no tables: programs read it, not people. */
export function printJson(host: Host, json: boolean | undefined, value: unknown): void {
  if (!json && !host.env.FLY_JSON) {
    throw new FlyctlError('this stand-in for flyctl prints JSON only; add --json')
  }
  host.out(goJson(value))
}
