/** The log as the core sees it: a stable code and short fields. Its type takes no message text and no errors' texts of platforms. */
export type LogFields = { [name: string]: string | number | boolean | undefined }
export type Log = {
  info(code: string, fields?: LogFields): void
  warn(code: string, fields?: LogFields): void
  error(code: string, fields?: LogFields): void
  debug(code: string, fields?: LogFields): void
}
