/**
 * One channel in memory, with people, messages and buttons: what the terminal, the demo and the transcripts talk to.
 * In: lines that people type. Out: text, written through `write`. It keeps messages in memory only.
 */
import type { BotPort, Post } from '../../bot/adapter.ts'
import type { Button, Card, Reply } from '../../bot/card.ts'
import type { Message, MessageRef } from '../../bot/message.ts'
import { paint, renderCard, type Screen } from './render.ts'
import { type Line, localPerson, localPlace, readLine } from './translate.ts'

type Shown = { button: Button; on?: MessageRef }

export type Channel = {
  /** Handles one line; false when the person wants to leave. */
  submit(line: string): Promise<boolean>
  /** Who speaks now. */
  speaker(): string
  post(post: Post): MessageRef
  remove(ref: MessageRef): void
}

const manual =
  'Here besides: #1 presses a button · @bot TEXT asks the bot · /as NAME speaks as a plain member · /edit TEXT, /delete change the last message · +1 clicks its reaction · /quit'

/** Milliseconds without an answer after which a sign is given. */
const signAfter = 1000

export function createChannel(parts: { bot(): BotPort; screen: Screen; write(text: string): void; now(): number }): Channel {
  const { screen, write, now } = parts
  const shown: Shown[] = []
  const posts = new Map<string, Post>()
  let name = 'you'
  let last: Message | undefined
  let count = 0
  let reaction: MessageRef | undefined

  const show = (card: Card, aside: string, on?: MessageRef) => {
    write(renderCard(card, screen, { firstButton: shown.length + 1, aside }))
    for (const button of card.buttons ?? []) shown.push({ button, ...(on && { on }) })
  }
  const answer = (reply: Reply, on?: MessageRef) => {
    if (reply.removeOriginal && on) remove(on)
    show(reply.card, reply.to === 'asker' ? 'only you see this' : 'everybody sees this')
  }
  const remove = (ref: MessageRef) => {
    if (posts.delete(ref.id)) write(paint(screen, 'dim', `(the bot took its message ${ref.id} back)`))
  }
  const post = (wanted: Post): MessageRef => {
    const ref = { place: wanted.place, id: `b${++count}` }
    posts.set(ref.id, wanted)
    if (wanted.mode === 'react') {
      reaction = wanted.to
      write(paint(screen, 'dim', `(the bot reacted to ${wanted.to?.id ?? 'the message'} with a bookmark (${ref.id}); +1 clicks it)`))
    } else {
      const how = {
        reply: `replies to ${wanted.to?.id ?? ''}`,
        thread: `in a thread on ${wanted.to?.id ?? ''}`,
        channel: wanted.place.channel === localPlace.channel ? 'in the channel' : `in channel ${wanted.place.channel}`,
      }[wanted.mode]
      show(wanted.card, `For the Record · ${ref.id} · ${how}`, ref)
    }
    return ref
  }
  const messageOf = (text: string, isAddressed: boolean): Message => ({
    ref: { place: localPlace, id: `m${++count}` },
    event: 'posted',
    author: localPerson(name),
    text,
    isAddressed,
    at: now(),
  })

  /** A command that takes long is not left without a sign. */
  const withSign = async (pending: Promise<Reply>): Promise<Reply> => {
    const sign = setTimeout(() => write(paint(screen, 'dim', '(one moment)')), signAfter)
    try {
      return await pending
    } finally {
      clearTimeout(sign)
    }
  }

  const press = async (number: number) => {
    const pressed = shown[number - 1]
    if (!pressed) return write('There is no such button.')
    const { button, on } = pressed
    const trigger = on && posts.get(on.id)?.to
    const pending = parts.bot().run({
      command: button.command,
      args: button.args,
      via: 'button',
      asker: localPerson(name),
      place: localPlace,
      ...(on && { pressedOn: on }),
      ...(last && trigger?.id === last.ref.id && { target: last }),
    })
    answer(await withSign(pending), on)
  }

  const submit = async (raw: string): Promise<boolean> => {
    const line: Line = readLine(raw, name)
    const bot = parts.bot()
    if (line.kind === 'quit') return false
    if (line.kind === 'as') {
      name = line.name
      write(paint(screen, 'dim', name === 'you' ? '(speaking as you, who run this place)' : `(speaking as ${name}, a plain member)`))
    }
    if (line.kind === 'press') await press(line.button)
    if (line.kind === 'command') {
      const pending = bot.run({
        ...line.invocation,
        ...(last && line.invocation.command === 'check' && !line.invocation.args && { target: last }),
      })
      answer(await withSign(pending))
      if (line.invocation.command === 'help') write(paint(screen, 'dim', manual))
    }
    if (line.kind === 'message') {
      last = messageOf(line.text, line.isAddressed)
      await bot.hear(last)
    }
    if (line.kind === 'edit' && last) {
      last = { ...last, event: 'edited', text: line.text, at: now() }
      await bot.hear(last)
    }
    if (line.kind === 'delete' && last) {
      await bot.hear({ ...last, event: 'deleted', text: '', at: now() })
      last = undefined
    }
    if (line.kind === 'react') {
      if (!reaction) write('There is no reaction to click.')
      else await bot.hear({ ...messageOf('', false), ref: reaction, event: 'marked' })
    }
    return true
  }
  return { submit, speaker: () => name, post, remove }
}
