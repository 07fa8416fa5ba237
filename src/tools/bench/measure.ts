/** Measuring and printing for the benchmarks. In: work to time. Out: milliseconds per call, sorted; one line per figure. */

/** Runs each input `rounds` times after a warm-up; milliseconds per call, ascending. */
export function timed<T>(inputs: readonly T[], work: (input: T) => unknown, rounds: number): number[] {
  for (const input of inputs) work(input)
  const times: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    for (const input of inputs) {
      const began = performance.now()
      work(input)
      times.push(performance.now() - began)
    }
  }
  return times.sort((a, b) => a - b)
}

export function summary(times: readonly number[]): { mean: number; p50: number; p99: number } {
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  return { mean: times.reduce((sum, time) => sum + time, 0) / (times.length || 1), p50: at(0.5), p99: at(0.99) }
}

/** How long a call is warmed up: a bot runs for weeks, its first second is not what a message costs. */
const warmUpMs = 400

/** Mean microseconds per call over the whole list, `rounds` times: for calls too short to time one by one. */
export function microseconds<T>(inputs: readonly T[], work: (input: T) => unknown, rounds: number): number {
  const start = performance.now()
  do for (const input of inputs) work(input)
  while (performance.now() - start < warmUpMs)
  const began = performance.now()
  for (let round = 0; round < rounds; round += 1) for (const input of inputs) work(input)
  return ((performance.now() - began) * 1000) / (rounds * inputs.length)
}

export function line(name: string, figures: Record<string, number | string>): void {
  const shown = Object.entries(figures).map(
    ([key, value]) => `${key} ${typeof value === 'number' ? (Math.abs(value) < 10 ? value.toFixed(3) : value.toFixed(1)) : value}`,
  )
  console.log(`${name.padEnd(34)} ${shown.join('  ')}`)
}
