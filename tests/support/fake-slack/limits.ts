/**
 * Slack's documented limits, as the fake refuses by them (docs.slack.dev: blocks, elements, views, app manifest). In: a JSON body.
 * Out: what is wrong with it, in words; nothing when it is right.
 */
export type Json = Record<string, unknown>

export const listOf = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : [])
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const objectOf = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {})

/** Every text object and text field, in reading order. */
export function textsOf(body: Json): string[] {
  const texts: string[] = []
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const one of value) walk(one)
      return
    }
    if (typeof value !== 'object' || value === null) return
    const { type, text, ...rest } = value as Json
    if ((type === 'mrkdwn' || type === 'plain_text') && typeof text === 'string') texts.push(text)
    else walk(text)
    walk(Object.values(rest))
  }
  walk(body.blocks)
  return texts
}

export const buttonsOf = (body: Json): { label: string; action_id: string; value: string }[] =>
  listOf(body.blocks)
    .filter(({ type }) => type === 'actions')
    .flatMap(({ elements }) => listOf(elements))
    .map(({ text, action_id, value }) => ({ label: textOf(objectOf(text).text), action_id: textOf(action_id), value: textOf(value) }))

/** Marks that notify somebody: everybody in a channel, a group, a member. */
export const pingsOf = (body: Json): number =>
  [textOf(body.text), ...textsOf(body)].join('\n').match(/<(!channel|!here|!everyone|!subteam|@[UW])/g)?.length ?? 0

/** What chat.postMessage or a response_url is given. */
export function messageFaults(body: Json): string[] {
  const faults = blocksFaults(listOf(body.blocks), 50)
  const text = textOf(body.text)
  if (!text) faults.push('no text beside the blocks')
  if (text.length > 4000) faults.push(`text of ${text.length}`)
  if (body.delete_original !== true && (body.unfurl_links !== false || body.unfurl_media !== false)) faults.push('links would unfold')
  if (body.reply_broadcast) faults.push('broadcast to the channel')
  if (body.link_names || body.parse) faults.push('names would be linked')
  const all = text.length + textsOf(body).join('').length
  if (all > 13_200) faults.push(`msg_blocks_too_long: ${all} characters in all`)
  if (all > 8000) faults.push(`over our own budget: ${all} characters in all`)
  return [...faults, ...unescaped([text, ...textsOf(body)])]
}

/** What views.open, views.update and views.publish are given. */
export function viewFaults(view: Json): string[] {
  const faults = [...blocksFaults(listOf(view.blocks), 100), ...unescaped(textsOf(view))]
  const title = textOf(objectOf(view.title).text)
  if (view.type === 'modal' && (title.length < 1 || title.length > 24)) faults.push(`modal title of ${title.length}`)
  if (textOf(view.private_metadata).length > 3000) faults.push('private_metadata too long')
  if (!['modal', 'home'].includes(textOf(view.type))) faults.push(`view of type ${String(view.type)}`)
  if (JSON.stringify(view).length > 250_000) faults.push('view too large')
  return faults
}

const unescaped = (texts: readonly string[]): string[] =>
  texts.flatMap((text) => {
    const faults = /[<>]|&(?!amp;|lt;|gt;)/.test(text) ? [`unescaped: ${text.slice(0, 60)}`] : []
    return text.isWellFormed() ? faults : [...faults, 'half a character']
  })

function blocksFaults(blocks: readonly Json[], most: number): string[] {
  const faults = blocks.length > most ? [`${blocks.length} blocks`] : []
  const ids = new Set<unknown>()
  for (const block of blocks) {
    faults.push(...(blockFaults[textOf(block.type)]?.(block) ?? [`unknown block ${String(block.type)}`]))
    for (const { action_id } of block.type === 'actions' ? listOf(block.elements) : []) {
      if (ids.has(action_id)) faults.push(`action_id twice: ${String(action_id)}`)
      ids.add(action_id)
    }
  }
  return faults
}

const text = (what: string, value: unknown, most: number, types: readonly string[] = ['plain_text', 'mrkdwn']): string[] => {
  const { type, text: words, verbatim, emoji } = objectOf(value)
  const { length } = textOf(words)
  return [
    ...(types.includes(textOf(type)) ? [] : [`${what} of type ${String(type)}`]),
    ...(length >= 1 && length <= most ? [] : [`${what} of ${length}`]),
    ...(verbatim !== undefined && type !== 'mrkdwn' ? [`${what}: verbatim on plain text`] : []),
    ...(emoji !== undefined && type !== 'plain_text' ? [`${what}: emoji on mrkdwn`] : []),
    // Without it Slack links names of channels and addresses by itself.
    ...(type === 'mrkdwn' && verbatim !== true ? [`${what} is not verbatim`] : []),
  ]
}

const blockFaults: Record<string, (block: Json) => string[]> = {
  header: (block) => text('header', block.text, 150, ['plain_text']),
  section: (block) => text('section', block.text, 3000),
  divider: () => [],
  context: ({ elements }) => [
    ...(listOf(elements).length >= 1 && listOf(elements).length <= 10 ? [] : ['context elements']),
    ...listOf(elements).flatMap((element) => text('context', element, 3000)),
  ],
  actions: ({ elements }) => [
    ...(listOf(elements).length >= 1 && listOf(elements).length <= 25 ? [] : [`${listOf(elements).length} buttons`]),
    ...listOf(elements).flatMap(buttonFaults),
  ],
}

function buttonFaults({ type, text: label, action_id, value, style }: Json): string[] {
  return [
    ...(type === 'button' ? [] : [`element ${String(type)}`]),
    ...text('button', label, 75, ['plain_text']),
    ...(textOf(action_id).length >= 1 && textOf(action_id).length <= 255 ? [] : ['action_id']),
    ...(textOf(value).length <= 2000 ? [] : ['button value']),
    ...(style === undefined || style === 'primary' || style === 'danger' ? [] : ['button style']),
  ]
}
