/** How several workspaces are, for health page and doctor. In: which are installed, refused, not readable. Out: one line, without a secret. */
import type { Part } from '../../bot/adapter.ts'
import { installPath } from './paths.ts'

export type Troubles = {
  installed: Set<string>
  /** Slack does not take the token: its word for it. */
  refused: Map<string, string>
  /** The record can't be opened: "another-key" or "damaged". */
  unreadable: Map<string, string>
}

const mostNamed = 10
export const named = (names: readonly string[]): string =>
  names.length > mostNamed ? `${names.slice(0, mostNamed).join(', ')} and ${names.length - mostNamed} more` : names.join(', ')

/**
 * A workspace that took its token back is its own affair and no fault of this bot: red only when all have. One that can't be read is the
 * operator's to mend: red.
 */
export function describe({ installed, refused, unreadable }: Troubles): Pick<Part, 'isReady' | 'detail'> {
  const parts = [installed.size ? `${installed.size} installed` : `none installed yet: open ${installPath} in a browser`]
  if (refused.size) parts.push(`refused by Slack: ${named([...refused].map(([team, code]) => `${team} (${code})`))}`)
  const teams = (why: string) => [...unreadable].flatMap(([team, reason]) => (reason === why ? [team] : []))
  const [otherKey, damaged] = [teams('another-key'), teams('damaged')]
  if (otherKey.length) parts.push(`encrypted with another SLACK_INSTALLATION_KEY: ${named(otherKey)}`)
  if (damaged.length) parts.push(`not readable, must be installed again: ${named(damaged)}`)
  return { isReady: !unreadable.size && (!refused.size || refused.size < installed.size), detail: parts.join('; ') }
}
