/** Slack passes the suite that every platform must pass, over real Bolt, by Socket Mode and by HTTP, and where it is installed by OAuth. */
import { abilities } from '../../src/adapters/slack/index.ts'
import { other, team } from '../support/fake-slack/world.ts'
import { adapterContract } from './adapter-contract.ts'
import { slackHarness } from './slack-harness.ts'
import { install, severalEnv } from './slack-several-world.ts'

adapterContract('slack by socket', abilities, () => slackHarness('socket'))
adapterContract('slack by HTTP', abilities, () => slackHarness('http'))
adapterContract('slack in several workspaces', abilities, () =>
  slackHarness('http', severalEnv, async (fake) => {
    for (const one of [other.team, team]) await install(fake, one)
  }),
)
