/**
 * All views of the bot on one page. In: rebuttals, facts, decisions. Out: Cards. Source marks become numbers here.
 */
import type { Detector } from '../detection/detector.ts'
import type { Match } from '../detection/match.ts'
import type { Library } from '../knowledge/library.ts'
import { type Fact, type Rebuttal, sourceMark } from '../knowledge/schema.ts'
import type { Button, Card } from './card.ts'
import { type Decision, decide } from './policy.ts'
import type { ReplyRecord } from './store.ts'
import { techniqueMeaning, verdictMeaning, words } from './words.ts'

/** Sources shown under the short card; the details show all. */
const shortSources = 2

export const sourceLine = (library: Library, id: string): string => {
  const source = library.source(id)
  return source ? words.source(source.author, source.title, source.year) : id
}

/** Texts with "[kennan-1956]" turned into "[1]", and the list those numbers point into. */
function numbered(texts: readonly string[], library: Library): { texts: string[]; sources: string[] } {
  const ids: string[] = []
  const marked = texts.map((text) =>
    text.replace(sourceMark, (_, id: string) => {
      if (!ids.includes(id)) ids.push(id)
      return ` [${ids.indexOf(id) + 1}]`
    }),
  )
  return { texts: marked, sources: ids.map((id) => sourceLine(library, id)) }
}

export const detailsButton = (rebuttal: Rebuttal): Button => ({
  label: words.buttons.details,
  command: 'details',
  args: { id: rebuttal.id },
})

/** The short card: what an unasked reply shows. At most 280 characters of answer, fact first, verdict, sources. */
export function answerCard(rebuttal: Rebuttal, library: Library, buttons: Button[] = [detailsButton(rebuttal)]): Card {
  return {
    title: rebuttal.title,
    verdict: rebuttal.verdict,
    lead: rebuttal.answer,
    sources: rebuttal.sources.slice(0, shortSources).map((id) => sourceLine(library, id)),
    buttons,
  }
}

/** The whole rebuttal, for somebody who asked. */
export function rebuttalCard(rebuttal: Rebuttal, library: Library): Card {
  const { texts, sources } = numbered(rebuttal.details, library)
  const related = rebuttal.related.flatMap((id) => library.byId(id) ?? [])
  return {
    title: rebuttal.title,
    verdict: rebuttal.verdict,
    lead: rebuttal.answer,
    paragraphs: texts,
    rows: [
      { label: words.claimLabel, value: rebuttal.claim },
      {
        label: words.technique,
        value: `${rebuttal.technique.name.replaceAll('-', ' ')} (${techniqueMeaning[rebuttal.technique.name]}). ${rebuttal.technique.where}`,
      },
    ],
    sources,
    buttons: related.slice(0, 3).map((other) => ({ label: other.title, command: 'details', args: { id: other.id } })),
    note: `${rebuttal.verdict}: ${verdictMeaning[rebuttal.verdict]}. Id: ${rebuttal.id}`,
  }
}

/** What a look-up says when the packs have no answer: honest, with the nearest topics. */
export function nothingFoundCard(
  near: readonly Rebuttal[],
  title: string = words.nothingFoundTitle,
  lead: string = words.nothingFound,
): Card {
  return {
    title,
    lead,
    ...(near.length && {
      rows: [{ label: words.nearestTopics, value: near.map((rebuttal) => rebuttal.title).join(' · ') }],
      buttons: near.map((rebuttal) => ({ label: rebuttal.title, command: 'details', args: { id: rebuttal.id } })),
    }),
  }
}

const dayNames = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })

export function factCard(fact: Fact, library: Library): Card {
  return {
    title: fact.date ? words.onThisDay(dayNames.format(new Date(`${fact.date}T00:00:00Z`))) : words.factTitle,
    lead: fact.text,
    sources: fact.sources.map((id) => sourceLine(library, id)),
  }
}

export const plainCard = (title: string, lead: string): Card => ({ title, lead })

/** What a check says, to the asker: the answer, or that the text already denies it, or what comes near, or nothing. */
export function checkCard(text: string, library: Library, detector: Detector): Card {
  const { action, match } = decide(detector.detect(text), { mode: 'reply', level: 'eager', bars: detector.bars })
  const rebuttal = match && library.byId(match.rebuttal)
  if (!rebuttal) return nothingFoundCard([], words.checkNothingTitle, words.checkNothing)
  if (match.stance === 'deny') return { ...answerCard(rebuttal, library), note: words.checkDeny }
  if (action === 'reply') return { ...answerCard(rebuttal, library), note: words.automatic }
  return nothingFoundCard([rebuttal], words.checkNothingTitle, words.checkNear)
}

/** The unasked reply: the short card with the three buttons. */
export const replyCard = (rebuttal: Rebuttal, library: Library, reply: string): Card =>
  answerCard(rebuttal, library, [
    detailsButton(rebuttal),
    { label: words.buttons.why, command: 'why', args: { reply } },
    { label: words.buttons.notThis, command: 'feedback', args: { reply } },
  ])

/** A public answer to somebody who asked the bot by name. */
export const addressedCard = (text: string, library: Library, detector: Detector): Card =>
  text.trim() ? checkCard(text, library, detector) : plainCard(words.bot, words.addressedEmpty)

/** What moderators see of a match that is not answered in public. */
export const suggestionCard = (rebuttal: Rebuttal, channel: string, reason: string, id: string): Card => ({
  title: words.suggestion.title,
  lead: words.suggestion.lead(channel, rebuttal.title),
  rows: [{ label: 'Why not public', value: reason }],
  buttons: [
    { label: words.suggestion.replyNow, command: 'queue', args: { id, action: 'reply' } },
    { label: words.suggestion.dismiss, command: 'queue', args: { id, action: 'dismiss' } },
    { label: words.suggestion.wrong, command: 'queue', args: { id, action: 'wrong' } },
  ],
})

/**
 * Why the bot spoke. `text`: the trigger, if the platform sent it along now; its matched part is quoted, and kept nowhere.
 * `suggested`: why the bot had only suggested what a moderator then posted.
 */
export function whyCard(record: ReplyRecord, rebuttal: Rebuttal, { text, suggested }: { text?: string; suggested?: string } = {}): Card {
  const mode = suggested === words.suggestion.mode ? 'suggest' : record.mode
  const said = text ? record.evidence.map(({ start, end }) => text.slice(start, end).trim()).filter(Boolean) : []
  return {
    title: words.why.title,
    lead: words.why.lead(rebuttal.title),
    rows: [
      ...(said.length ? [{ label: words.why.said, value: [...new Set(said)].map((part) => `“${part}”`).join(' · ') }] : []),
      { label: words.why.wording, value: [...new Set(record.evidence.map((one) => one.wording))].join(' · ') },
      { label: words.why.evidence, value: record.evidence.map((one) => `${one.kind} ${one.score.toFixed(2)}`).join(', ') },
      { label: words.why.score, value: words.why.scoreValue(record.score, record.bar) },
      { label: words.why.stance, value: record.stance },
      { label: words.why.setting, value: words.why.settingValue(mode, record.level, record.enabledBy) },
      ...(suggested ? [{ label: words.why.moderator, value: words.why.moderatorValue(suggested) }] : []),
    ],
    note: words.why.out,
  }
}

/** Every gate in order and the decision: the live code path, without effect. */
export function dryRunCard({ action, match, reasons }: Decision, matches: readonly Match[], library: Library): Card {
  const title = (id: string) => library.byId(id)?.title ?? id
  const others = matches.filter((other) => other !== match)
  return {
    title: match ? `${words.dryRun.title}: ${title(match.rebuttal)}` : words.dryRun.title,
    lead: words.dryRun.decision(action),
    rows: [
      ...reasons.map((reason) => ({
        label: reason.gate,
        value: `${reason.passed ? words.dryRun.passed : words.dryRun.stopped}: ${reason.detail}`,
      })),
      ...(match?.signals ?? []).map((signal) => ({ label: signal.kind, value: `${signal.score.toFixed(2)}: ${signal.wording}` })),
      ...(others.length
        ? [
            {
              label: words.dryRun.also,
              value: others.map((other) => `${title(other.rebuttal)} (${other.score.toFixed(2)}, ${other.stance})`).join(' · '),
            },
          ]
        : []),
    ],
  }
}
