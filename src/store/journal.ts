/**
 * Lines on their way into the database: a line is here the moment it is written, which costs a tenth of a statement, and one statement for
 * many lines follows. In: a file beside the database, lines. Out: what a process that was killed left behind. A line survives the end of
 * the process at any moment, not a power cut, as what `quick` wrote does (engine.ts); between two bursts the file is empty.
 */
import { closeSync, constants, fchmodSync, ftruncateSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { StoreError } from '../bot/errors.ts'

/** So many lines may wait for the database; when there are more, it takes none, and new ones are refused. */
const mostWaiting = 20_000

export type Journal = {
  /** Throws StoreError when the disk does not take all of them. A line holds no line break. */
  append(lines: readonly string[]): void
  /** So many of the lines that were appended are in the database now. */
  covered(lines: number): void
  /** Takes the file away, if all of its lines are in the database. */
  close(): void
}

/** What is in the file; a line that was cut short, by the end of the process or a full disk, is there as it is. Throws StoreError. */
export function readJournal(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw storeErrorFrom(error)
  }
}

/** Begins anew: what is in the file is gone. Throws StoreError when it can't be written. */
export function openJournal(file: string): Journal {
  const handle = openEmpty(file)
  let waiting = 0
  /** The handle's number may be another file's after that. */
  let isClosed = false
  return {
    append(lines) {
      if (isClosed) throw new StoreError('JOURNAL CLOSED')
      if (waiting + lines.length > mostWaiting) throw new StoreError('JOURNAL FULL')
      // The break comes first, so that what a failed write left behind is a line by itself.
      const bytes = Buffer.from(`\n${lines.join('\n')}`)
      try {
        for (let written = 0; written < bytes.length; ) written += writeSync(handle, bytes, written)
      } catch (error) {
        throw storeErrorFrom(error)
      }
      waiting += lines.length
    },
    covered(lines) {
      waiting -= lines
      if (waiting > 0 || isClosed) return
      try {
        ftruncateSync(handle, 0)
      } catch {
        // What stays in the file is in the database as well: read once more, it changes nothing.
      }
    },
    close() {
      if (isClosed) return
      isClosed = true
      closeSync(handle)
      if (waiting === 0) rmSync(file, { force: true })
    },
  }
}

function openEmpty(file: string): number {
  const { O_APPEND, O_CREAT, O_TRUNC, O_WRONLY } = constants
  try {
    const handle = openSync(file, O_APPEND | O_CREAT | O_TRUNC | O_WRONLY, 0o600)
    // Of a file that was there already.
    fchmodSync(handle, 0o600)
    return handle
  } catch (error) {
    throw storeErrorFrom(error)
  }
}

const storeErrorFrom = (error: unknown): StoreError => new StoreError((error as NodeJS.ErrnoException).code ?? 'JOURNAL')
