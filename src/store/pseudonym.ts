/**
 * Pseudonyms of members: HMAC-SHA-256 of platform and id under a random key of this installation. In: the key. Out: p.… (24 characters).
 * The key is made at the first start and kept in the database, so that all instances agree and a restored backup still knows opt-outs.
 */
import { createHmac, randomBytes } from 'node:crypto'
import { type Engine, textOf } from './engine.ts'

const keyName = 'store/pseudonym-key'
const form = /^p\.[\w-]{22}$/

/** The installation's key: made once, by whichever instance comes first. */
export async function loadPseudonymKey({ query }: Engine): Promise<string> {
  await query('insert into installation (name, value) values ($1, $2) on conflict do nothing', [
    keyName,
    randomBytes(32).toString('base64url'),
  ])
  const [row] = await query('select value from installation where name = $1', [keyName])
  return textOf(row ?? {}, 'value')
}

/** The length of the platform's name goes in, so that no two pairs give the same input. */
export const pseudonymOf = (key: string, platform: string, person: string): string =>
  `p.${createHmac('sha256', key).update(`${platform.length}:${platform}:${person}`).digest('base64url').slice(0, 22)}`

/** Lets a pseudonym through. Throws TypeError for anything else: a raw member id must not reach the database by mistake. */
export function pseudonymOnly(person: string): string {
  if (!form.test(person)) throw new TypeError('the store takes pseudonyms of members only: call store.pseudonym(platform, id) first')
  return person
}
