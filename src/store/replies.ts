/** Public replies and the votes about them. In: records with ids and pseudonyms. Out: that part of the Store port. */
import type { PostMode } from '../bot/adapter.ts'
import type { ReplyRecord, Store } from '../bot/store.ts'
import { type Engine, numberOf, optionalText, placeOf, type Row, textOf } from './engine.ts'
import { pseudonymOnly } from './pseudonym.ts'

type Part = Pick<Store, 'record' | 'reply' | 'repliesTo' | 'markRemoved' | 'vote' | 'votes'>

export function repliesPart({ query, quick }: Engine): Part {
  return {
    async record(reply, how = 'lasting') {
      const { place } = reply
      // A second record adds the message; it never undoes a removal that came in between.
      const insert = how === 'brief' ? quick : query
      await insert(
        `insert into replies (id, platform, server, channel, thread, trigger_id, message, mode, rebuttal, author, stance, score, bar,
           evidence, level, enabled_by, at_ms, removed_ms)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
         on conflict (id) do update set message = coalesce(excluded.message, replies.message),
           removed_ms = coalesce(replies.removed_ms, excluded.removed_ms)`,
        [
          reply.id,
          place.platform,
          place.server,
          place.channel,
          place.thread ?? null,
          reply.trigger,
          reply.message ?? null,
          reply.mode,
          reply.rebuttal,
          pseudonymOnly(reply.author),
          reply.stance,
          String(reply.score),
          String(reply.bar),
          JSON.stringify(reply.evidence),
          reply.level,
          reply.enabledBy ?? null,
          reply.at,
          reply.removedAt ?? null,
        ],
      )
    },
    async reply(id) {
      const [row] = await query('select * from replies where id = $1', [id])
      return row && replyOf(row)
    },
    async repliesTo({ place, id }) {
      const rows = await query(
        `select * from replies where platform = $1 and server = $2 and channel = $3 and trigger_id = $4 and removed_ms is null
         order by at_ms, id`,
        [place.platform, place.server, place.channel, id],
      )
      return rows.map(replyOf)
    },
    async markRemoved(id, at) {
      return (await query('update replies set removed_ms = $2 where id = $1 and removed_ms is null returning id', [id, at])).length > 0
    },
    async vote(reply, person, vote, at) {
      const rows = await query(
        'insert into votes (reply, person, vote, at_ms) values ($1, $2, $3, $4) on conflict do nothing returning reply',
        [reply, pseudonymOnly(person), vote, at],
      )
      return rows.length > 0
    },
    async votes({ platform, server }, rebuttal, since) {
      const where = 'r.platform = $1 and r.server = $2 and r.rebuttal = $3 and r.at_ms >= $4'
      const values = [platform, server, rebuttal, since]
      const [[replies], votes] = await Promise.all([
        query(`select count(*) as total from replies r where ${where} and r.message is not null`, values),
        query(`select v.vote, count(*) as total from votes v join replies r on r.id = v.reply where ${where} group by v.vote`, values),
      ])
      const counted = (name: string) => numberOf(votes.find(({ vote }) => vote === name) ?? {}, 'total')
      return { wrong: counted('wrong'), helpful: counted('helpful'), replies: numberOf(replies ?? {}, 'total') }
    },
  }
}

function replyOf(row: Row): ReplyRecord {
  return {
    id: textOf(row, 'id'),
    place: placeOf(row),
    trigger: textOf(row, 'trigger_id'),
    ...optionalText(row, 'message', 'message'),
    mode: textOf(row, 'mode') as PostMode,
    rebuttal: textOf(row, 'rebuttal'),
    author: textOf(row, 'author'),
    stance: textOf(row, 'stance'),
    score: numberOf(row, 'score'),
    bar: numberOf(row, 'bar'),
    evidence: JSON.parse(textOf(row, 'evidence')) as ReplyRecord['evidence'],
    level: textOf(row, 'level'),
    ...optionalText(row, 'enabled_by', 'enabledBy'),
    at: numberOf(row, 'at_ms'),
    ...(row.removed_ms !== null && { removedAt: numberOf(row, 'removed_ms') }),
  }
}
