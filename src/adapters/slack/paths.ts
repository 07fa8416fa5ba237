/** Where the bot is reached in HTTP mode. Out: paths of SLACK_PORT. */

export const eventsPath = '/slack/events'
/** Where a browser begins an installation, and where Slack sends it back to. */
export const installPath = '/slack/install'
export const redirectPath = '/slack/oauth_redirect'
