/**
 * The verbs ask, suggest and check. In: words or JSON lines. Out: JSON or cards as text. check is the live decision in a channel with
 * mode reply, level standard and no history.
 */
import { cardToText } from '../bot/card.ts'
import { answerCard, nothingFoundCard, rebuttalCard } from '../bot/compose.ts'
import { UserError } from '../bot/errors.ts'
import { decide } from '../bot/policy.ts'
import type { Detector } from '../detection/detector.ts'
import { openPacks } from '../detection/open.ts'
import { CoreEnv, readEnv } from '../env.ts'
import type { Library } from '../knowledge/library.ts'
import { loadPacks } from '../registry.ts'
import { eachLine } from './lines.ts'

type Options = { json?: true; jsonl?: true }

/** Longest query of a look-up, in characters: more is a mistake or an attack, and says so. */
const longestQuery = 2000

const print = (value: unknown) => process.stdout.write(`${typeof value === 'string' ? value : JSON.stringify(value, null, 2)}\n`)

const open = async (env: NodeJS.ProcessEnv): Promise<{ library: Library; detector: Detector }> =>
  openPacks(await loadPacks(readEnv(CoreEnv, env).PACKS_DIR))

/** What is wrong with a query, or nothing. */
function queryFault(query: unknown): string | undefined {
  if (typeof query !== 'string') return 'query must be a text'
  if (!query.trim()) return 'query is empty: give a word or a sentence to look up'
  if (query.length > longestQuery) return `query has ${query.length} characters, at most ${longestQuery} are looked up: shorten it`
  if (/[\p{Cc}]/u.test(query.replace(/[\t\n\r]/g, ' '))) return 'query has control characters: take them out'
  return undefined
}

function askOne(library: Library, query: string) {
  return library.search(query).map(({ rebuttal, score }) => ({
    rebuttal: rebuttal.id,
    title: rebuttal.title,
    claim: rebuttal.claim,
    verdict: rebuttal.verdict,
    answer: rebuttal.answer,
    details: rebuttal.details.join('\n\n'),
    sources: rebuttal.sources,
    score: Number(score.toFixed(4)),
  }))
}

export async function ask(query: string, { json, jsonl }: Options, env: NodeJS.ProcessEnv): Promise<number> {
  const wrong = jsonl ? undefined : queryFault(query)
  if (wrong) throw new UserError(`ask: ${wrong}.`)
  const { library } = await open(env)
  if (jsonl) {
    return eachLine(({ id = null, query: asked }) => {
      const error = queryFault(asked)
      return error ? { id, results: [], error } : { id, results: askOne(library, asked as string) }
    })
  }
  if (json) print({ id: null, results: askOne(library, query) })
  else {
    const hits = library.search(query)
    const [best, ...others] = hits
    if (!best) print(cardToText(nothingFoundCard(library.near(query))))
    else {
      print(cardToText(rebuttalCard(best.rebuttal, library)))
      if (others.length) print(`\nAlso: ${others.map((hit) => `${hit.rebuttal.title} (${hit.rebuttal.id})`).join(' · ')}`)
    }
  }
  return 0
}

export async function suggest(prefix: string, { json, jsonl }: Options, env: NodeJS.ProcessEnv): Promise<number> {
  const fault = (text: unknown) => (text === '' ? undefined : queryFault(text))
  const wrong = jsonl ? undefined : fault(prefix)
  if (wrong) throw new UserError(`suggest: ${wrong}.`)
  const { library } = await open(env)
  if (jsonl) {
    return eachLine(({ id = null, query = '' }) => {
      const error = fault(query)
      return error ? { id, suggestions: [], error } : { id, suggestions: library.suggest(query as string) }
    })
  }
  const suggestions = library.suggest(prefix)
  print(json ? { id: null, suggestions } : suggestions.map(({ rebuttal, label }) => `${rebuttal.padEnd(28)} ${label}`).join('\n'))
  return 0
}

export async function check(message: string, { json, jsonl }: Options, env: NodeJS.ProcessEnv): Promise<number> {
  if (!jsonl && !message.trim()) throw new UserError('check: the message is empty: give a text to check.')
  const { library, detector } = await open(env)
  const checkOne = (text: string) => {
    const { action, match, reasons } = decide(detector.detect(text), { mode: 'reply', level: 'standard', bars: detector.bars })
    const rebuttal = match && library.byId(match.rebuttal)
    return {
      action,
      rebuttal: rebuttal?.id ?? null,
      title: rebuttal?.title ?? null,
      claim: rebuttal?.claim ?? null,
      answer: rebuttal?.answer ?? null,
      score: Number((match?.score ?? 0).toFixed(4)),
      stance: match?.stance ?? 'comment',
      reasons: reasons.map((reason) => `${reason.gate}: ${reason.passed ? 'yes' : 'no'} (${reason.detail})`),
    }
  }
  if (jsonl) {
    return eachLine(({ id = null, text }) =>
      typeof text === 'string' ? { id, ...checkOne(text) } : { id, action: 'ignore', rebuttal: null, error: 'text must be a text' },
    )
  }
  const result = checkOne(message)
  if (json) print({ id: null, ...result })
  else {
    const rebuttal = library.byId(result.rebuttal ?? '')
    print([`${result.action}${rebuttal ? `: ${rebuttal.title}` : ''}`, ...result.reasons.map((reason) => `  ${reason}`)].join('\n'))
    if (rebuttal && result.action === 'reply') print(`\n${cardToText(answerCard(rebuttal, library))}`)
  }
  return 0
}
