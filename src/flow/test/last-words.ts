import { cutText } from '../../process/plain-text.js'

/** "panic: …", "KeyError: …", "Error: …", "fatal: …", "Exception in thread …", also behind a time or a level. */
const cry =
  /(?:^|[\s\]])(?:panic|fatal|FATAL|[Ee]rror|ERROR|\w*(?:Error|Exception))\b(?:\s\[[\w.]+\])?(?: \(\w+\))?:? \S/

/** A line of a trace says where, and not what. */
const trace = /^\s+at |^\s*(?:File "|goroutine \d|\t|#\d+ )|^Node\.js v/

const mostChars = 200

/** The line of a log that says best why a program ended: the last that names an error, else the last. */
export function lastWords(log: string): string {
  const lines = log.split('\n').filter((line) => line.trim() !== '' && !trace.test(line))
  const line = lines.findLast((each) => cry.test(each)) ?? lines.at(-1) ?? ''
  return cutText(line.trim(), mostChars)
}
