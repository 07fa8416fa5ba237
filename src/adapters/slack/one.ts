/** The one workspace of SLACK_BOT_TOKEN. In: the environment's token. Out: Workspaces that are this one, whatever is asked for. */
import type { Abilities, Part } from '../../bot/adapter.ts'
import { PostError } from '../../bot/errors.ts'
import { historyScopes } from './connection.ts'
import { createQueue } from './queue.ts'
import { type Common, createWorkspace, insist, type Run, type Workspace, type Workspaces } from './workspace.ts'

const withoutHistory = `accepted; auto-replies off: history scope missing (${historyScopes.join(' or ')})`

/** `told` is called with each failure, and with nothing when Slack takes the token. */
export function oneWorkspace(common: Common, abilities: Abilities, told: (failure?: PostError) => void): Workspaces {
  const { context, patience } = common
  const queue = createQueue(patience.spacing)
  const part: Part = { name: 'token', isReady: false, detail: 'not started' }
  let only: Workspace | undefined

  const begin = (run: Run): Workspace => {
    const workspace = createWorkspace(common, run, {
      token: context.env.SLACK_BOT_TOKEN ?? '',
      queue,
      direct: () => 'dm',
      accepted(scopes) {
        abilities.findsOwnPosts = !scopes || historyScopes.some((scope) => scopes.includes(scope))
        Object.assign(part, { isReady: true, detail: abilities.findsOwnPosts ? 'accepted' : withoutHistory })
        told()
      },
      failed(failure) {
        Object.assign(part, { isReady: false, detail: `not accepted (${failure.code}); trying again` })
        told(failure)
      },
      // It is asked about now and then: a person may give it back.
      refused: (failure) =>
        void insist(workspace.identify, failure, run.signal, patience).catch(() => context.log.error('slack-retry-failed')),
    })
    return workspace
  }
  return {
    part,
    isReady: () => only?.isKnown() === true,
    async start(run) {
      const workspace = begin(run)
      only = workspace
      const failure = await workspace.identify()
      return failure ? { later: insist(workspace.identify, failure, run.signal, patience) } : {}
    },
    deliver: (delivery) => only?.deliver(delivery) ?? Promise.resolve(),
    async at(_, work) {
      if (!only) throw new PostError('too-fast', 'slack-stopped')
      return work(only)
    },
    end() {
      only = undefined
    },
  }
}
