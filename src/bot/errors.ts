/** An error meant for the person who asked. In: a sentence that says what is wrong and what to do. Out: shown to the asker alone. */
export class UserError extends Error {
  override name = 'UserError'
}

/** How a post failed, in the terms policy needs; the adapter maps its platform's codes onto these (platform-rules, table of errors). */
export type PostFailure = 'gone' | 'forbidden' | 'blocked' | 'too-fast' | 'dead-credential' | 'unknown' | 'rejected'

/**
 * Thrown by Adapter.post and remove. `unknown` means that the message may or may not have appeared:
 * the caller must never send again without looking first.
 */
export class PostError extends Error {
  override name = 'PostError'
  readonly failure: PostFailure
  /** A stable code for logs and the doctor, e.g. "discord-50013". */
  readonly code: string
  constructor(failure: PostFailure, code: string) {
    super(`post failed: ${failure} (${code})`)
    this.failure = failure
    this.code = code
  }
}

/**
 * Thrown by every verb of the Store when memory does not answer or holds what this version can't read. `code` is the engine's own
 * (such as ECONNREFUSED, 57P01, SQLITE 13); never a value. Nothing was written, or it is not known whether it was.
 */
export class StoreError extends Error {
  override name = 'StoreError'
  readonly code: string
  constructor(code: string) {
    super(`memory does not answer (${code})`)
    this.code = code
  }
}
