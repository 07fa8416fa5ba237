/**
 * Which fact belongs to which day. In: the library and a date. Out: a fact. Pure.
 */
import type { Library } from '../knowledge/library.ts'
import type { Fact } from '../knowledge/schema.ts'

/** The fact of a date: one whose event fell on that day if there is one, else one of the undated, the same all over the world. */
export function factOfTheDay(library: Library, date: string): Fact | undefined {
  const dayNumber = Math.floor(Date.parse(`${date}T00:00:00Z`) / 86_400_000)
  const onThisDay = library.factsOn(date.slice(5))
  const pool = onThisDay.length ? onThisDay : library.facts.filter((fact) => !fact.date)
  const facts = pool.length ? pool : library.facts
  return facts[((dayNumber % facts.length) + facts.length) % facts.length]
}
