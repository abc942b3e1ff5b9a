import { createApi } from '../api/api.js'
import { commands } from '../commands/index.js'
import { CancelledError, FlyctlError, messageOf } from './failure.js'
import type { Host } from './host.js'
import { parseArguments, UsageError } from './program.js'

/** Runs one command; the result is the exit status (flyctl 2026.8, internal/cli/cli.go). */
export async function runFlyctl(host: Host): Promise<number> {
  try {
    const parsed = parseArguments(commands, host.argv)
    if (parsed.kind === 'help') {
      host.out(parsed.text)
      return 0
    }
    const { spec, args, flags } = parsed
    const openApi = () => createApi(host, flags.text('access-token'))
    await spec.run({ host, args, flags, openApi })
    return 0
  } catch (error) {
    if (error instanceof CancelledError || host.signal.aborted) return 127
    report(host, error)
    return 1
  }
}

function report(host: Host, error: unknown): void {
  if (error instanceof UsageError) host.out(error.usage)
  const { requestId, description, suggestion } = error instanceof FlyctlError ? error.details : {}
  const id = requestId === undefined ? '' : ` (Request ID: ${requestId})`
  host.err(`Error: ${messageOf(error)}${id}\n`)
  if (description) host.err(`${description}\n\n`)
  if (suggestion) host.err(`${suggestion}\n\n`)
}
