import type { ProgressUpdate } from '../progress.js'

interface KnownLine {
  readonly pattern: RegExp
  readonly message: (match: RegExpExecArray) => string
  /** Set for what comes before the first machine. */
  readonly isAhead?: true
}

/** Lines of `flyctl deploy` that tell how far it is (flyctl 2026.8). */
const knownLines: readonly KnownLine[] = [
  {
    pattern: /^==> Verifying app config/,
    message: () => 'verifying the configuration',
    isAhead: true,
  },
  { pattern: /^Searching for image/, message: () => 'looking the image up', isAhead: true },
  { pattern: /^image found:/, message: () => 'image found', isAhead: true },
  { pattern: /^> (?:\[\d+\/\d+\] )?Launching new machine/, message: () => 'launching a machine' },
  {
    pattern: /^[>✔✓] (?:\[\d+\/\d+\] )?Machine (\S+) \[(\S+)\] was created/,
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

/** Follows what `flyctl deploy` prints. */
export interface DeployReader {
  /** What a line tells about progress; undefined where it tells nothing. */
  read(line: string): ProgressUpdate | undefined
  /** Whether every machine that was announced has come up. */
  areAllUp(): boolean
}

/** Machines are announced before they are touched; their number makes the percents (flyctl 2026.8). */
export function createDeployReader(): DeployReader {
  let announced = 0
  let numbered = 0
  const touched = new Set<string>()
  const healthy = new Set<string>()
  const total = () => Math.max(announced, numbered, touched.size)
  return {
    areAllUp: () => touched.size > 0 && healthy.size === total(),
    read(line) {
      const text = line.trim()
      announced += machinesIn(text)
      numbered = Math.max(numbered, numberIn(text))
      const id = /(?:Updating|Machine) ([0-9a-f]{14}) \[/.exec(text)?.[1]
      if (id !== undefined) touched.add(id)
      if (id !== undefined && /update (?:succeeded|finished: success)/.test(text)) healthy.add(id)
      // Standard error may be read after lines that were printed later.
      const known = describeLine(text, touched.size > 0)
      if (known === undefined) return undefined
      if (touched.size === 0) return { message: known }
      const message = `${known} (${healthy.size} of ${total()} machines are healthy)`
      return { message, percent: Math.floor((healthy.size / total()) * 95) }
    },
  }
}

function describeLine(line: string, hasMachines: boolean): string | undefined {
  for (const { pattern, message, isAhead } of knownLines) {
    const match = pattern.exec(line)
    if (match !== null) return isAhead && hasMachines ? undefined : message(match)
  }
  return undefined
}

/** "* create 2 "web" machines", "* create 1 "worker" machine and 1 standby machine for it" */
function machinesIn(line: string): number {
  const created = /^\* create (\d+) "[^"]*" machines?(?: and (\d+) standby)?/.exec(line)
  if (created === null) return 0
  return Number(created[1]) + Number(created[2] ?? 0)
}

/** Those that are there: "> [1/3] Updating …" */
function numberIn(line: string): number {
  const [, count = 0] = /^> \[\d+\/(\d+)\] Updating /.exec(line) ?? []
  return Number(count)
}
