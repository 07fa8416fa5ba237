/**
 * Several workspaces, each where somebody installed the app: its token comes from the store, sealed, and is used for nothing else. In:
 * deliveries and places by their workspace. Out: that workspace, made when it is first needed; one that Slack refuses, that was taken away, or
 * that can't be read troubles no other. Instances on one database learn of each other's installations by looking again.
 */
import type { Part } from '../../bot/adapter.ts'
import { PostError, UserError } from '../../bot/errors.ts'
import type { Credential } from '../../bot/store.ts'
import { goodbyeIn } from './intake.ts'
import { createQueue, type Queue } from './queue.ts'
import { hasEnded, isEnding, renew } from './renew.ts'
import { type Installation, keyFrom, SealError, seal, unseal } from './sealed.ts'
import { describe, type Troubles } from './state-of-several.ts'
import { teamOf } from './translate.ts'
import { type Common, createWorkspace, insist, type Run, type Workspace, type Workspaces } from './workspace.ts'

/** How old what we know of a workspace may be before the store is asked again, in milliseconds. */
const glanceFor = 30_000
/** A renewal that failed is not tried again sooner, in milliseconds. */
const renewEvery = 10_000
/** Workspaces looked at together after a start. */
const abreast = 4
const mostStrangers = 1000
/** Slack's words for an app that was taken away or a workspace that is no more (docs.slack.dev, auth.test). */
const gone = new Set(['slack-account_inactive', 'slack-token_revoked'])

type Entry = Credential & { installation: Installation; workspace: Workspace; queue: Queue; lookedAt: number; renewedAt: number }
type Several = Workspaces & {
  /** Keeps what Slack gave at `at` (milliseconds since 1970) or a little later, and begins with it. Throws StoreError. */
  installed(team: string, installation: Installation, at: number): Promise<void>
}

const unlisted = { isReady: false, detail: 'memory does not say which are installed; asked again' }
const directOf = (team: string): string => `dm/${team}`
const serversOf = (team: string) => [team, directOf(team)].map((server) => ({ platform: 'slack', server }))

export function severalWorkspaces(common: Common): Several {
  const { context, options, patience, track } = common
  const { env, store, log, now } = context
  const key = keyFrom(env.SLACK_INSTALLATION_KEY ?? '')
  if (!key) throw new UserError('SLACK_INSTALLATION_KEY must be 32 random bytes as base64 or hex.')
  const entries = new Map<string, Entry>()
  const looking = new Map<string, Promise<Workspace | undefined>>()
  const troubles: Troubles = { installed: new Set(), refused: new Map(), unreadable: new Map() }
  const part: Part = { name: 'workspaces', isReady: false, detail: 'not started' }
  const asking = limited(abreast)
  /** Whom we have told of in the log. */
  const strangers = new Set<string | undefined>()
  let run: Run | undefined
  /** Which are installed is known; what is not yet looked up must not read as "none". */
  let isListed = false
  const tell = () => void (run && Object.assign(part, isListed ? describe(troubles) : unlisted))
  const isCurrent = (team: string, workspace: Workspace): boolean => entries.get(team)?.workspace === workspace
  const wentWrong = (code: string, team: string) => (error: unknown) => {
    const cause = error instanceof PostError ? error.code : error instanceof Error ? error.name : typeof error
    log.warn(code, { server: team, cause })
  }

  const forget = (team: string): void => {
    entries.delete(team)
    for (const known of [troubles.installed, troubles.refused, troubles.unreadable]) known.delete(team)
    tell()
  }
  /** Opens what is on record and begins with it; nothing when it can't be read. */
  const enter = (kept: Credential, current: Run): Entry | undefined => {
    const team = kept.server
    const earlier = entries.get(team)
    const told = troubles.unreadable.get(team)
    forget(team)
    troubles.installed.add(team)
    try {
      const installation = unseal(key, team, kept.sealed)
      const queue = earlier?.queue ?? createQueue(patience.spacing)
      const workspace = open(team, installation, queue, current)
      const entry: Entry = { ...kept, installation, workspace, queue, lookedAt: now(), renewedAt: Number.NEGATIVE_INFINITY }
      entries.set(team, entry)
      return entry
    } catch (error) {
      const why = error instanceof SealError ? error.why : 'damaged'
      troubles.unreadable.set(team, why)
      // Found again at each of its events: told once.
      if (told !== why) log.error('slack-workspace-unreadable', { server: team, why })
      return undefined
    } finally {
      tell()
    }
  }
  const open = (team: string, { token, user, bot }: Installation, queue: Queue, current: Run): Workspace => {
    const workspace: Workspace = createWorkspace(common, current, {
      ...{ token, queue, direct: directOf, known: { team, user, bot, direct: directOf(team) } },
      isOver: () => !isCurrent(team, workspace),
      accepted() {
        if (troubles.refused.delete(team)) tell()
      },
      failed(failure) {
        // Refused for the same reason every few minutes: told once.
        if (troubles.refused.get(team) !== failure.code) log.warn('slack-workspace-failed', { server: team, cause: failure.code })
        if (failure.failure !== 'dead-credential' || !isCurrent(team, workspace)) return
        troubles.refused.set(team, failure.code)
        tell()
        // Nobody told us, perhaps because we were not there: the same grace, and called off as soon as Slack takes the token.
        if (gone.has(failure.code)) track(leave(team, current)).catch(wentWrong('slack-leave-failed', team))
      },
      refused: (failure) => void track(replace(team, workspace, failure, current)).catch(wentWrong('slack-retry-failed', team)),
      left: (at) => goodbye(team, at),
    })
    return workspace
  }
  const leave = async (team: string, { bot }: Run): Promise<void> => {
    for (const server of serversOf(team)) await bot.left(server)
  }
  /** A refused token is tried again now and then, unless another one is on record: that one then has a life of its own. */
  const again = (team: string, workspace: Workspace) => async (): Promise<PostError | undefined> => {
    await look(team).catch(wentWrong('slack-look-failed', team))
    return isCurrent(team, workspace) ? asking(workspace.identify) : undefined
  }
  const replace = async (team: string, workspace: Workspace, failure: PostError, { signal }: Run): Promise<void> => {
    await look(team).catch(wentWrong('slack-look-failed', team))
    // Not waited for by a stop: its end is the run's.
    if (isCurrent(team, workspace)) insist(again(team, workspace), failure, signal, patience).catch(wentWrong('slack-retry-failed', team))
  }
  const begin = async (team: string, workspace: Workspace, { signal }: Run): Promise<void> => {
    await insist(again(team, workspace), await asking(workspace.identify), signal, patience)
  }

  const lookNow = async (team: string): Promise<Workspace | undefined> => {
    const current = run
    const kept = current && (await store.credential({ platform: 'slack', server: team }))
    if (!kept || run !== current) {
      if (run === current) forget(team)
      return undefined
    }
    let entry = entries.get(team)
    if (entry?.sealed !== kept.sealed) entry = enter(kept, current)
    if (!entry) return undefined
    entry.lookedAt = now()
    if (isEnding(entry.installation, now()) && now() - entry.renewedAt >= renewEvery) entry = await renewed(entry, current)
    return entry?.workspace
  }
  const renewed = async (entry: Entry, current: Run): Promise<Entry | undefined> => {
    entry.renewedAt = now()
    try {
      const kept = await renew(context, options, key, entry, entry.installation)
      if (!kept) forget(entry.server)
      return kept?.sealed === entry.sealed ? entry : kept && enter(kept, current)
    } catch (error) {
      wentWrong('slack-renewal-failed', entry.server)(error)
      return entry
    }
  }
  /** Asks the store; a workspace that is new here begins. Of those that ask together, one does it. */
  const look = (team: string): Promise<Workspace | undefined> => {
    const under = looking.get(team)
    if (under) return under
    const before = entries.get(team)?.workspace
    const current = run
    const looked = lookNow(team)
      .then((workspace) => {
        if (workspace && workspace !== before && current) begin(team, workspace, current).catch(wentWrong('slack-retry-failed', team))
        return workspace
      })
      .finally(() => looking.delete(team))
    looking.set(team, looked)
    return looked
  }
  /** Begins with all that are installed; resolves with why they are not known. */
  const list = async (): Promise<PostError | undefined> => {
    const current = run
    const kept = await store.credentials('slack').catch(wentWrong('slack-workspaces-unknown', ''))
    if (run !== current) return undefined
    if (!kept) return new PostError('too-fast', 'slack-memory-away')
    for (const { server: team } of kept) troubles.installed.add(team)
    isListed = true
    tell()
    for (const { server: team } of kept) track(asking(() => look(team))).catch(wentWrong('slack-look-failed', team))
    return undefined
  }
  /** What is known is used at once, and looked at again behind it: a store that stalls holds up no event. */
  const find = async (team: string): Promise<Workspace | undefined> => {
    const entry = entries.get(team)
    if (!entry || hasEnded(entry.installation, now())) return look(team)
    if (now() - entry.lookedAt >= glanceFor) {
      entry.lookedAt = now()
      track(look(team)).catch(wentWrong('slack-look-failed', team))
    }
    return entry.workspace
  }

  /** Told late, it is about an installation that is no more; told wrongly, Slack still takes the token. Both happen (slackapi/bolt-js#1103). */
  const goodbye = async (team: string, at: number): Promise<void> => {
    const server = { platform: 'slack', server: team }
    const kept = await store.credential(server)
    if (!kept || !run) return
    if (kept.at > at) return log.info('slack-goodbye-late', { server: team })
    const workspace = await look(team)
    if (workspace && !(await workspace.ask())) return log.info('slack-goodbye-untrue', { server: team })
    if (!(await store.dropCredential(server, at))) return
    log.info('slack-uninstalled', { server: team })
    forget(team)
    await leave(team, run)
  }

  return {
    part,
    isReady: () => run !== undefined,
    async start(current) {
      run = current
      tell()
      const failure = await list()
      // Not waited for: what is delivered meanwhile asks for its own workspace.
      insist(list, failure, current.signal, patience).catch(wentWrong('slack-workspaces-unknown', ''))
      return {}
    },
    async deliver(delivery) {
      const { body, ack } = delivery
      const team = teamOf(body)
      try {
        const workspace = team && (await find(team))
        if (workspace) return await workspace.deliver(delivery)
        const at = goodbyeIn(body, now())
        if (team && at !== undefined) await goodbye(team, at)
        // Not installed here, or not to be read: told again, it would be no better.
        if (!strangers.has(team)) log.warn('slack-workspace-unknown', { server: team ?? '' })
        if (strangers.add(team).size > mostStrangers) strangers.clear()
        await ack()
      } catch (error) {
        wentWrong('slack-look-failed', team ?? '')(error)
      }
    },
    async at(server, work) {
      const team = server.startsWith(directOf('')) ? server.slice(directOf('').length) : server
      const missing = () => new PostError('dead-credential', troubles.unreadable.has(team) ? 'slack-unreadable' : 'slack-not-installed')
      const workspace = await find(team).catch(() => Promise.reject(new PostError('too-fast', 'slack-memory-away')))
      if (!workspace) throw missing()
      try {
        return await work(workspace)
      } catch (error) {
        if (!(error instanceof PostError) || error.failure !== 'dead-credential') throw error
        // Certainly not done. Another instance may have been given another token.
        const other = await look(team).catch(() => undefined)
        if (!other || other === workspace) throw error
        return work(other)
      }
    },
    async installed(team, installation, at) {
      await store.keepCredential({ platform: 'slack', server: team }, { sealed: seal(key, team, installation), at })
      for (const server of serversOf(team)) await store.stay(server)
      log.info('slack-installed', { server: team })
      // One look may be under way that began before.
      await looking.get(team)?.catch(() => undefined)
      await look(team)
    },
    end() {
      run = undefined
      isListed = false
      entries.clear()
      for (const known of [troubles.installed, troubles.refused, troubles.unreadable]) known.clear()
    },
  }
}

/** So many at a time; the others wait for their turn. */
function limited(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = most
  const waiting: (() => void)[] = []
  return async (work) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}
