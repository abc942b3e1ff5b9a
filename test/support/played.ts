/** What a fake program does for the command lines that begin so. */
export interface Play {
  readonly stdout?: string
  readonly stderr?: string
  readonly exit?: number
  /** Names its variables on standard error. */
  readonly printsEnvironment?: boolean
  /** It then never ends by itself. */
  readonly waits?: boolean
  /** Only some time after it was told to. */
  readonly endsLate?: boolean
}

export type Script = Readonly<Record<string, Play>>

/** Says in which file a text stands that is too long for a variable; the default has none. */
export type FileOf = (text: string) => string | undefined

/** FAKE_DOCKER or FAKE_FLYCTL: shell that plays what the first opening of the command line has. */
export function played(script: Script, fileOf: FileOf = () => undefined): string {
  const plays = Object.entries(script).map(
    ([opening, play]) => `${quoted(opening)}*) ${shellOf(play, fileOf).join('; ')} ;;`,
  )
  return `case "$*" in ${plays.join(' ')} esac`
}

function shellOf({ stdout, stderr, exit = 0, ...how }: Play, fileOf: FileOf): readonly string[] {
  return [
    ...(stdout ? [printing(stdout, fileOf)] : []),
    ...(stderr ? [`${printing(stderr, fileOf)} >&2`] : []),
    ...(how.printsEnvironment ? ["env | sed 's/=.*//' | tr '\\n' ' ' >&2"] : []),
    ...(how.endsLate ? ["trap 'kill $!; sleep 0.3; exit 1' TERM", 'sleep 86400 & wait'] : []),
    ...(how.waits ? ['exec sleep 86400'] : []),
    `exit ${exit}`,
  ]
}

/** Of all bytes, only a zero cannot stand in shell as it is. */
function printing(text: string, fileOf: FileOf): string {
  const file = fileOf(text)
  if (file !== undefined) return `cat ${quoted(file)}`
  return `printf %b ${quoted(text.replaceAll('\\', '\\\\').replaceAll('\0', '\\0000'))}`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
