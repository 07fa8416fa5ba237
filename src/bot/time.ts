/** Spans and moments as people write them. In: text such as "2h". Out: milliseconds, or a sentence for a person. */

const units: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** "90m", "2h", "1d 12h" → milliseconds; undefined when it is no span. At most a year. */
export function readSpan(text: string): number | undefined {
  const parts = text.trim().toLowerCase().split(/\s+/)
  let total = 0
  for (const part of parts) {
    const match = /^(\d{1,4})(m|h|d)$/.exec(part)
    if (!match) return undefined
    total += Number(match[1]) * (units[match[2] ?? ''] ?? 0)
  }
  return total > 0 && total <= 366 * 86_400_000 ? total : undefined
}

/** A moment in a zone, to the minute, with the zone's name: "Tue 24 Nov 2026, 09:00 Europe/Berlin". */
export function momentIn(at: number, zone: string): string {
  const text = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
  }).format(at)
  return `${text} ${zone}`
}
