import type { Writable } from 'node:stream'
import type { Log } from '../log.js'
import type { LineSink } from './line-sink.js'

/** Whoever does not read loses what is more than that. */
const maxWaitingBytes = 8_000_000

/** Lines on a stream; what its reader leaves is lost, and told in the log. */
export function writeLines(stream: Writable, log: Log): LineSink {
  let lost = 0
  // Without a listener a reader who has gone would end the process.
  stream.on('error', () => {})
  return {
    add(line) {
      if (stream.writable && stream.writableLength < maxWaitingBytes) stream.write(`${line}\n`)
      else {
        lost += 1
        log.warn({ lost }, 'audit lines were lost: nobody reads them')
      }
    },
    async flush() {},
  }
}
