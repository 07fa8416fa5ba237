/**
 * JSON lines: one object in, one object out, in order. In: a stream and a function. Out: lines on standard output and the exit code.
 * A bad line gets an answer too, with an `error`, so that answers never slip against questions.
 */
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** Longest line that is read; a longer one is answered with an error. */
const longestLine = 1_000_000

type Answer = { error?: string; [field: string]: unknown }

/** Reads standard input to its end. Resolves with 1 if any line was bad, else 0. */
export async function eachLine(
  answer: (input: Record<string, unknown>) => Answer,
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stdout,
): Promise<number> {
  let exit = 0
  let number = 0
  let waiting: string[] = []
  // Taken out of the buffer before it is written, one batch after the other: while a slow reader is waited for, the timer below fires too.
  let writing = Promise.resolve()
  const flush = (): Promise<void> => {
    const batch = waiting.join('')
    waiting = []
    if (batch) {
      writing = writing.then(async () => {
        if (!output.write(batch)) await once(output, 'drain')
      })
    }
    return writing
  }
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1
    if (!line.trim()) continue
    const result = readLine(line, number, answer)
    if (result.error) exit = 1
    waiting.push(`${JSON.stringify(result)}\n`)
    // Written in batches: a line each would cost a system call each. A lone line is answered at once when input pauses.
    if (waiting.length >= 64) await flush()
    else setImmediate(() => void flush())
  }
  await flush()
  return exit
}

function readLine(line: string, number: number, answer: (input: Record<string, unknown>) => Answer): Answer {
  if (line.length > longestLine) return { id: null, error: `line ${number} is longer than ${longestLine} characters` }
  let input: unknown
  try {
    input = JSON.parse(line)
  } catch {
    return { id: null, error: `line ${number} is not JSON` }
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return { id: null, error: `line ${number} is not a JSON object` }
  return answer(input as Record<string, unknown>)
}
