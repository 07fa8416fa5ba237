/**
 * Hygiene. In: a message as typed. Out: the same text, of the same length, with everything blanked that is not the author's own statement:
 * quotes, code, links, mentions, spoilers' marks. Offsets stay true. Single passes, no pattern that can blow up.
 */

/** Longest message that is looked at, in UTF-16 units; the rest is cut before anything else is done. */
export const messageLimit = 8000

const blank = (text: string): string => ' '.repeat(text.length)

/** Fenced and inline code, links, platform mentions and custom emoji: each class excludes its own end and beginning, so all are linear. */
const code = /```[\s\S]*?(?:```|$)|`[^`\n]*`/g
const links = /\b(?:https?:\/\/|www\.)[^\s<>]+|<(?:https?:[^<>\s]+|[@#!][^<>\s]*|a?:\w+:\d+)>/gi

/** The author's own words. Quoted lines (`> …`, `>>> …` to the end) are somebody else's. */
export function clean(text: string): string {
  let result = text.length > messageLimit ? text.slice(0, messageLimit) : text
  if (result.includes('>')) result = blankQuotes(result)
  if (result.includes('`')) result = result.replace(code, blank)
  if (result.includes('://') || result.includes('www.') || result.includes('<')) result = result.replace(links, blank)
  return result
}

function blankQuotes(text: string): string {
  const lines = text.split('\n')
  let isBlock = false
  return lines
    .map((line) => {
      const start = line.trimStart()
      if (start.startsWith('>>>')) isBlock = true
      // Slack sends a quoted line as "&gt; …".
      return isBlock || start.startsWith('>') || start.startsWith('&gt;') ? blank(line) : line
    })
    .join('\n')
}
