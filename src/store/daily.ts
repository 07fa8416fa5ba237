/** Runs of the daily fact: claim, state, history. In: runs keyed by their scheduled local date. Out: that part of the Store port. */
import type { DailyRun, DailyState, Store } from '../bot/store.ts'
import { type Engine, numberOf, optionalText, placeOf, type Row, textOf } from './engine.ts'

type Part = Pick<Store, 'claimDaily' | 'updateDaily' | 'dailyRun' | 'dailyHistory' | 'factsShown' | 'openDailyRuns'>

/** States in which a fact was or may have been seen, or is about to be. */
const shownStates = "('claimed', 'sending', 'posted', 'unknown')"
const openStates = "('claimed', 'sending')"
const ofPlace = 'platform = $1 and server = $2 and channel = $3'

export function dailyPart({ query }: Engine): Part {
  return {
    async claimDaily(run, now) {
      const { place } = run
      // Taking over changes the holder alone: the fact frozen in the row, its state and its tries are what happened before.
      const [row] = await query(
        `insert into daily_runs (platform, server, channel, slot, local_date, state, fact, round, owner, lease_ms, tries, message, at_ms)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         on conflict (platform, server, channel, slot, local_date) do update set owner = excluded.owner, lease_ms = excluded.lease_ms,
           round = case when daily_runs.fact = '' then excluded.round else daily_runs.round end,
           fact = case when daily_runs.fact = '' then excluded.fact else daily_runs.fact end
         where daily_runs.state in ${openStates} and daily_runs.lease_ms <= $14 returning *`,
        [
          place.platform,
          place.server,
          place.channel,
          run.slot,
          run.date,
          run.state,
          run.fact,
          run.round,
          run.owner,
          run.leaseUntil,
          run.tries,
          run.message ?? null,
          run.at,
          now,
        ],
      )
      return row && runOf(row)
    },
    async updateDaily({ place, slot, date, owner, state, fact, round, leaseUntil, tries, message }) {
      const rows = await query(
        `update daily_runs set state = $7, fact = $8, round = $9, lease_ms = $10, tries = $11, message = $12
         where ${ofPlace} and slot = $4 and local_date = $5 and owner = $6 and state in ${openStates} returning slot`,
        [place.platform, place.server, place.channel, slot, date, owner, state, fact, round, leaseUntil, tries, message ?? null],
      )
      return rows.length > 0
    },
    async dailyRun(place, slot, date) {
      const [row] = await query(`select * from daily_runs where ${ofPlace} and slot = $4 and local_date = $5`, [
        ...keyOf(place),
        slot,
        date,
      ])
      return row && runOf(row)
    },
    async dailyHistory(place, limit) {
      const rows = await query(`select * from daily_runs where ${ofPlace} order by local_date desc, at_ms desc limit $4`, [
        ...keyOf(place),
        limit,
      ])
      return rows.map(runOf)
    },
    async factsShown(place) {
      const shown = `${ofPlace} and fact <> '' and state in ${shownStates}`
      const rows = await query(
        `select fact, round, local_date from daily_runs where ${shown}
         and round = (select max(round) from daily_runs where ${shown}) order by at_ms`,
        keyOf(place),
      )
      return rows.map((row) => ({ fact: textOf(row, 'fact'), round: numberOf(row, 'round'), date: textOf(row, 'local_date') }))
    },
    async openDailyRuns(now) {
      return (await query(`select * from daily_runs where state in ${openStates} and lease_ms <= $1 order by at_ms`, [now])).map(runOf)
    },
  }
}

const keyOf = (place: DailyRun['place']): string[] => [place.platform, place.server, place.channel]

function runOf(row: Row): DailyRun {
  return {
    place: placeOf(row),
    date: textOf(row, 'local_date'),
    slot: textOf(row, 'slot'),
    state: textOf(row, 'state') as DailyState,
    fact: textOf(row, 'fact'),
    round: numberOf(row, 'round'),
    owner: textOf(row, 'owner'),
    leaseUntil: numberOf(row, 'lease_ms'),
    tries: numberOf(row, 'tries'),
    ...optionalText(row, 'message', 'message'),
    at: numberOf(row, 'at_ms'),
  }
}
