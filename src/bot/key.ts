/** Short stable keys. In: any text. Out: at most 25 characters, safe in buttons and nonces; the same text gives the same key on every instance. */

/** FNV-1a in two 32-bit lanes with different offsets, printed in base 36: 12 to 14 characters. Not a secret, only a name. */
export function shortKey(prefix: string, text: string): string {
  let a = 0x811c9dc5
  let b = 0x9747b28c
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ ((code << 7) | (code >>> 9)), 0x01000193) ^ (a >>> 13)
  }
  return `${prefix}${(a >>> 0).toString(36)}${(b >>> 0).toString(36)}`
}

/** A number from a text, for seeds. */
export function seedOf(text: string): number {
  let a = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) a = Math.imul(a ^ text.charCodeAt(index), 0x01000193)
  return a >>> 0
}

/** A seeded shuffle (mulberry32): the same order for the same seed, everywhere. */
export function shuffled<T>(list: readonly T[], seed: number): T[] {
  let state = seed | 0
  const random = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const result = [...list]
  for (let index = result.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1))
    ;[result[index], result[other]] = [result[other] as T, result[index] as T]
  }
  return result
}
