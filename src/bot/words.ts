/**
 * Every sentence of the bot that is not from a pack: tone is reviewed here, translated here.
 * In: names and numbers. Out: sentences. Calm, short, no second person in public, no exclamation marks.
 */
import type { Technique, Verdict } from '../knowledge/schema.ts'

export const words = {
  bot: 'For the Record',
  nothingFoundTitle: 'Nothing on that',
  nothingFound: 'No rebuttal in the installed packs answers this.',
  nearestTopics: 'Nearest topics',
  noSuchRebuttal: (id: string) => `There is no rebuttal with the id "${id}". /topics lists them all.`,
  noSuchTopic: (name: string, names: readonly string[]) => `There is no topic "${name}". Topics: ${names.join(', ')}.`,
  noSuchCommand: (name: string) => `There is no command "${name}". /help lists them.`,
  whichSubcommand: (command: string, names: readonly string[]) => `/${command} needs one of: ${names.join(', ')}.`,
  badArgument: (name: string, problem: string, meaning: string) =>
    `${name ? `"${name}": ` : ''}${problem}${meaning ? ` (${meaning})` : ''}.`,
  notAllowed: { admin: 'Only people who manage this server can do that.', moderator: 'Only moderators can do that.' },
  failed: (reference: string) => `Something went wrong here. The operator finds it in the log under ${reference}.`,
  failedTitle: 'That did not work',
  badDate: 'The date must be a day such as 2026-11-07.',
  noFacts: 'The installed packs hold no facts.',
  factTitle: 'For the record',
  onThisDay: (date: string) => `On this day: ${date}`,
  helpTitle: 'For the Record',
  helpLead: 'Looks historical myths up in a reviewed pack and answers with the sources. Unasked it speaks only where an admin allowed it.',
  helpNote: 'No message text is stored. Answers come from reviewed packs, matched automatically.',
  topicsTitle: 'Topics',
  topicsLead: (rebuttals: number, packs: string) => `${rebuttals} claims are answered in ${packs}. /myth opens one.`,
  nothingToCheck: 'There is no text to check: type it after the command, or use the menu on a message that has text.',
  checkNothingTitle: 'Nothing in the packs',
  checkNothing: 'This text repeats no claim that the installed packs answer.',
  checkDeny: 'The text already rejects this claim; the bot would stay silent.',
  checkNear: 'Not sure enough to answer. Near it',
  technique: 'How it misleads',
  claimLabel: 'The claim',
  seeAlso: 'See also',
  automatic: 'Matched automatically; the answer was written and reviewed by people.',
  buttons: { details: 'Details', why: 'Why?', notThis: 'Not this', share: 'Share', open: (title: string) => title },
  shared: 'Shared by a member.',
  source: (author: string, title: string, year: number) => `${author}, ${title} (${year})`,
} as const

/** What each verdict means, for people who ask. */
export const verdictMeaning: Record<Verdict, string> = {
  fabricated: 'the scene or the line has no source at all',
  false: 'contradicted by the record',
  unproven: 'asserted, never shown',
  misleading: 'a true fact, bent',
  disputed: 'serious historians disagree',
}

/** One line per technique. */
export const techniqueMeaning: Record<Technique, string> = {
  fabrication: 'something invented is shown as if it had happened',
  'cherry-picking': 'what fits is kept, the rest is left out',
  'guilt-by-association': 'a contact is taken for complicity',
  'false-analogy': 'two things are called alike because of one trait',
  personalisation: 'a movement is reduced to the wishes of one person',
  'quote-out-of-context': 'words are cut from what they answered',
  'false-dilemma': 'two answers are offered where there are more',
  'post-hoc': 'what came later is taken for a result',
  'loaded-words': 'the word chosen decides the question',
  hindsight: 'the outcome is read back into the beginning',
  generalisation: 'one case is made to stand for all',
  omission: 'the fact that would decide it is not mentioned',
}
