import { execa } from 'execa'
import { mainScript } from '../../support/paths.js'
import { sandboxEnv } from '../flyctls.js'
import { type Carrier, tellStory } from './story.js'

/** health_path: '/up' is --health-path /up. */
function flagsOf(args: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(args).flatMap(([name, value]) => {
    const flag = `--${name.replaceAll('_', '-')}`
    return value === true ? [flag] : [flag, ...[value].flat().map(String)]
  })
}

async function openCommandLine(root: string): Promise<Carrier> {
  return {
    close: async () => {},
    async call(tool, args) {
      const verb = [tool.replaceAll('_', '-'), '--root', root, '--json', ...flagsOf(args)]
      const { exitCode, stdout, stderr } = await execa(process.execPath, [mainScript, ...verb], {
        env: sandboxEnv(),
        extendEnv: false,
        reject: false,
      })
      const output = stdout === '' ? {} : JSON.parse(stdout)
      const code = (output.error ?? output).code as string | undefined
      return { output, code, text: `${stdout}${stderr}`, exitCode }
    },
  }
}

// That twelve take it is told by MCP; here each app is a program that starts, and four have the same exit status.
tellStory({ name: 'the command line', isCommandLine: true, fleetSize: 4, open: openCommandLine })
