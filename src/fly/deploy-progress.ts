import type { ProgressUpdate } from '../docker/docker.js'

interface KnownLine {
  readonly pattern: RegExp
  readonly message: (match: RegExpExecArray) => string
}

/** Lines of `flyctl deploy` that tell how far it is (flyctl 2026.8). */
const knownLines: readonly KnownLine[] = [
  { pattern: /^==> Verifying app config/, message: () => 'verifying the configuration' },
  { pattern: /^Searching for image/, message: () => 'looking the image up' },
  { pattern: /^image found:/, message: () => 'image found' },
  { pattern: /^> (Launching new machine)/, message: () => 'launching a machine' },
  {
    pattern: /^> Machine (\S+) \[(\S+)\] was created/,
    message: ([, id, group]) => `machine ${id} [${group}] created`,
  },
  {
    pattern: /^> (?:\[\d+\/\d+\] )?Updating (\S+) \[(\S+)\]/,
    message: ([, id, group]) => `updating machine ${id} [${group}]`,
  },
  {
    pattern: /Waiting for (\S+) .*to have state: (\S+)/,
    message: ([, id, state]) => `waiting for machine ${id} to be ${state}`,
  },
  {
    pattern: /(?:Checking that|Checking health of|Running smoke checks on) (?:machine )?(\S+)/,
    message: ([, id]) => `checking machine ${id}`,
  },
  {
    pattern: /Waiting for (?:machine )?(\S+) .*to become healthy: (\d+\/\d+)/,
    message: ([, id, count]) => `machine ${id}: ${count} checks pass`,
  },
  {
    pattern: /Machine (\S+) .*update (?:succeeded|finished: success)/,
    message: ([, id]) => `machine ${id} is up`,
  },
  {
    pattern: /WARNING The app is not listening on the expected address/,
    message: () => 'the app is not listening on the expected address yet',
  },
]

/** What a line of `flyctl deploy` tells about progress; undefined for the others. */
export function readDeployProgress(line: string): ProgressUpdate | undefined {
  for (const { pattern, message } of knownLines) {
    const match = pattern.exec(line.trim())
    if (match !== null) return { message: message(match) }
  }
  return undefined
}
