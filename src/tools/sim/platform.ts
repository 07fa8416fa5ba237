/**
 * A platform for the simulator: it loses answers, refuses, is slow, and remembers what everybody can see. In: posts, chances drawn from a
 * seeded source. Out: an Adapter, and the visible messages. Real platforms' habits: one drops doubles by key and can be searched, one can't.
 */
import type { Abilities, Adapter, Post } from '../../bot/adapter.ts'
import { PostError } from '../../bot/errors.ts'
import type { MessageRef } from '../../bot/message.ts'

export type Visible = { key: string; post: Post; at: number; id: string }
export type Source = () => number

export type SimPlatform = Adapter & { visible: Visible[]; everSeen: Visible[] }

export type Faults = { lostBefore: number; lostAfter: number; refused: number; slow: number }

/** A seeded source of numbers from 0 to 1 (mulberry32). */
export function seeded(seed: number): Source {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const dropsDoublesFor = 120_000

export function simPlatform(name: string, kind: 'searchable' | 'blind', random: Source, faults: Faults, now: () => number): SimPlatform {
  const abilities: Abilities = {
    privateReplies: true,
    buttons: true,
    threads: true,
    reactions: true,
    suggestions: true,
    dropsDoublesFor: kind === 'searchable' ? dropsDoublesFor : 0,
    findsOwnPosts: kind === 'searchable',
  }
  const platform: SimPlatform = {
    platform: name,
    abilities,
    parts: [],
    visible: [],
    everSeen: [],
    start: async () => {},
    stop: async () => {},
    async post(post): Promise<MessageRef> {
      const chance = random()
      if (chance < faults.refused) throw new PostError('too-fast', 'sim-429')
      if (chance < faults.refused + faults.lostBefore) throw new PostError('unknown', 'sim-reset')
      if (random() < faults.slow) for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
      const known =
        kind === 'searchable' && platform.visible.find((one) => one.key === post.key && (post.again || now() - one.at < dropsDoublesFor))
      const seen = known || { key: post.key, post, at: now(), id: `${name}-${platform.everSeen.length}` }
      if (!known) {
        platform.visible.push(seen)
        platform.everSeen.push(seen)
      }
      if (chance > 1 - faults.lostAfter) throw new PostError('unknown', 'sim-502')
      return { place: post.place, id: seen.id }
    },
    async remove(ref) {
      platform.visible = platform.visible.filter((one) => one.id !== ref.id)
    },
  }
  return platform
}
