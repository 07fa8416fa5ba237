/**
 * A rebuttal as schema.org ClaimReview, for search engines and other checkers. In: a rebuttal and its pack. Out: a JSON-LD object. Pure.
 * The rating's words are the pack's verdicts; the numbers only order them, as schema.org asks (https://schema.org/ClaimReview).
 */
import type { Pack, Rebuttal, Source, Verdict } from './schema.ts'
import { withoutMarks } from './schema.ts'

/** 1 is worst, 5 would be true: no rebuttal has that. */
const rating: Record<Verdict, number> = { fabricated: 1, false: 1, misleading: 2, unproven: 3, disputed: 3 }

type JsonLd = Record<string, unknown>

/** One ClaimReview per rebuttal. The year of publication stands for a date: no record says more. */
export function claimReview(rebuttal: Rebuttal, pack: Pack): JsonLd {
  const sources = rebuttal.sources.flatMap((id) => pack.sources.find((source) => source.id === id) ?? [])
  return {
    '@context': 'https://schema.org',
    '@type': 'ClaimReview',
    identifier: rebuttal.id,
    name: rebuttal.title,
    claimReviewed: rebuttal.claim,
    inLanguage: pack.language,
    license: 'https://creativecommons.org/licenses/by-sa/4.0/',
    author: { '@type': 'Organization', name: pack.editors.join(', ') },
    reviewRating: {
      '@type': 'Rating',
      ratingValue: rating[rebuttal.verdict],
      worstRating: 1,
      bestRating: 5,
      alternateName: rebuttal.verdict,
      ratingExplanation: rebuttal.answer,
    },
    itemReviewed: { '@type': 'Claim', text: rebuttal.claim },
    abstract: rebuttal.answer,
    reviewBody: rebuttal.details.map(withoutMarks).join('\n\n'),
    keywords: rebuttal.tags.join(', '),
    citation: sources.map(work),
  }
}

const work = (source: Source): JsonLd => ({
  '@type': source.kind === 'article' ? 'Article' : 'CreativeWork',
  name: source.title,
  author: { '@type': 'Person', name: source.author },
  datePublished: String(source.year),
  ...(source.link && { url: source.link }),
})
