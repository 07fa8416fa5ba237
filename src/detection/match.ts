/** What detection finds in a message. In: nothing. Out: types Match, Signal, Stance; pure data for policy and "why". */

/** support: the author asserts the claim · deny: rejects it · query: asks or merely names it · comment: reports it. */
export type Stance = 'support' | 'deny' | 'query' | 'comment'

/** The independent kinds of evidence; speaking needs two of them. */
export type SignalKind = 'phrasing' | 'concepts' | 'terms' | 'spelling'

export type Signal = {
  kind: SignalKind
  /** 0 to 1. */
  score: number
  /** The pack's own wording that matched: a phrasing, or concept words. Never the member's text. */
  wording: string
  /** Where in the message, in UTF-16 offsets of the text as given. */
  start: number
  end: number
}

export type Match = {
  rebuttal: string
  /** Calibrated, 0 to 1: compare with Bars. */
  score: number
  stance: Stance
  signals: Signal[]
}

/** speak: the score from which a public answer is allowed · suggest: from which moderators are told. */
export type Bars = { speak: number; suggest: number }
