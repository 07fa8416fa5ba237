/** What the Slack benchmark can be narrowed to. In: nothing. Out: names, for the command line, which loads none of it. */
export const slackParts = ['http', 'socket', 'cpu', 'answers'] as const
export type SlackPart = (typeof slackParts)[number]
