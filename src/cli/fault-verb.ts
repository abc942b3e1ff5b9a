import { Command, InvalidArgumentError, Option } from 'commander'
import {
  addFault,
  clearFaults,
  type Fault,
  faultKinds,
  faultPlaces,
  listFaults,
} from '../sandbox/sandbox.js'
import { readNumber } from './flags.js'
import type { Host } from './host.js'
import { type SandboxFlags, sandboxOptions } from './sandbox-options.js'

interface FaultFlags extends SandboxFlags {
  readonly path?: string
  readonly method?: string
  readonly app?: string
  readonly region?: string
  readonly machine?: string
  readonly status?: number
  readonly retryAfter?: number
  readonly seconds?: number
  readonly nth?: number
  readonly times?: number
  readonly for?: number
  readonly probability?: number
  readonly seed?: number
  readonly share?: number
}

/** `flyops sandbox fault …`: makes the local Fly go wrong, to see what happens. */
export function faultVerb(host: Host): Command {
  const print = (text: string) => host.stdout.write(`${text}\n`)
  const verb = new Command('fault').description(
    'make the API, the registry or machines fail, from the next request or start on',
  )
  const state = () => new Option('--state <folder>', 'of another sandbox')

  const add = new Command('add')
    .description(
      'e.g. `add api status --status 503 --path /machines --nth 2`, or `add machine crash --app hello`',
    )
    .argument('<place>', faultPlaces.join(' | '), oneOf(faultPlaces))
    .argument('<kind>', faultKinds.join(' | '), oneOf(faultKinds))
    .option('--path <text>', 'only requests whose path contains it')
    .option('--method <method>', 'only requests of this method')
    .option('--app <name>', 'only machines of this app, and requests that name it')
    .option('--region <code>', 'only machines in this region')
    .option('--machine <id>', 'only this machine, and requests that name it')
    .option('--status <number>', 'for kind status; default 500', readNumber)
    .option('--retry-after <number>', 'for kind status: the header, in seconds', readNumber)
    .option(
      '--seconds <number>',
      'how late, how long a lease is held or an app does not listen, how fast the clock is; default 10',
      readNumber,
    )
    .option('--nth <number>', 'the first request or start that it strikes; default 1', readNumber)
    .option('--times <number>', 'how many it strikes; default all', readNumber)
    .option('--for <number>', 'for how many seconds it strikes; default until cleared', readNumber)
    .option('--probability <number>', 'how likely it strikes, from 0 to 1; default 1', readNumber)
    .option('--seed <number>', 'the same seed strikes the same ones again; default 1', readNumber)
    .option('--share <number>', 'for kind unreachable: of the machines, from 0 to 1', readNumber)
    .addOption(state())
  add.action(async (place: Fault['place'], kind: Fault['kind']) => {
    const { state: _state, retryAfter, ...rest } = add.opts<FaultFlags>()
    const wait = retryAfter === undefined ? {} : { retry_after: retryAfter }
    const wanted = { place, kind, ...rest, ...wait }
    print(describe(await addFault(await sandboxOptions(host, add.opts()), wanted)))
  })

  const list = new Command('list').description('show the faults that hold').addOption(state())
  list.action(async () => {
    const faults = await listFaults(await sandboxOptions(host, list.opts()))
    if (faults.length === 0) print('No fault holds.')
    for (const fault of faults) print(describe(fault))
  })

  const clear = new Command('clear')
    .description('end a fault, or all')
    .argument('[id]', 'as `fault list` shows it')
    .addOption(state())
  clear.action(async (id?: string) => {
    await clearFaults(await sandboxOptions(host, clear.opts()), id)
    print(id === undefined ? 'No fault holds any more.' : `Fault ${id} holds no more.`)
  })

  return verb.addCommand(add).addCommand(list).addCommand(clear)
}

function oneOf<T extends string>(choices: readonly T[]): (text: string) => T {
  return (text) => {
    const found = choices.find((choice) => choice === text)
    if (found !== undefined) return found
    throw new InvalidArgumentError(`It must be one of ${choices.join(', ')}.`)
  }
}

const usesSeconds: ReadonlySet<Fault['kind']> = new Set([
  'latency',
  'lease',
  'slow-start',
  'clock-skew',
])

/** What the kind of a fault makes use of, and nothing that says what holds without it. */
function describe({ id, place, kind, ...rest }: Fault): string {
  const isShown: Readonly<Record<string, boolean>> = {
    status: kind === 'status',
    seconds: usesSeconds.has(kind),
    nth: rest.nth > 1,
    probability: rest.probability < 1,
    seed: rest.probability < 1,
    share: kind === 'unreachable',
  }
  const used = Object.entries(rest).filter(([name]) => isShown[name] ?? true)
  const details = used.map(([name, value]) => `${name}=${value}`)
  return `${id}  ${place} ${kind}  ${details.join(' ')}`
}
