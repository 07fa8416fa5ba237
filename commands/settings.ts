/** /settings: what an admin decides, per channel. In: one subcommand with options; no channel named: the one it is typed in. Out: what holds now. */
import * as z from 'zod'
import { changeSettings } from '../src/bot/change.ts'
import { defineCommand, defineSubcommand } from '../src/bot/command.ts'
import { daysOf, setDaily } from '../src/bot/daily-settings.ts'
import { UserError } from '../src/bot/errors.ts'
import { exportText, importSettings } from '../src/bot/portable.ts'
import { ChannelId, ChannelSettings, channelSettings, Level, LocalTime, ReplyMode, Zone } from '../src/bot/settings.ts'
import { showSettings } from '../src/bot/settings-card.ts'
import { words } from '../src/bot/words.ts'

const channel = ChannelId.optional().meta({ description: 'The channel; none: this one', names: 'channel' })
const ordered = async (context: Parameters<typeof showSettings>[0]) => ({ card: await showSettings(context), to: 'asker' as const })

export default defineCommand({
  name: 'settings',
  description: 'What the bot does on this server and in which channel',
  access: 'admin',
  via: ['slash'],
  subcommands: {
    show: defineSubcommand({
      description: 'Show all settings and who changed them last',
      args: z.object({}),
      run: (_, context) => ordered(context),
    }),
    replies: defineSubcommand({
      description: 'Whether the bot answers messages in a channel, and how',
      args: z.object({
        channel,
        mode: ReplyMode.describe('off, suggest to moderators, react, answer in a thread, or reply'),
        level: Level.optional().describe('careful: assertions only; standard: also questions; eager: any mention but a denial'),
        cooldown: z.int().min(0).max(720).optional().describe('Hours in which the same claim is not answered twice'),
        budget: z.int().min(0).max(100).optional().describe('Unasked replies per day'),
      }),
      async run({ channel: named, mode, level, cooldown, budget }, context) {
        const id = named ?? context.place.channel
        await changeSettings(context, (settings) => {
          const current = channelSettings(settings, id)
          settings.channels[id] = {
            ...current,
            replies: { mode, level: level ?? current.replies.level, by: context.asker.id, at: new Date(context.now).toISOString() },
            cooldownHours: cooldown ?? current.cooldownHours,
            budget: budget ?? current.budget,
          }
        })
        return ordered(context)
      },
    }),
    daily: defineSubcommand({
      description: 'The daily fact of a channel: switch on or off, preview, skip the next, post one now',
      rest: 'do',
      args: z.object({
        do: z.enum(['set', 'off', 'preview', 'skip', 'now']).default('set').describe('set the time, or off, preview, skip, now'),
        channel,
        time: LocalTime.optional().describe('Local time such as 09:00'),
        zone: Zone.optional().meta({ description: 'Time zone such as Europe/Berlin', complete: 'zones' }),
        days: z.string().max(60).optional().describe('Days such as mon-fri or sat,sun; none: every day'),
        catchup: z.int().min(0).max(1439).optional().describe('Minutes in which a missed post is still made up (120)'),
      }),
      async run({ days, ...wanted }, context) {
        return setDaily(context, { ...wanted, ...(days !== undefined && { days: daysOf(days) }) })
      },
    }),
    packs: defineSubcommand({
      description: 'Which knowledge packs are in use here',
      rest: 'packs',
      args: z.object({ packs: z.string().max(200).optional().meta({ description: 'Ids with commas between, or all', complete: 'packs' }) }),
      async run({ packs }, context) {
        const installed = context.library.packs.map((pack) => pack.id)
        if (packs) {
          const wanted = packs.split(/[\s,]+/).filter(Boolean)
          const unknown = wanted.filter((id) => id !== 'all' && !installed.includes(id))
          if (unknown.length) throw new UserError(words.settings.noSuchPack(unknown.join(', ').slice(0, 80), installed))
          await changeSettings(context, (settings) => {
            if (wanted.includes('all')) delete settings.packs
            else settings.packs = wanted
          })
        }
        return ordered(context)
      },
    }),
    quiet: defineSubcommand({
      description: 'Hours in which a channel gets no unasked reply',
      args: z.object({
        channel,
        from: LocalTime.optional().describe('Begin, such as 22:00; none: no quiet hours'),
        to: LocalTime.optional().describe('End, such as 07:00'),
        zone: Zone.optional().meta({ description: 'Time zone such as Europe/Berlin', complete: 'zones' }),
      }),
      async run({ channel: named, from, to, zone }, context) {
        const id = named ?? context.place.channel
        if (from && !(to && zone)) throw new UserError(words.settings.quietNeeds)
        await changeSettings(context, (settings) => {
          const { quiet: _, ...rest } = settings.channels[id] ?? ChannelSettings.parse({})
          settings.channels[id] = from && to && zone ? { ...rest, quiet: { from, to, zone } } : rest
        })
        return ordered(context)
      },
    }),
    moderators: defineSubcommand({
      description: 'The channel where moderators see suggestions and notices',
      rest: 'channel',
      args: z.object({
        do: z.enum(['set', 'off']).default('set').describe('set the channel, or off: nobody is told'),
        channel: ChannelId.optional().meta({ description: 'The channel; none: this one', names: 'channel' }),
      }),
      async run({ do: wanted, channel: named }, context) {
        await changeSettings(context, (settings) => {
          // Where options are typed as text, "moderators off" puts the word where a channel would stand.
          if (wanted === 'off' || named === 'off') delete settings.moderators
          else settings.moderators = named ?? context.place.channel
        })
        return ordered(context)
      },
    }),
    export: defineSubcommand({
      description: 'The settings as one line of JSON, for another server or platform',
      args: z.object({}),
      async run(_, { store, place }) {
        return {
          card: {
            title: words.settings.exportTitle,
            lead: words.settings.exportLead,
            paragraphs: [exportText(await store.settings(place))],
          },
          to: 'asker',
        }
      },
    }),
    import: defineSubcommand({
      description: 'Take over settings that were exported elsewhere',
      rest: 'json',
      args: z.object({ json: z.string().max(6000).describe('What /settings export printed; channel:OLD=NEW pairs may follow') }),
      async run({ json }, context) {
        await importSettings(context, json)
        return ordered(context)
      },
    }),
  },
})
