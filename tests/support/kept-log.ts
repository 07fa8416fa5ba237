/** A log that keeps its lines for looking at. Out: the log and its lines. */
import type { Log, LogFields } from '../../src/bot/log.ts'

export type KeptLog = Log & { lines: { level: string; code: string; fields: LogFields }[] }

export function keptLog(): KeptLog {
  const lines: KeptLog['lines'] = []
  const keep =
    (level: string) =>
    (code: string, fields: LogFields = {}) => {
      lines.push({ level, code, fields })
    }
  return { lines, info: keep('info'), warn: keep('warn'), error: keep('error'), debug: keep('debug') }
}
