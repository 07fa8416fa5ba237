/** Options of the tools, read once and refused in one line. In: what there is. Out: values; or the process ends with code 2, before any work. */
import { type ParseArgsConfig, parseArgs } from 'node:util'

/** Ends the process: what is wrong and what to do, in one line. */
export function refuse(sentence: string): never {
  console.error(sentence)
  process.exit(2)
}

/** As node's parseArgs; `usage` is what the sentence about a wrong option ends with. */
export function readOptions<T extends ParseArgsConfig>(config: T, usage: string): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config)
  } catch (error) {
    // Node's first sentence names the option; the others explain a syntax that nobody asked about.
    const [what = ''] = error instanceof Error ? error.message.split(/\.\s|\n/) : []
    return refuse(`${what.replace(/\.?$/, '.')} ${usage}`)
  }
}

/** A number from `least` up, or the end of the process. */
export function numberOption(name: string, text: string, { least, whole = true }: { least: number; whole?: boolean }): number {
  const number = Number(text)
  const isRight = text.trim() !== '' && number >= least && (whole ? Number.isSafeInteger(number) : Number.isFinite(number))
  return isRight ? number : refuse(`--${name} needs a ${whole ? 'whole ' : ''}number from ${least} up, not "${text}".`)
}
