/**
 * Credentials of servers, as their adapter sealed them: the store can't read one, and takes none that is not sealed. In: a server, a sealed
 * text. Out: that part of the Store port.
 */
import type { Credential, Store } from '../bot/store.ts'
import { type Engine, numberOf, type Row, textOf } from './engine.ts'

type Part = Pick<Store, 'credentials' | 'credential' | 'keepCredential' | 'dropCredential'>

/** Version, mark of the key, nonce, ciphertext (adapters/slack/sealed.ts). */
const form = /^v1\.[0-9a-f]{8}\.[\w-]{16}\.[\w-]+$/

export function credentialsPart({ query, scrub }: Engine): Part {
  return {
    async credentials(platform) {
      return (await query('select * from credentials where platform = $1 order by server', [platform])).map(credentialOf)
    },
    async credential({ platform, server }) {
      const [row] = await query('select * from credentials where platform = $1 and server = $2', [platform, server])
      return row && credentialOf(row)
    },
    async keepCredential({ platform, server }, { sealed, at }, expected) {
      if (!form.test(sealed)) throw new TypeError('the store takes sealed credentials only')
      const values = [platform, server, sealed, at]
      const rows =
        expected === undefined
          ? await query(
              `insert into credentials (platform, server, sealed, at_ms) values ($1, $2, $3, $4) on conflict (platform, server)
               do update set sealed = excluded.sealed, at_ms = excluded.at_ms returning server`,
              values,
            )
          : await query(
              'update credentials set sealed = $3, at_ms = $4 where platform = $1 and server = $2 and sealed = $5 returning server',
              [...values, expected],
            )
      return rows.length > 0
    },
    async dropCredential({ platform, server }, upTo) {
      const values = [platform, server, upTo]
      const rows = await query('delete from credentials where platform = $1 and server = $2 and at_ms <= $3 returning server', values)
      if (rows.length) await scrub()
      return rows.length > 0
    },
  }
}

const credentialOf = (row: Row): Credential => ({
  server: textOf(row, 'server'),
  sealed: textOf(row, 'sealed'),
  at: numberOf(row, 'at_ms'),
})
