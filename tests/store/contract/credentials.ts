/** Contract: sealed credentials of servers: the last given holds, a renewal never overwrites another one, a goodbye never a later one. */
import { expect, test } from 'vitest'
import { noon } from '../../support/records.ts'
import type { Given } from '../store-contract.ts'

const sealed = (mark: string): string => `v1.0123abcd.${mark.padEnd(16, '_')}.Y2lwaGVydGV4dA`
const of = (server: string) => ({ platform: 'slack', server })

export function credentialsContract({ opened }: Given): void {
  test('the last one given holds, on every instance, and each server has its own', async () => {
    const { a, b } = opened()
    expect(await a.credential(of('T1'))).toBeUndefined()
    expect(await a.keepCredential(of('T2'), { sealed: sealed('x'), at: noon })).toBe(true)
    expect(await a.keepCredential(of('T1'), { sealed: sealed('a'), at: noon })).toBe(true)
    expect(await b.keepCredential(of('T1'), { sealed: sealed('b'), at: noon + 5 })).toBe(true)
    expect(await a.credential(of('T1'))).toEqual({ server: 'T1', sealed: sealed('b'), at: noon + 5 })
    expect((await a.credentials('slack')).map(({ server }) => server)).toEqual(['T1', 'T2'])
    expect(await a.credentials('discord')).toEqual([])
  })

  test('of two renewals of one record exactly one is kept; none where it was given anew or dropped, and given again', async () => {
    const { a, b } = opened()
    await a.keepCredential(of('T1'), { sealed: sealed('first'), at: noon })
    const renewals = await Promise.all(
      [a, b, a, b].map((store, index) => store.keepCredential(of('T1'), { sealed: sealed(`r${index}`), at: noon }, sealed('first'))),
    )
    expect(renewals.filter(Boolean)).toHaveLength(1)
    expect((await b.credential(of('T1')))?.sealed).toBe(sealed(`r${renewals.indexOf(true)}`))
    const held = (await a.credential(of('T1')))?.sealed ?? ''
    await a.dropCredential(of('T1'), noon)
    expect(await b.keepCredential(of('T1'), { sealed: sealed('late'), at: noon }, held)).toBe(false)
    await a.keepCredential(of('T1'), { sealed: sealed('again'), at: noon + 1 })
    expect(await b.keepCredential(of('T1'), { sealed: sealed('late'), at: noon }, held)).toBe(false)
    expect((await a.credential(of('T1')))?.sealed).toBe(sealed('again'))
  })

  test('dropped up to a moment: a later one stays, another server’s stays, and it is dropped once', async () => {
    const { a, b, engine } = opened()
    await a.keepCredential(of('T1'), { sealed: sealed('a'), at: noon })
    await a.keepCredential(of('T2'), { sealed: sealed('b'), at: noon })
    expect(await b.dropCredential(of('T1'), noon - 1)).toBe(false)
    const drops = await Promise.all([a, b].map((store) => store.dropCredential(of('T1'), noon)))
    expect(drops.filter(Boolean)).toHaveLength(1)
    expect(await engine.query('select server from credentials')).toEqual([{ server: 'T2' }])
  })

  test('it goes with the server that left, and stays for one that came back', async () => {
    const { a } = opened()
    await a.keepCredential(of('T1'), { sealed: sealed('a'), at: noon })
    await a.keepCredential(of('T2'), { sealed: sealed('b'), at: noon })
    for (const server of ['T1', 'T2']) await a.leave(of(server), noon + 10)
    await a.stay(of('T2'))
    await a.sweep(noon + 10)
    expect((await a.credentials('slack')).map(({ server }) => server)).toEqual(['T2'])
  })

  test.each(['xoxb-1-2-secret', '', '{"token":"xoxb-1-2-secret"}', 'v1.0123abcd.short.xxxx', `v2${sealed('a').slice(2)}`])(
    'a text that is not sealed never reaches the database: %s',
    async (plain) => {
      const { a, engine } = opened()
      await expect(a.keepCredential(of('T1'), { sealed: plain, at: noon })).rejects.toThrow(TypeError)
      expect(await engine.query('select * from credentials')).toEqual([])
    },
  )
}
