/**
 * A multinomial logistic regression over named features, learned by AdaGrad with a decay towards zero. In: examples. Out: weights by name.
 * Small on purpose: a few thousand lines of chat, a few thousand features, some seconds. The order of the examples is drawn from a seed.
 */

export type Example = {
  /** Features that are there. */
  names: readonly string[]
  /** Features with a value, the same list for each example. */
  values?: readonly number[]
  /** Per class (the last one excepted) values whose weights all classes share. */
  shared?: readonly (readonly number[])[]
  /** Classes that are right; the model may choose any of them. */
  right: readonly number[]
  weight: number
}

export type Options = {
  classes: number
  values?: number
  shared?: number
  rounds: number
  rate: number
  /** Share of each named weight that is lost per round. */
  decay: number
  /** So much each named weight comes nearer to nothing per round, and stays there: what says little is left out while the rest can still make up for it. */
  shrink?: number
  /** Examples in which a name must stand to count. */
  least: number
  /** Share of an example's names that are left out each time it is looked at, others each time: no word may rely on another's help. */
  dropout?: number
  /** The weights are the mean of those after each of so many rounds at the end: what a last round left by chance evens out. None: of the last one. */
  averaged?: number
}

export type Fitted = { bias: number[]; values: number[][]; shared: number[]; rows: Map<string, number[]> }

/** First squared gradient of AdaGrad: keeps the first steps short. */
const firstSquare = 1e-2
/** Gradients below this move nothing worth the time. */
const leastGradient = 1e-4

export function fitSoftmax(examples: readonly Example[], options: Options): Fitted {
  const { classes, rounds, decay, dropout = 0, averaged = 1 } = options
  const numbers = numbered(examples, options.least)
  const model = {
    named: weightsOf(numbers.size * classes),
    values: weightsOf((options.values ?? 0) * classes),
    shared: weightsOf(options.shared ?? 0, 0.5),
    bias: weightsOf(classes),
  }
  const lessons = examples.map((example) => ({ example, features: example.names.flatMap((name) => numbers.get(name) ?? []) }))
  const parts = Object.values(model).map(({ now }) => ({ now, mean: new Float64Array(now.length) }))
  const random = seeded(7)
  for (let round = 0; round < rounds; round += 1) {
    shuffle(lessons, random)
    for (const { example, features } of lessons) {
      const kept = dropout ? features.filter(() => random() >= dropout) : features
      learn(example, kept, model, options)
    }
    for (let at = 0; at < model.named.now.length; at += 1) {
      const shrunk = (model.named.now[at] ?? 0) * (1 - decay)
      model.named.now[at] = Math.sign(shrunk) * Math.max(0, Math.abs(shrunk) - (options.shrink ?? 0))
    }
    for (let at = 0; at < model.values.now.length; at += 1) model.values.now[at] = (model.values.now[at] ?? 0) * (1 - decay / 10)
    if (round >= rounds - averaged) for (const { now, mean } of parts) add(mean, now, 1 / averaged)
  }
  for (const { now, mean } of parts) now.set(mean)
  const rowAt = (from: Float64Array, index: number) => Array.from(from.subarray(index * classes, (index + 1) * classes))
  return {
    bias: [...model.bias.now],
    shared: [...model.shared.now],
    values: Array.from({ length: options.values ?? 0 }, (_, index) => rowAt(model.values.now, index)),
    rows: new Map([...numbers].map(([name, index]) => [name, rowAt(model.named.now, index)])),
  }
}

type Weights = { now: Float64Array; squares: Float64Array }
type Model = { named: Weights; values: Weights; shared: Weights; bias: Weights }

const weightsOf = (length: number, first = 0): Weights => ({
  now: new Float64Array(length).fill(first),
  squares: new Float64Array(length).fill(firstSquare),
})

function add(sum: Float64Array, list: Float64Array, share: number): void {
  for (let at = 0; at < sum.length; at += 1) sum[at] = (sum[at] ?? 0) + (list[at] ?? 0) * share
}

function step({ now, squares }: Weights, at: number, gradient: number, rate: number): void {
  const square = (squares[at] ?? 0) + gradient * gradient
  squares[at] = square
  now[at] = (now[at] ?? 0) - (rate * gradient) / Math.sqrt(square)
}

function chancesOf({ values = [], shared = [] }: Example, features: readonly number[], model: Model, classes: number): Float64Array {
  const scores = Float64Array.from(model.bias.now)
  for (let one = 0; one < classes; one += 1) {
    let sum = scores[one] ?? 0
    for (const feature of features) sum += model.named.now[feature * classes + one] ?? 0
    values.forEach((value, index) => {
      sum += value * (model.values.now[index * classes + one] ?? 0)
    })
    shared[one]?.forEach((value, index) => {
      sum += value * (model.shared.now[index] ?? 0)
    })
    scores[one] = sum
  }
  const top = Math.max(...scores)
  const powers = scores.map((score) => Math.exp(score - top))
  const total = powers.reduce((sum, power) => sum + power, 0)
  return powers.map((power) => power / total)
}

function learn(example: Example, features: readonly number[], model: Model, { classes, rate }: Options): void {
  const chances = chancesOf(example, features, model, classes)
  const right = new Set(example.right)
  let rightly = 0
  for (const one of right) rightly += chances[one] ?? 0
  for (let one = 0; one < classes; one += 1) {
    const chance = chances[one] ?? 0
    const gradient = example.weight * (chance - (right.has(one) ? chance / rightly : 0))
    if (Math.abs(gradient) < leastGradient) continue
    for (const feature of features) step(model.named, feature * classes + one, gradient, rate)
    example.values?.forEach((value, index) => {
      if (value) step(model.values, index * classes + one, gradient * value, rate)
    })
    example.shared?.[one]?.forEach((value, index) => {
      step(model.shared, index, gradient * value, rate / 2)
    })
    step(model.bias, one, gradient, rate / 3)
  }
}

/** Names that stand in enough examples, numbered. */
function numbered(examples: readonly Example[], least: number): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { names } of examples) for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  const numbers = new Map<string, number>()
  for (const [name, count] of counts) if (count >= least) numbers.set(name, numbers.size)
  return numbers
}

/** A plain linear congruential generator: the same numbers on every machine. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return state / 0x7fffffff
  }
}

function shuffle<T>(list: T[], random: () => number): void {
  for (let at = list.length - 1; at > 0; at -= 1) {
    // The generator's greatest number is 1 itself: once in two thousand million draws.
    const other = Math.min(at, Math.floor(random() * (at + 1)))
    const kept = list[at] as T
    list[at] = list[other] as T
    list[other] = kept
  }
}
