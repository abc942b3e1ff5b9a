import { Command, Option } from 'commander'
import { FlyopsError } from '../errors.js'
import {
  baseImage,
  down,
  environment,
  quoted,
  reset,
  runSandbox,
  type SandboxStatus,
  status,
  up,
} from '../sandbox/sandbox.js'
import {
  beginScenario,
  compareVerb,
  listenVerb,
  namedScenario,
  runVerb,
} from './experiment-verbs.js'
import { faultVerb } from './fault-verb.js'
import { readNumber } from './flags.js'
import type { Host } from './host.js'
import { paces, type SandboxFlags, sandboxOptions } from './sandbox-options.js'

interface UpFlags extends SandboxFlags {
  readonly scenario?: string
  readonly seed?: number
}

/** `flyops sandbox …`: the local Fly. */
export function sandboxVerb(host: Host, exit: (status: number) => void): Command {
  const print = (text: string) => host.stdout.write(`${text}\n`)
  const verb = new Command('sandbox').description(
    'A Fly platform on this machine: no account needed.',
  )

  add<UpFlags>('up', 'start it, and return when it is ready', async (flags) => {
    const scenario = flags.scenario && (await namedScenario(flags.scenario, host))
    const options = await sandboxOptions(host, flags)
    print(describe(await up(options)))
    if (scenario) print(await beginScenario(scenario, options, host, flags.seed))
  })
    .option('--scenario <name>', 'with the project, the apps and the faults of one, or of a file')
    .option('--seed <number>', "instead of the scenario's own", readNumber)
    .option('--install', 'on Debian or Ubuntu, as root: install Docker where no engine answers')
    .addOption(paceOption())

  add('down', 'stop it; apps and images are kept', async (flags) => {
    await down(await sandboxOptions(host, flags))
    print('The sandbox is down.')
  })

  add('status', 'say how it stands', async (flags) => {
    const found = await status(await sandboxOptions(host, flags))
    print(describe(found))
    if (found.state === 'down') exit(1)
  })

  add('reset', 'stop it, and forget its apps and images', async (flags) => {
    await reset(await sandboxOptions(host, flags))
    print('The sandbox is down, and forgotten.')
  })

  add('env', 'print the variables that lead to it, for eval', async (flags) => {
    const found = await environment(await sandboxOptions(host, flags))
    if (found === undefined) {
      host.stderr.write('The sandbox is down: start it with `flyops sandbox up`.\n')
      return exit(1)
    }
    for (const [name, value] of Object.entries(found)) print(`export ${name}=${quoted(value)}`)
  })

  const base = new Command('base-image')
    .description(
      'make an image for Dockerfiles to begin with, with a shell and httpd, without a download',
    )
    .argument('<name>')
    .option('--state <folder>', 'of another sandbox')
  base.action(async (name: string) => {
    if (!/^[a-z0-9][a-z0-9._/-]*(:[\w.-]+)?$/.test(name))
      throw new FlyopsError('invalid_input', 'sandbox', `"${name}" is no name of an image.`)
    await baseImage(await sandboxOptions(host, { logLevel: 'warn', ...base.opts() }), name)
    print(`The engine has ${name}.`)
  })
  verb.addCommand(base)

  verb.addCommand(faultVerb(host))

  const background = new Command('serve')
    .option('--state <folder>')
    .option('--install')
    .option('--log-level <level>')
    .addOption(paceOption())
  background.action(async () =>
    runSandbox(await sandboxOptions(host, background.opts()), host.ending),
  )
  verb.addCommand(background, { hidden: true })
  verb.addCommand(runVerb(host, exit))
  verb.addCommand(compareVerb(host, exit))
  verb.addCommand(listenVerb(host, exit), { hidden: true })
  return verb

  function add<Flags extends SandboxFlags>(
    name: string,
    summary: string,
    work: (flags: Flags) => Promise<void>,
  ): Command {
    const command = new Command(name)
      .description(summary)
      .option('--state <folder>', 'keep another sandbox apart, in that folder')
      .option('--log-level <level>', 'debug, info, warn, error or silent', 'warn')
    verb.addCommand(command.action(() => work(command.opts<Flags>())))
    return command
  }
}

function paceOption(): Option {
  const words = 'fly: a machine is believed when it has been up for 10 s, as at Fly; quick: for 1 s'
  return new Option('--pace <pace>', words).choices(paces)
}

/** The variables of a sandbox that is started where it is down; for `--sandbox`. */
export async function sandboxEnvironment(host: Host): Promise<Readonly<Record<string, string>>> {
  const options = await sandboxOptions(host, { logLevel: 'warn' })
  await up(options)
  return (await environment(options)) ?? {}
}

function describe(found: SandboxStatus): string {
  if (found.state === 'down') return `The sandbox is down (${found.stateDir}).`
  return [
    'The sandbox is up.',
    `  api       ${found.apiUrl}`,
    `  registry  ${found.registryHost}`,
    `  engine    ${found.ownEngine ? 'its own' : 'the one that was there'}`,
    `  log       ${found.logFile}`,
    `  window    ${found.windowUrl}`,
    ...found.unknown.map(
      ({ request, count }) => `  unknown   ${request} (${count === 1 ? 'once' : `${count} times`})`,
    ),
    'Use it with `flyops serve --sandbox`, or in a shell after: eval "$(flyops sandbox env)"',
  ].join('\n')
}
