/** A database of one's own on the run's PostgreSQL. In: empty, or with the schema. Out: its URL; it goes when the run ends. */
import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { inject } from 'vitest'
import type {} from './postgres-setup.ts'

/** `current`: the schema is there already, and no row; making it anew takes longer than most tests. */
export async function createDatabase(content: 'empty' | 'current' = 'empty'): Promise<string> {
  const url = new URL(inject('postgresUrl'))
  const name = `t_${randomBytes(8).toString('hex')}`
  const client = new Client({ connectionString: url.href })
  await client.connect()
  await client.query(`create database ${name} template ${content === 'empty' ? 'template1' : 'current'}`)
  await client.end()
  url.pathname = `/${name}`
  return url.href
}
