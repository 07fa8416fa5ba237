/** What the Discord benchmark consists of, and its part "cpu" in turn. In: nothing. Out: names, for the command line, which loads none of it. */
export const discordParts = ['memory', 'cpu', 'answers'] as const
export type DiscordPart = (typeof discordParts)[number]
export const cpuRows = ['asks', 'on', 'hot', 'answered', 'off'] as const
export type CpuRow = (typeof cpuRows)[number]
