/** What the Discord benchmark consists of. In: nothing. Out: names, for the command line, which loads none of it. */
export const discordParts = ['memory', 'cpu', 'answers'] as const
export type DiscordPart = (typeof discordParts)[number]
