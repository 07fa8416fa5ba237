/**
 * Discord's documented limits, as the fake refuses by them (docs.discord.com: Message, Components, Application Commands, Channel).
 * In: a JSON body. Out: what is wrong with it, in words; nothing when it is right. Lengths in code units: stricter than Discord.
 */
export type Json = Record<string, unknown>

const asList = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : [])
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The body of a message, an answer or a follow-up. `isPost`: an unasked one, which must carry nonce and enforce_nonce. */
export function messageFaults(body: Json, { isPost = false } = {}): string[] {
  const faults: string[] = []
  const check = (isRight: boolean, fault: string) => isRight || faults.push(fault)
  const content = textOf(body.content)
  const embeds = asList(body.embeds)
  check(content.length <= 2000, `content of ${content.length}`)
  check(content !== '' || embeds.length > 0, 'an empty message')
  check(embeds.length <= 10, `${embeds.length} embeds`)
  const total = embeds.reduce((sum, embed) => sum + embedLength(embed), 0)
  check(total <= 6000, `embeds of ${total} in all`)
  for (const embed of embeds) faults.push(...embedFaults(embed))
  faults.push(...componentFaults(asList(body.components)))
  const mentions = body.allowed_mentions as Json | undefined
  check(Array.isArray(mentions?.parse) && mentions.parse.length === 0, 'allowed_mentions.parse is not []')
  check(mentions?.replied_user === false, 'allowed_mentions.replied_user is not false')
  check(!mentions?.users && !mentions?.roles, 'allowed_mentions names somebody')
  check(body.tts !== true, 'tts')
  if (body.nonce !== undefined)
    check(textOf(body.nonce).length >= 1 && textOf(body.nonce).length <= 25, `nonce of ${textOf(body.nonce).length}`)
  if (isPost) check(typeof body.nonce === 'string' && body.enforce_nonce === true, 'an unasked post without nonce and enforce_nonce')
  check(JSON.stringify(body).isWellFormed() && !/\\ud[89a-f]/i.test(JSON.stringify(body)), 'half a character')
  return faults
}

const embedLength = (embed: Json): number =>
  [embed.title, embed.description, (embed.footer as Json)?.text, (embed.author as Json)?.name]
    .concat(asList(embed.fields).flatMap((field) => [field.name, field.value]))
    .reduce<number>((sum, text) => sum + textOf(text).length, 0)

function embedFaults(embed: Json): string[] {
  const faults: string[] = []
  const fits = (what: string, value: unknown, most: number, least = 1) => {
    if (value === undefined) return
    const { length } = textOf(value)
    if (length < least || length > most) faults.push(`${what} of ${length}`)
  }
  fits('embed title', embed.title, 256)
  fits('embed description', embed.description, 4096)
  fits('embed footer', (embed.footer as Json | undefined)?.text, 2048)
  fits('embed author', (embed.author as Json | undefined)?.name, 256)
  const fields = asList(embed.fields)
  if (fields.length > 25) faults.push(`${fields.length} embed fields`)
  for (const field of fields) {
    fits('field name', field.name ?? '', 256)
    fits('field value', field.value ?? '', 1024)
  }
  if (embedLength(embed) === 0) faults.push('an empty embed')
  return faults
}

function componentFaults(rows: Json[]): string[] {
  const faults: string[] = []
  const seen = new Set<string>()
  if (rows.length > 5) faults.push(`${rows.length} rows of components`)
  for (const row of rows) {
    const buttons = asList(row.components)
    if (row.type !== 1) faults.push(`a component of type ${row.type} on top`)
    if (buttons.length < 1 || buttons.length > 5) faults.push(`${buttons.length} buttons in a row`)
    for (const button of buttons) {
      const id = textOf(button.custom_id)
      const label = textOf(button.label)
      if (button.type !== 2 || ![1, 2, 3, 4].includes(Number(button.style))) faults.push('a component that is no button with a custom_id')
      if (id.length < 1 || id.length > 100) faults.push(`custom_id of ${id.length}`)
      if (label.length < 1 || label.length > 80) faults.push(`button label of ${label.length}`)
      if (seen.has(id)) faults.push('the same custom_id twice')
      seen.add(id)
    }
  }
  return faults
}

const commandName = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u

/** The list of PUT /applications/{id}/commands. */
export function commandFaults(commands: unknown): string[] {
  if (!Array.isArray(commands)) return ['the commands are no list']
  const faults: string[] = []
  const ofType = (type: number) => (commands as Json[]).filter((command) => (command.type ?? 1) === type).length
  if (ofType(1) > 100 || ofType(2) > 15 || ofType(3) > 15) faults.push('too many commands')
  const names = (commands as Json[]).map((command) => `${command.type ?? 1} ${command.name}`)
  if (new Set(names).size !== names.length) faults.push('a command name twice')
  for (const command of commands as Json[]) {
    const name = textOf(command.name)
    if ((command.type ?? 1) === 1) {
      if (!commandName.test(name) || name !== name.toLowerCase()) faults.push(`command name ${name}`)
      if (!fits(command.description, 1, 100)) faults.push(`description of ${name}`)
      faults.push(...optionFaults(asList(command.options), name))
    } else if (!fits(name, 1, 32) || command.description || command.options) faults.push(`menu ${name}`)
    const length = lengthOf(command)
    if (length > 8000) faults.push(`${name} has ${length} characters`)
    const permission = command.default_member_permissions
    if (permission !== undefined && permission !== null && !/^\d+$/.test(String(permission))) faults.push(`permissions of ${name}`)
    if (!subset(command.contexts, [0, 1, 2]) || !subset(command.integration_types, [0, 1])) faults.push(`contexts of ${name}`)
  }
  return faults
}

const fits = (value: unknown, least: number, most: number) => textOf(value).length >= least && textOf(value).length <= most
const subset = (value: unknown, all: number[]) =>
  Array.isArray(value) && value.length > 0 && value.every((one) => all.includes(Number(one)))
const lengthOf = (part: Json): number =>
  textOf(part.name).length +
  textOf(part.description).length +
  textOf(part.value).length +
  [...asList(part.options), ...asList(part.choices)].reduce((sum, inner) => sum + lengthOf(inner), 0)

function optionFaults(options: Json[], of: string, depth = 0): string[] {
  const faults: string[] = []
  if (options.length > 25) faults.push(`${options.length} options of ${of}`)
  if (new Set(options.map((option) => option.name)).size !== options.length) faults.push(`an option of ${of} twice`)
  const firstFree = options.findIndex((option) => !option.required)
  if (firstFree >= 0 && options.slice(firstFree).some((option) => option.required))
    faults.push(`a required option of ${of} after a free one`)
  for (const option of options) {
    const name = `${of} ${option.name}`
    if (!commandName.test(textOf(option.name)) || option.name !== textOf(option.name).toLowerCase()) faults.push(`option name ${name}`)
    if (!fits(option.description, 1, 100)) faults.push(`description of ${name}`)
    const choices = asList(option.choices)
    if (choices.length > 25) faults.push(`${choices.length} choices of ${name}`)
    if (choices.some((choice) => !fits(choice.name, 1, 100) || textOf(choice.value).length > 100)) faults.push(`a choice of ${name}`)
    if (option.autocomplete && (choices.length || option.type !== 3)) faults.push(`autocomplete of ${name}`)
    if (Number(option.min_length ?? 0) > 6000 || Number(option.max_length ?? 1) > 6000 || Number(option.max_length ?? 1) < 1)
      faults.push(`lengths of ${name}`)
    if (![1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].includes(Number(option.type))) faults.push(`type of ${name}`)
    if (Number(option.type) <= 2) faults.push(...(depth ? ['nested too deep'] : optionFaults(asList(option.options), name, depth + 1)))
  }
  return faults
}

/** How many people and groups a body would notify. */
export function pingsOf(body: Json): number {
  const mentions = body.allowed_mentions as { parse?: string[]; users?: string[]; roles?: string[]; replied_user?: boolean } | undefined
  const content = textOf(body.content)
  const may = (kind: string) => !mentions || mentions.parse?.includes(kind) === true
  const count = (pattern: RegExp) => content.match(pattern)?.length ?? 0
  return (
    (may('everyone') ? count(/@(everyone|here)/g) : 0) +
    (may('users') ? count(/<@!?\d+>/g) : 0) +
    (may('roles') ? count(/<@&\d+>/g) : 0) +
    (mentions?.users?.length ?? 0) +
    (mentions?.roles?.length ?? 0) +
    (body.message_reference && mentions?.replied_user !== false ? 1 : 0)
  )
}

/** All texts of a message in reading order. */
export const textsOf = (body: Json): string =>
  [
    body.content,
    ...asList(body.embeds).flatMap((embed) => [
      embed.title,
      embed.description,
      ...asList(embed.fields).flatMap((field) => [field.name, field.value]),
      (embed.footer as Json | undefined)?.text,
    ]),
  ]
    .map(textOf)
    .filter(Boolean)
    .join('\n')

export const buttonsOf = (body: Json): { label: string; custom_id: string }[] =>
  asList(body.components)
    .flatMap((row) => asList(row.components))
    .map((button) => ({ label: textOf(button.label), custom_id: textOf(button.custom_id) }))
