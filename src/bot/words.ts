/**
 * Every sentence of the bot that is not from a pack: tone is reviewed here, translated here.
 * In: names and numbers. Out: sentences. Calm, short, no second person in public, no exclamation marks.
 */
import type { Technique, Verdict } from '../knowledge/schema.ts'

export const words = {
  bot: 'For the Record',
  nothingFoundTitle: 'Nothing on that',
  nothingFound: 'No rebuttal in the installed packs answers this.',
  nearestTopics: 'Nearest topics',
  noSuchRebuttal: (id: string) => `There is no rebuttal with the id "${id}". /topics lists them all.`,
  noSuchTopic: (name: string, names: readonly string[]) => `There is no topic "${name}". Topics: ${names.join(', ')}.`,
  noSuchCommand: (name: string) => `There is no command "${name}". /help lists them.`,
  whichSubcommand: (command: string, names: readonly string[]) => `/${command} needs one of: ${names.join(', ')}.`,
  badArgument: (name: string, problem: string, meaning: string) =>
    `${name ? `"${name}": ` : ''}${problem}${meaning ? ` (${meaning})` : ''}.`,
  notAllowed: { admin: 'Only people who manage this server can do that.', moderator: 'Only moderators can do that.' },
  failed: (reference: string) => `Something went wrong here. The operator finds it in the log under ${reference}.`,
  storeAway: 'My memory does not answer right now. Please look in a minute whether it took effect, and try again if not.',
  failedTitle: 'That did not work',
  badDate: 'The date must be a day such as 2026-11-07.',
  noFacts: 'The installed packs hold no facts.',
  factTitle: 'For the record',
  onThisDay: (date: string) => `On this day: ${date}`,
  helpTitle: 'For the Record',
  helpLead: 'Looks historical myths up in a reviewed pack and answers with the sources. Unasked it speaks only where an admin allowed it.',
  helpNote: 'No message text is stored. Answers come from reviewed packs, matched automatically.',
  topicsTitle: 'Topics',
  topicsLead: (rebuttals: number, packs: string) => `${rebuttals} claims are answered in ${packs}. /myth opens one.`,
  nothingToCheck: 'There is no text to check: type it after the command, or use the menu on a message that has text.',
  checkNothingTitle: 'Nothing in the packs',
  checkNothing: 'This text repeats no claim that the installed packs answer.',
  checkDeny: 'The text already rejects this claim; the bot would stay silent.',
  checkNear: 'Not sure enough to answer. Near it',
  technique: 'How it misleads',
  claimLabel: 'The claim',
  seeAlso: 'See also',
  automatic: 'Matched automatically; the answer was written and reviewed by people.',
  buttons: { details: 'Details', why: 'Why?', notThis: 'Not this', share: 'Share', open: (title: string) => title },
  shared: 'Shared by a member.',
  answeredInPublic: 'Asked here, answered here.',
  addressedEmpty: 'Mention the bot with a text to have it checked, or type /help.',
  shownAlready: 'The card was shown here already.',
  noSuchReply: 'This reply is no longer on record (kept for 30 days), so there is nothing to tell about it.',
  why: {
    title: 'Why the bot spoke',
    lead: (title: string) =>
      `A message here seemed to repeat the claim "${title}". The match is automatic; the answer was written and reviewed by people.`,
    said: 'Words in the message',
    wording: 'Wording in the pack',
    evidence: 'Kinds of evidence',
    score: 'Score',
    scoreValue: (score: number, bar: number) => `${score.toFixed(2)}; the bar to speak is ${bar.toFixed(2)}`,
    stance: 'Read as',
    setting: 'Setting',
    settingValue: (mode: string, level: string, by: string | undefined) =>
      `mode ${mode}, level ${level}${by ? `, switched on by ${by}` : ''}`,
    out: '/me optout stops unasked answers to one’s own messages. Not this, pressed by the author or a moderator, takes the reply back.',
  },
  feedback: {
    title: 'Thank you',
    counted: 'Counted as feedback on this answer.',
    countedBefore: 'This was counted already.',
    takenBack: 'The reply is taken back, and the claim stays quiet here.',
    takenBackBefore: 'The reply was taken back already.',
  },
  pause: {
    title: 'Pause',
    resumed: 'Unasked posts are on again.',
    until: (moment: string) => `No unasked post until ${moment}. Commands still answer. /pause off resumes.`,
    untilResumed: 'No unasked post until somebody types /pause off. Commands still answer.',
    badSpan: (span: string) => `"${span}" is no span. Forms: 30m, 2h, 1d; off resumes.`,
  },
  me: {
    title: 'Data and choices of a member',
    optedOut:
      'Unasked answers to these messages are off, from now on and everywhere this bot runs. Commands still work. /me optin takes it back.',
    optedIn: 'The opt-out is taken back.',
    data: (count: number) =>
      count ? `${count} row${count > 1 ? 's are' : ' is'} kept. No message text is among them.` : 'Nothing is kept.',
    more: (count: number) => `And ${count} more.`,
    forgotten: (count: number) =>
      `${count} row${count === 1 ? '' : 's'} erased or made anonymous. An opt-out stays in force, as a one-way mark that names nobody; /me optin removes it.`,
  },
  home: {
    me: 'These choices hold everywhere this bot runs. /myth me forget erases what is kept.',
    optOut: 'Never answer unasked',
    optIn: 'Take the opt-out back',
    data: 'What is kept about me',
    pause: 'Pause for 2 hours',
    resume: 'Resume',
    skip: (channel: string) => `Skip the next fact in ${channel}`,
  },
  stats: {
    title: 'Counts',
    lead: (days: number) => `What the bot did here in the last ${days} days.`,
    empty: (days: number) => `Nothing happened here in the last ${days} days.`,
    note: 'Counts only: no names, no texts.',
  },
  dryRun: {
    title: 'Dry run',
    decision: (action: string) => `Decision: ${action}. Nothing was posted or stored.`,
    passed: 'yes',
    stopped: 'no',
    also: 'Other claims touched',
  },
  settings: {
    title: 'Settings',
    lead: 'Channels that are not listed get nothing unasked.',
    nothingOn:
      'Nothing is switched on: the bot answers commands and posts nothing unasked. /settings replies mode:reply switches answers on in a channel.',
    packs: 'Packs',
    moderators: 'Moderators’ channel',
    paused: 'Paused',
    pausedBy: (until: string, by: string) => `until ${until.startsWith('9999') ? 'resumed' : until}, by ${by}`,
    channel: (id: string) => `Channel ${id}`,
    dailyOf: (id: string) => `Daily fact in ${id}`,
    problem: 'Needs an admin',
    replies: (mode: string, level: string) => (mode === 'off' ? 'replies off' : `replies ${mode}, level ${level}`),
    limits: (hours: number, budget: number) => `same claim once in ${hours} h, at most ${budget} a day`,
    quiet: (from: string, to: string, zone: string) => `quiet ${from}–${to} ${zone}`,
    by: (by: string) => `set by ${by}`,
    everyDay: 'every day',
    next: (moment: string) => `next ${moment}`,
    change: (by: string, path: string, before: string, after: string) => `${by}: ${path} ${before || '(unset)'} → ${after || '(unset)'}`,
    noSuchPack: (ids: string, installed: readonly string[]) => `Not installed: ${ids}. Installed: ${installed.join(', ')}.`,
    quietNeeds: 'Quiet hours need from, to and zone, such as from:22:00 to:07:00 zone:Europe/Berlin.',
    dailyTitle: 'Daily fact',
    dailyNeeds: 'The daily fact needs a time and a zone, such as time:09:00 zone:Europe/Berlin.',
    dailyOn: (id: string, moment: string) => `On in channel ${id}. Next: ${moment}.`,
    dailyOff: (id: string) => `Off in channel ${id}.`,
    noDaily: (id: string) => `Channel ${id} has no daily fact. time:09:00 zone:Europe/Berlin switches it on.`,
    nothingPlanned: 'nothing is planned',
    skipped: (date: string) => `The fact of ${date} is skipped; the one after comes as planned.`,
    preview: (moment: string) => `Planned for ${moment}. Only shown here.`,
    postedNow: (state: string) => (state === 'posted' ? 'Posted.' : `Not posted (${state}).`),
    badDays: (text: string) => `"${text}" names no days. Forms: mon-fri, sat,sun, all.`,
    exportTitle: 'Settings, to take elsewhere',
    exportLead:
      'Paste the line behind /settings import. Channel ids differ elsewhere: add OLD=NEW pairs behind it, "here" for the channel it is typed in.',
    importNotJson: 'That is not what /settings export prints: it must be one JSON object. Nothing was changed.',
    noChannel: 'its new name is no channel',
    importWrong: (path: string, problem: string) => `The import does not fit: ${path ? `${path}: ` : ''}${problem}. Nothing was changed.`,
  },
  gates: {
    person: 'a person wrote it',
    notPerson: 'a bot, webhook or forward',
    age: (seconds: number, limit: number) => `${seconds} s old; older than ${limit} s is left alone`,
    paused: (until: string) => `paused until ${until}`,
    notPaused: 'not paused',
    none: 'none',
    optedOut: 'the author opted out',
    notOptedOut: 'the author did not opt out',
    takenBack: 'nobody entitled pressed Not this on this claim here',
    access: 'the platform lets the bot post here',
    cooldown: (hours: number) => `the same claim is answered here once in ${hours} h`,
    budget: (spent: number, budget: number) => `${spent} of ${budget} unasked replies used today`,
    delivered: 'this event was not handled before',
    askedLabel: 'asked by name',
    asked: (used: number, channel: number, person: number, minutes: number) =>
      `${used} of ${channel} answers used in this channel; at most ${person} to one person in ${minutes} min, then silence`,
  },
  suggestion: {
    title: 'A claim for moderators to look at',
    mode: 'this channel only suggests',
    unsure: 'not sure enough to speak',
    lead: (channel: string, title: string) => `In channel ${channel}: a message seems to repeat "${title}". Nothing was posted there.`,
    replyNow: 'Reply now',
    dismiss: 'Dismiss',
    wrong: 'Wrong claim',
    done: (action: string) => `Noted: ${action}.`,
    gone: 'Another moderator has dealt with this already.',
    notPosted: (why: string) =>
      why === 'unknown'
        ? 'The platform did not say whether the reply appeared: look at the channel. The suggestion is closed.'
        : `The platform did not take the reply (${why}). The suggestion is closed.`,
    missing: 'This suggestion is no longer on record.',
    empty: 'No suggestion is waiting.',
    waiting: (count: number) => `${count} waiting.`,
  },
  notices: {
    title: 'Something needs an admin',
    forbidden: (channel: string) =>
      `The platform does not let the bot post in channel ${channel}. Give it the permission to send messages there, or switch replies off there with /settings replies.`,
    missed: (channel: string, date: string) =>
      `The daily fact of ${date} for channel ${channel} was missed and is past its catch-up window. Nothing needs doing; the next one comes as planned.`,
    dailyFailed: (channel: string, why: string) =>
      `The daily fact for channel ${channel} could not be posted (${why}). The setting is kept; check that the channel exists and the bot may write there.`,
    dailyUnknown: (channel: string, date: string) =>
      `Whether the daily fact of ${date} appeared in channel ${channel} could not be told. It was not sent again.`,
  },
  source: (author: string, title: string, year: number) => `${author}, ${title} (${year})`,
} as const

/** What each verdict means, for people who ask. */
export const verdictMeaning: Record<Verdict, string> = {
  fabricated: 'the scene or the line has no source at all',
  false: 'contradicted by the record',
  unproven: 'asserted, never shown',
  misleading: 'a true fact, bent',
  disputed: 'serious historians disagree',
}

/** One line per technique. */
export const techniqueMeaning: Record<Technique, string> = {
  fabrication: 'something invented is shown as if it had happened',
  'cherry-picking': 'what fits is kept, the rest is left out',
  'guilt-by-association': 'a contact is taken for complicity',
  'false-analogy': 'two things are called alike because of one trait',
  personalisation: 'a movement is reduced to the wishes of one person',
  'quote-out-of-context': 'words are cut from what they answered',
  'false-dilemma': 'two answers are offered where there are more',
  'post-hoc': 'what came later is taken for a result',
  'loaded-words': 'the word chosen decides the question',
  hindsight: 'the outcome is read back into the beginning',
  generalisation: 'one case is made to stand for all',
  omission: 'the fact that would decide it is not mentioned',
}
