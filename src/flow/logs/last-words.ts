import type { LogLine } from '../../fly/flyctl.js'
import { cutText, plainText } from '../../process/plain-text.js'

/** What a machine's log tells of why its app ended. */
export interface LastWords {
  /** The app's own last lines, oldest first; where it has none, those of Fly. */
  readonly lines: readonly string[]
  /** The line in which the app itself says why, else its last one; undefined where it said nothing. */
  readonly cause: string | undefined
}

const shownLines = 20
const lineChars = 300

/** Fly's init speaks under the app's name: "INFO Main child exited normally with code: 1" (Fly's machines, 2026). */
const init =
  /^ ?(?:INFO|WARN) (?:Starting init|Preparing to run|\[fly api proxy\]|Main child exited|Starting clean up|Umounting|could not unmount|Sending signal|Process appears|hallpass|Virtual machine)|SSH listening|^\[ *\d+\.\d+\] reboot: /

/** A frame of a stack, or what a package manager says about a program that failed under it. */
const frame =
  /^\s+(?:at |\/|File |\^|#\d)|^goroutine \d|^(?:npm|pnpm|yarn) (?:ERR!|error)|^error Command failed|^Node\.js v|exit(?:ed)? (?:status|with|code)/i

/** "panic: …", "KeyError: …", "Error: …", "fatal: …", also behind a time or a level. */
const cry =
  /(?:^|[\s\]])(?:panic|fatal|FATAL|[Ee]rror|ERROR|\w*(?:Error|Exception))\b(?:\s\[[\w.]+\])?(?: \(\w+\))?:? \S/

const telling =
  /panic|fatal|error|exception|fail|traceback|no such|not (?:set|found|allowed|permitted)|missing|required|denied|refused|unable|can(?:not|'t)|could not|must be|invalid|unknown|abort|segmentation|out of memory|killed|already in use/i

/** Picks them out of a log, oldest first. Of what apps write nothing is left but plain text. */
export function lastWordsOf(log: readonly LogLine[]): LastWords {
  const own = textsOf(log.filter(isOfApp))
  const lines = (own.length > 0 ? own : textsOf(log)).slice(-shownLines)
  return { lines, cause: causeAmong(own) }
}

/** The line of what a program wrote that says best why it ended; undefined where it said nothing. */
export function causeAmong(lines: readonly string[]): string | undefined {
  const words = lines.filter((line) => line.trim() !== '' && !frame.test(line))
  const isCry = (line: string) => cry.test(line)
  const tells = (line: string) => telling.test(line)
  const cause = words.findLast(isCry) ?? words.findLast(tells) ?? words.at(-1)
  return cause === undefined ? undefined : cutText(cause.trim(), lineChars)
}

/** That the kernel killed it for lack of memory is a word of its own. */
function isOfApp({ source, message }: LogLine): boolean {
  if (/^Out of memory: |\bOut of memory: Killed/.test(message)) return true
  return (source === 'app' || source === '') && !init.test(plainText(message))
}

function textsOf(log: readonly LogLine[]): readonly string[] {
  return log
    .flatMap(({ message }) => plainText(message).split('\n'))
    .filter((line) => line.trim() !== '')
    .map((line) => cutText(line.trimEnd(), lineChars))
}
