/** Discord passes the contract of every adapter. */
import { abilities } from '../../src/adapters/discord/index.ts'
import { adapterContract } from './adapter-contract.ts'
import { discordHarness } from './discord-harness.ts'

adapterContract('discord', abilities, discordHarness)
