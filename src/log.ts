import { destination, type Logger, pino } from 'pino'

/** What the modules need of the log. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** JSON lines on standard error, redacted; standard output belongs to the protocol. */
export function createLog(level: LogLevel, redact = (text: string) => text): Log {
  const options = {
    level,
    base: null,
    formatters: { level: (label: string) => ({ level: label }) },
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    hooks: { streamWrite: redact },
  }
  return pino(options, destination({ fd: 2, sync: true }))
}
