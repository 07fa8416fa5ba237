/**
 * Who may change settings: admins and owners of the workspace, asked of Slack and remembered for two minutes. In: a member's id.
 * Out: a Person. Channel managers can't be told: Slack shows them to apps of whole organisations alone (admin.roles.listAssignments).
 */
import type { webApi } from '@slack/bolt'
import type { Person } from '../../bot/message.ts'

const rememberedFor = 120_000
const mostRemembered = 5000
/** A command waits no longer for this, in milliseconds: who can't be checked is treated as a plain member. */
const answerWithin = 2000

export type Admins = { person(id: string): Promise<Person> }

/** `team`: the workspace's own id. `failed` is told the reason when Slack does not answer. */
export function createAdmins(client: webApi.WebClient, team: string, now: () => number, failed: (error: unknown) => void): Admins {
  const remembered = new Map<string, { isAdmin: boolean; until: number }>()
  const ask = async (id: string): Promise<boolean> => {
    const { user } = await client.users.info({ user: id })
    // An admin of another company, met in a shared channel, is a guest here.
    const teams = [user?.team_id ?? team, ...(user?.enterprise_user?.teams ?? [])]
    const isAdmin = Boolean(user && !user.deleted && (user.is_admin || user.is_owner || user.is_primary_owner) && teams.includes(team))
    if (remembered.size >= mostRemembered) remembered.clear()
    remembered.set(id, { isAdmin, until: now() + rememberedFor })
    return isAdmin
  }
  return {
    async person(id) {
      const known = remembered.get(id)
      const isAdmin = known && known.until > now() ? known.isAdmin : await within(answerWithin, ask(id)).catch(failed)
      return { id, isBot: false, isAdmin: isAdmin === true, isModerator: isAdmin === true }
    },
  }
}

/** The value, if it comes within `ms`; nothing otherwise. */
export function within<T>(ms: number, value: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms, undefined)
    const settle =
      <R>(tell: (result: R) => void) =>
      (result: R) => {
        clearTimeout(timer)
        tell(result)
      }
    value.then(settle(resolve), settle(reject))
  })
}
