/** Suggestions for moderators. In: records with ids and pseudonyms. Out: that part of the Store port. */
import type { Store, Suggestion } from '../bot/store.ts'
import { type Engine, numberOf, placeOf, type Row, textOf } from './engine.ts'
import { pseudonymOnly } from './pseudonym.ts'

type Part = Pick<Store, 'suggest' | 'suggestions' | 'suggestion' | 'resolveSuggestion'>

export function queuePart({ query }: Engine): Part {
  return {
    async suggest({ id, place, trigger, author, rebuttal, stance, score, reason, at }) {
      await query(
        `insert into suggestions (id, platform, server, channel, thread, trigger_id, author, rebuttal, stance, score, reason, at_ms)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing`,
        [
          id,
          place.platform,
          place.server,
          place.channel,
          place.thread ?? null,
          trigger,
          pseudonymOnly(author),
          rebuttal,
          stance,
          String(score),
          reason,
          at,
        ],
      )
    },
    async suggestions({ platform, server }, limit) {
      const rows = await query(
        'select * from suggestions where platform = $1 and server = $2 and resolved_ms is null order by at_ms desc, id limit $3',
        [platform, server, limit],
      )
      return rows.map(suggestionOf)
    },
    async suggestion(id) {
      const [row] = await query('select * from suggestions where id = $1', [id])
      return row && suggestionOf(row)
    },
    async resolveSuggestion(id, by, action, at) {
      const rows = await query(
        `update suggestions set resolved_by = $2, resolved_action = $3, resolved_ms = $4
         where id = $1 and resolved_ms is null returning id`,
        [id, pseudonymOnly(by), action, at],
      )
      return rows.length > 0
    },
  }
}

function suggestionOf(row: Row): Suggestion {
  return {
    id: textOf(row, 'id'),
    place: placeOf(row),
    trigger: textOf(row, 'trigger_id'),
    author: textOf(row, 'author'),
    rebuttal: textOf(row, 'rebuttal'),
    stance: textOf(row, 'stance'),
    score: numberOf(row, 'score'),
    reason: textOf(row, 'reason'),
    at: numberOf(row, 'at_ms'),
    ...(row.resolved_ms !== null && {
      resolved: { by: textOf(row, 'resolved_by'), action: textOf(row, 'resolved_action'), at: numberOf(row, 'resolved_ms') },
    }),
  }
}
