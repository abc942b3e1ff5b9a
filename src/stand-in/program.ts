import { openApi } from './api/api.js'
import type { Command } from './command.js'
import { appsCreate } from './commands/apps-create.js'
import { appsDestroy } from './commands/apps-destroy.js'
import { appsList } from './commands/apps-list.js'
import { authDocker } from './commands/auth-docker.js'
import { authToken } from './commands/auth-token.js'
import { authWhoami } from './commands/auth-whoami.js'
import { configShow } from './commands/config-show.js'
import { configValidate } from './commands/config-validate.js'
import { deploy } from './commands/deploy.js'
import { logs } from './commands/logs.js'
import { machineLeasesClear, machineStart, machineStop } from './commands/machine.js'
import { orgsList } from './commands/orgs-list.js'
import { releases } from './commands/releases.js'
import { scaleCount } from './commands/scale-count.js'
import { secretsImport } from './commands/secrets-import.js'
import { secretsList } from './commands/secrets-list.js'
import { status } from './commands/status.js'
import { version } from './commands/version.js'
import { FlyctlError, messageOf } from './failure.js'
import { parseWords } from './flags.js'
import type { Host } from './host.js'

/** What the stand-in knows: the commands that flyops uses, and two for whoever tries out what it sees. */
export const commands: Readonly<Record<string, Command>> = {
  version,
  'auth whoami': authWhoami,
  'auth docker': authDocker,
  'auth token': authToken,
  'orgs list': orgsList,
  'apps create': appsCreate,
  'apps list': appsList,
  'apps destroy': appsDestroy,
  'config validate': configValidate,
  'config show': configShow,
  deploy,
  status,
  releases,
  logs,
  'scale count': scaleCount,
  'secrets import': secretsImport,
  'secrets list': secretsList,
  'machine leases clear': machineLeasesClear,
  'machine start': machineStart,
  'machine stop': machineStop,
}

/** Runs one command; the result is the exit status (flyctl 2026.8, internal/cli/cli.go). */
export async function runFlyctl(host: Host): Promise<number> {
  try {
    await runCommand(host)
    return 0
  } catch (error) {
    // Whoever ended it needs no reason.
    if (host.signal.aborted) return 127
    report(host, error)
    return 1
  }
}

async function runCommand(host: Host): Promise<void> {
  const { argv } = host
  const [name, command] = Object.entries(commands).find(([words]) => begins(argv, words)) ?? []
  if (name === undefined || command === undefined) return overview(host)
  const { flags, args } = parseWords(argv.slice(name.split(' ').length), command.flags)
  if (args.length > 0 && command.takes === undefined) throw unknownCommand(args)
  await command.run({ host, args, flags, openApi: () => openApi(host) })
}

function begins(argv: readonly string[], words: string): boolean {
  return words.split(' ').every((word, index) => argv[index] === word)
}

function overview({ argv, out }: Host): void {
  if (argv.some((word) => !word.startsWith('-'))) throw unknownCommand(argv)
  const lines = Object.entries(commands).map(([name, { takes = '', flags }]) => {
    const names = Object.keys(flags).map((flag) => `--${flag}`)
    return `  flyctl ${[name, takes, ...names].join(' ')}\n`
  })
  out(`flyops sandbox stand-in for flyctl\n\n${lines.join('')}`)
}

function unknownCommand(words: readonly string[]): FlyctlError {
  return new FlyctlError(`unknown command ${JSON.stringify(words.join(' '))} for "flyctl"`)
}

function report({ err }: Host, error: unknown): void {
  const { requestId, suggestion } = error instanceof FlyctlError ? error.details : {}
  const id = requestId === undefined ? '' : ` (Request ID: ${requestId})`
  err(`Error: ${messageOf(error)}${id}\n`)
  if (suggestion) err(`${suggestion}\n\n`)
}
