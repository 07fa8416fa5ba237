/**
 * What people say in the benchmarks, in what mixture. In: how often the bot is asked by name and how often a claim is repeated.
 * Out: the texts, and which of them a bot is to answer.
 */

/** Nineteen lines, over and over. One has to do with the pack ("the notes on 1917") and repeats nothing. */
const chatter = [
  'does anybody know a good recipe for bread, mine never rises',
  'the train was late again and nobody said a word about it',
  'see you tomorrow at the library, bring the notes on 1917',
  'what a match, I thought they had lost it after the first half',
  'lol',
  'can somebody look at my pull request, it is only three lines',
  'yes, I think so too',
  'my cat sits on the keyboard whenever there is a meeting',
  'where did you buy those shoes?',
  'I have restarted it twice and it still says connection refused',
  'good morning all',
  'the second season is better than the first, and nobody believes me',
  'thanks, that worked!',
  'does the party on saturday begin at seven or at eight?',
  'I would rather pay more and have it done well',
  'no idea, ask in the other channel',
  'we moved the server to a new host, tell me when something is slow',
  'what is the name of that song from the advertisement with the dog',
  'see you later',
]

/** What repeats a claim: a question about it where nothing is to be answered, and where something is, as plainly as it can be said. */
const askedInPassing = 'I read somewhere that Lenin was paid by the Germans, is that so?'
const said = 'Lenin and the Bolsheviks were paid by the Kaiser, it was all German gold'
/** By this the keyword bot knows the claim that is to be answered. */
export const keyword = 'German gold'

/** One in so many lines; none: no such line. */
export type Mixture = { asksEvery?: number; claimEvery?: number; answersClaims?: boolean }
/** `asks`: it is put to the bot by name. `isAnswered`: it asks, or repeats a claim where claims are answered. */
export type Line = { text: string; asks: boolean; isAnswered: boolean }

export function* linesOf({ asksEvery, claimEvery, answersClaims = false }: Mixture, count: number): Generator<Line> {
  const at = (every: number | undefined, index: number, turn: number) => every !== undefined && index % every === turn % every
  for (let index = 0; index < count; index += 1) {
    const asks = at(asksEvery, index, 0)
    const isClaim = !asks && at(claimEvery, index, 10)
    const text = isClaim ? (answersClaims ? said : askedInPassing) : (chatter[index % chatter.length] ?? '')
    yield { text, asks, isAnswered: asks || (isClaim && answersClaims) }
  }
}
