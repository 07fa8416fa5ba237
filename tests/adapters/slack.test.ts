/** Slack passes the suite that every platform must pass, over real Bolt, by Socket Mode and by HTTP. */
import { abilities } from '../../src/adapters/slack/index.ts'
import { adapterContract } from './adapter-contract.ts'
import { slackHarness } from './slack-harness.ts'

adapterContract('slack by socket', abilities, () => slackHarness('socket'))
adapterContract('slack by HTTP', abilities, () => slackHarness('http'))
