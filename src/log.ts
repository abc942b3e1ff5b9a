import { destination, type Logger, pino } from 'pino'

/** What the rooms need of the log. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** JSON lines on standard error; standard output belongs to the protocol. */
export function createLog(level: LogLevel): Log {
  const options = {
    level,
    base: null,
    formatters: { level: (label: string) => ({ level: label }) },
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
  }
  return pino(options, destination({ fd: 2, sync: true }))
}
