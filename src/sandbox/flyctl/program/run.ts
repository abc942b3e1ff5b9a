import type { Host } from './host.js'

/** Runs one command; the result is the exit status (flyctl 2026.8, internal/cli/cli.go). */
export async function runFlyctl(host: Host): Promise<number> {
  host.err('Error: nothing here yet\n')
  return 1
}
