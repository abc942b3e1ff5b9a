import { Command } from 'commander'
import { appsCreateCommand } from './commands/apps-create.js'
import { appsDestroyCommand } from './commands/apps-destroy.js'
import { appsListCommand } from './commands/apps-list.js'
import { authDockerCommand } from './commands/auth-docker.js'
import { authWhoamiCommand } from './commands/auth-whoami.js'
import { checksListCommand } from './commands/checks-list.js'
import { group } from './commands/command.js'
import { configShowCommand } from './commands/config-show.js'
import { configValidateCommand } from './commands/config-validate.js'
import { logsCommand } from './commands/logs.js'
import { machineListCommand } from './commands/machine-list.js'
import { orgsListCommand } from './commands/orgs-list.js'
import { releasesCommand } from './commands/releases.js'
import { secretsImportCommand } from './commands/secrets-import.js'
import { secretsListCommand } from './commands/secrets-list.js'
import { secretsSetCommand } from './commands/secrets-set.js'
import { secretsUnsetCommand } from './commands/secrets-unset.js'
import { statusCommand } from './commands/status.js'
import { versionCommand } from './commands/version.js'
import type { Host } from './host.js'

/** The commands that flyops and its lessons use; every other one is unknown. */
export function createProgram(host: Host): Command {
  const program = new Command('flyctl')
    .description('A stand-in for flyctl, for the sandbox of flyops only.')
    .option('-t, --access-token <string>', 'Fly API Access Token')
    .option('--debug', 'Print additional logs and traces')
    .option('--verbose', 'Verbose output')
  const commands = [
    versionCommand(host),
    group('auth', [authWhoamiCommand(host), authDockerCommand(host)]),
    group('orgs', [orgsListCommand(host)]),
    group('apps', [appsCreateCommand(host), appsListCommand(host), appsDestroyCommand(host)]),
    group('checks', [checksListCommand(host)]),
    group('machine', [machineListCommand(host)]),
    group('config', [configValidateCommand(host), configShowCommand(host)]),
    group('secrets', [
      secretsListCommand(host),
      secretsSetCommand(host),
      secretsImportCommand(host),
      secretsUnsetCommand(host),
    ]),
    statusCommand(host),
    releasesCommand(host),
    logsCommand(host),
  ]
  for (const command of commands) program.addCommand(command)
  return program
}
