/**
 * The structured log. In: an event code and ids. Out: one JSON line on standard error. Its type takes no message text,
 * and values that look like tokens are masked before they are written.
 */
import { type Logger, pino } from 'pino'
import type { Log, LogFields } from './bot/log.ts'

const secrets =
  /(xox[a-z]-[\w-]+|xapp-[\w-]+|[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}|\/\/[^/\s:@]+:[^@\s]+@|(?:interactions|webhooks)\/\d+\/[\w-]+)/g

/** Text with anything that looks like a token or a password in a URL masked. */
export const masked = (text: string): string => text.slice(0, 500).replace(secrets, '***')

export function createLog(level: string): Log {
  const logger: Logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ dest: 2, sync: true }))
  const line =
    (write: (fields: object, code: string) => void) =>
    (code: string, fields: LogFields = {}) => {
      const safe: LogFields = {}
      for (const [name, value] of Object.entries(fields)) safe[name] = typeof value === 'string' ? masked(value) : value
      write(safe, code)
    }
  return {
    info: line((fields, code) => logger.info(fields, code)),
    warn: line((fields, code) => logger.warn(fields, code)),
    error: line((fields, code) => logger.error(fields, code)),
    debug: line((fields, code) => logger.debug(fields, code)),
  }
}
