/**
 * What speaks for a candidate. In: a query laid over a collection, one candidate. Out: a row of figures, most of them shares from 0 to 1, so
 * that two words and a long post are measured alike. What each is worth: rank-weights.ts.
 */
import { type Collection, kindOf, type Profile, type Saying } from './collection.ts'
import type { Overlay } from './overlay.ts'

export const featureNames = [
  'relative', // BM25 against the best candidate of this query
  'queryCovered', // share of the query's weight that title, claim or a phrasing says
  'bodyCovered', // share that tags, answer and details say
  'allCovered', // share that either says
  'bodyRarest', // weight of the rarest word that only answer, details or tags say
  'missing', // weight of the rarest word of the query that the card has nowhere
  'about', // share that the rebuttal is about
  'queryMissing', // weight of the rarest word of the query that no saying has
  'titleCovered', // share of the title's weight that the query says
  'claimCovered',
  'sumTitle', // the same as a sum
  'sumClaim',
  'agreement', // weight shared with the closest saying, against both sides
  'sayingCovered', // share of the saying that is covered best
  'rarest', // weight of the rarest word that agrees
  'second',
  'third',
  'count', // words that agree, as a logarithm
  'loosely', // weight that agrees by beginning, spelling or another name only
  'byAuthor', // weight that agrees with the post's signature only
  'gramsTitle', // groups of four letters: cosine with the title
  'gramsClaim',
  'gramsBest', // the same for the closest saying
  'gramsTitleCovered', // share of the title's groups that the query has
  'gramsClaimCovered',
  'names', // share of the claim's names that the query says
  'numbers', // share of the claim's numbers
  'claimLength', // words, as a logarithm
  'learned', // chance that the query speaks of the claim, by what its pack has learned (0 where none has)
  'lead', // how far the first is ahead of the second, in rank: known only once they are in order
  'asksDetail', // 1 when the query asks for a date, a place, a cast
  'queryLength', // terms, as a logarithm: says nothing about the order, but how much agreement may be asked for
] as const
export type FeatureName = (typeof featureNames)[number]
export type Row = Record<FeatureName, number>

const emptyRow = Object.fromEntries(featureNames.map((name) => [name, 0])) as Row

/** `relative`: the candidate's BM25 score against the best one's. `learned`: a chance. */
export function featuresOf(overlay: Overlay, collection: Collection, profile: Profile, relative: number, learned = 0): Row {
  const row = { ...emptyRow, relative, learned }
  row.asksDetail = overlay.asksDetail ? 1 : 0
  row.queryLength = Math.log1p(overlay.terms.length)
  queryShares(row, overlay, collection, profile)
  sayingShares(row, overlay, collection, profile)
  letters(row, overlay, profile)
  namesAndNumbers(row, overlay, collection, profile.sayings[1] as Saying)
  return row
}

/** How much of the query the rebuttal says, and by which words. Each term of the query counts once, by the stem that fits it best. */
function queryShares(row: Row, { slots, credits, terms, weights, total }: Overlay, collection: Collection, profile: Profile): void {
  const best = new Float64Array(terms.length)
  const worth = new Float64Array(terms.length)
  let agreeing = 0
  for (const [id, share] of profile.about) {
    const term = (slots[id] as number) - 1
    if (term < 0) continue
    agreeing += 1
    const credit = credits[id] as number
    const weight = collection.weights[id] as number
    top3(row, (weight * credit) / collection.most)
    if (credit < 1) row.loosely += weight / total
    if (terms[term]?.isAuthor) row.byAuthor += weight / total
    best[term] = Math.max(best[term] as number, credit)
    worth[term] = Math.max(worth[term] as number, credit * share)
  }
  let body = 0
  const anywhere = best.slice()
  for (const id of profile.body) {
    const term = (slots[id] as number) - 1
    if (term < 0) continue
    const credit = credits[id] as number
    body += (weights[term] as number) * credit
    anywhere[term] = Math.max(anywhere[term] as number, credit)
    row.bodyRarest = Math.max(row.bodyRarest, ((collection.bodyWeights[id] as number) * credit) / collection.most)
  }
  for (let term = 0; term < terms.length; term += 1) {
    const weight = weights[term] as number
    row.allCovered += (weight * (anywhere[term] as number)) / total
    if (!anywhere[term] && !terms[term]?.isAuthor) row.missing = Math.max(row.missing, weight / collection.most)
    row.queryCovered += (weight * (best[term] as number)) / total
    row.about += (weight * (worth[term] as number)) / total
    if (!best[term] && !terms[term]?.isAuthor) row.queryMissing = Math.max(row.queryMissing, weight / collection.most)
  }
  row.bodyCovered = Math.min(1, body / total)
  row.loosely = Math.min(1, row.loosely)
  row.count = Math.log1p(agreeing)
}

function top3(row: Row, weight: number): void {
  if (weight > row.rarest) [row.rarest, row.second, row.third] = [weight, row.rarest, row.second]
  else if (weight > row.second) [row.second, row.third] = [weight, row.second]
  else if (weight > row.third) row.third = weight
}

/** How much of title, claim and the closest phrasing the query says. */
function sayingShares(row: Row, overlay: Overlay, collection: Collection, { sayings }: Profile): void {
  sayings.forEach((saying, place) => {
    const sum = shared(overlay, collection, saying.ids)
    const share = saying.weight ? sum / saying.weight : 0
    if (place === 0) row.titleCovered = share
    if (place === 1) row.claimCovered = share
    if (place === 0) row.sumTitle = sum / collection.most
    if (place === 1) row.sumClaim = sum / collection.most
    row.sayingCovered = Math.max(row.sayingCovered, share)
    row.agreement = Math.max(row.agreement, (2 * sum) / (overlay.total + saying.weight))
  })
}

/** Weight of a saying's distinct stems that the query has. */
function shared({ slots, credits }: Overlay, { weights }: Collection, ids: Int32Array): number {
  let sum = 0
  for (let at = 0; at < ids.length; at += 1) {
    const id = ids[at] as number
    if (slots[id] && ids.indexOf(id) === at) sum += (weights[id] as number) * (credits[id] as number)
  }
  return sum
}

function letters(row: Row, { grams, gramCount }: Overlay, { sayings }: Profile): void {
  sayings.forEach((saying, place) => {
    let same = 0
    // By place: the list's own iterator makes a look-up take a seventh longer.
    for (let at = 0; at < saying.grams.length; at += 1) same += grams[saying.grams[at] as number] as number
    const cosine = same / Math.sqrt(Math.max(1, gramCount * saying.grams.length))
    row.gramsBest = Math.max(row.gramsBest, cosine)
    if (place > 1) return
    row[place ? 'gramsClaim' : 'gramsTitle'] = cosine
    row[place ? 'gramsClaimCovered' : 'gramsTitleCovered'] = same / (saying.grams.length || 1)
  })
}

function namesAndNumbers(row: Row, { slots }: Overlay, { weights }: Collection, { ids, kinds }: Saying): void {
  const total = [0, 0, 0]
  const said = [0, 0, 0]
  ids.forEach((id, at) => {
    const kind = kinds[at] as number
    total[kind] = (total[kind] as number) + (weights[id] as number)
    if (slots[id]) said[kind] = (said[kind] as number) + (weights[id] as number)
  })
  const share = (kind: number) => (total[kind] ? (said[kind] as number) / (total[kind] as number) : 0)
  row.names = share(kindOf.name)
  row.numbers = share(kindOf.number)
  row.claimLength = Math.log1p(ids.length)
}
