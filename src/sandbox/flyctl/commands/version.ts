import { Command } from 'commander'
import { goJsonLine } from '../go-json.js'
import type { Host } from '../host.js'

export function versionCommand(host: Host): Command {
  const command = new Command('version')
    .description('Show version information for the flyctl command')
    .option('-j, --json', 'JSON output')
  return command.action(({ json }: { readonly json?: boolean }) => {
    host.out(
      json
        ? goJsonLine(description(host.version))
        : `flyops sandbox stand-in for flyctl v${host.version}\n`,
    )
  })
}

function description(version: string) {
  return {
    Name: 'flyctl',
    Version: version,
    Commit: '<none>',
    BranchName: '',
    BuildDate: '0001-01-01T00:00:00Z',
    OS: process.platform,
    Architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    Environment: 'flyops-sandbox',
  }
}
