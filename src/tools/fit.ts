/**
 * Two small learners, plain and the same on every run. In: rows of figures. Out: weights for the rows as they are. `fitList`: which row of a
 * list is right (listwise softmax); `fitChance`: whether a single row is right (logistic).
 */
export type List = { rows: Float64Array[]; right: boolean[]; weight: number }

type Slope = (weights: Float64Array, slope: Float64Array) => void

/** Adam with a rate that falls to nothing; the ridge pulls on standardised weights, so that no feature is favoured by its scale. */
function descend(size: number, steps: number, ridge: number, addSlope: Slope): Float64Array {
  const weights = new Float64Array(size)
  const mean = new Float64Array(size)
  const square = new Float64Array(size)
  for (let step = 1; step <= steps; step += 1) {
    const slope = weights.map((weight) => ridge * weight)
    addSlope(weights, slope)
    const rate = 0.08 * Math.min(1, 2 * (1 - step / steps) + 0.02)
    for (let at = 0; at < size; at += 1) {
      const one = slope[at] as number
      mean[at] = 0.9 * (mean[at] as number) + 0.1 * one
      square[at] = 0.99 * (square[at] as number) + 0.01 * one * one
      const pull = (mean[at] as number) / (1 - 0.9 ** step)
      weights[at] = (weights[at] as number) - (rate * pull) / (Math.sqrt((square[at] as number) / (1 - 0.99 ** step)) + 1e-8)
    }
  }
  return weights
}

export const dot = (weights: Float64Array, row: Float64Array): number => {
  let sum = 0
  for (let at = 0; at < row.length; at += 1) sum += (weights[at] as number) * (row[at] as number)
  return sum
}

/** Mean and spread of each column; a column that never changes has spread 0 and is left out. */
function scaleOf(rows: readonly Float64Array[]): { mean: Float64Array; spread: Float64Array } {
  const size = rows[0]?.length ?? 0
  const mean = new Float64Array(size)
  const spread = new Float64Array(size)
  for (const row of rows) for (let at = 0; at < size; at += 1) mean[at] = (mean[at] as number) + (row[at] as number) / rows.length
  for (const row of rows)
    for (let at = 0; at < size; at += 1)
      spread[at] = (spread[at] as number) + ((row[at] as number) - (mean[at] as number)) ** 2 / rows.length
  return { mean, spread: spread.map(Math.sqrt) }
}
const standard = (row: Float64Array, { mean, spread }: ReturnType<typeof scaleOf>): Float64Array =>
  row.map((value, at) => (spread[at] ? (value - (mean[at] as number)) / (spread[at] as number) : 0))

export function fitList(lists: readonly List[], ridge: number, steps: number): Float64Array {
  const usable = lists.filter((list) => list.right.includes(true))
  const scale = scaleOf(usable.flatMap((list) => list.rows))
  const ready = usable.map((list) => ({ ...list, rows: list.rows.map((row) => standard(row, scale)) }))
  const total = ready.reduce((sum, list) => sum + list.weight, 0)
  const weights = descend(scale.mean.length, steps, ridge / total, (current, slope) => {
    for (const { rows, right, weight } of ready) {
      const scores = rows.map((row) => dot(current, row))
      const top = Math.max(...scores)
      const shares = scores.map((score) => Math.exp(score - top))
      const sum = shares.reduce((all, share) => all + share, 0)
      const rights = right.filter(Boolean).length
      rows.forEach((row, place) => {
        const error = (((shares[place] as number) / sum - (right[place] ? 1 / rights : 0)) * weight) / total
        for (let at = 0; at < row.length; at += 1) slope[at] = (slope[at] as number) + error * (row[at] as number)
      })
    }
  })
  return weights.map((weight, at) => (scale.spread[at] ? weight / (scale.spread[at] as number) : 0))
}

export type Example = { row: Float64Array; isRight: boolean; weight: number }

export function fitChance(examples: readonly Example[], ridge: number, steps: number): { bias: number; weights: Float64Array } {
  const scale = scaleOf(examples.map((one) => one.row))
  const ready = examples.map((one) => ({ ...one, row: Float64Array.from([...standard(one.row, scale), 1]) }))
  const total = ready.reduce((sum, one) => sum + one.weight, 0)
  const learned = descend(scale.mean.length + 1, steps, ridge / total, (current, slope) => {
    for (const { row, isRight, weight } of ready) {
      const error = ((1 / (1 + Math.exp(-dot(current, row))) - (isRight ? 1 : 0)) * weight) / total
      for (let at = 0; at < row.length; at += 1) slope[at] = (slope[at] as number) + error * (row[at] as number)
    }
  })
  const weights = Float64Array.from(scale.mean, (_, at) => (scale.spread[at] ? (learned[at] as number) / (scale.spread[at] as number) : 0))
  return { bias: (learned[scale.mean.length] as number) - dot(weights, scale.mean), weights }
}
