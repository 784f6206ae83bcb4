// Times and durations, for people.

const units = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const

/** Formats a number of seconds in its two largest units, such as `9 min 58 s`. */
export function formatDuration(seconds: number): string {
  let rest = Math.floor(seconds)
  const parts = units.map(([unit, size]) => {
    const count = Math.floor(rest / size)
    rest -= count * size
    return [count, unit] as const
  })
  const largest = parts.findIndex(([count]) => count > 0)
  const shown = parts.slice(largest, largest + 2).filter(([count]) => count > 0)
  return largest < 0 ? '0 s' : shown.map(([count, unit]) => `${count} ${unit}`).join(' ')
}

/** Formats a point in time, in UTC. A token may name a second that no calendar has. */
export function formatTime(seconds: number): string {
  const time = new Date(seconds * 1000)
  return Number.isNaN(time.getTime())
    ? `second ${seconds}`
    : time.toISOString().replace('.000Z', 'Z')
}

/** Formats the expiry of a token, as seen from `now`. */
export function formatExpiry(expiresAt: number, now: number): string {
  return expiresAt > now
    ? `expires in ${formatDuration(expiresAt - now)} (${formatTime(expiresAt)})`
    : `expired ${formatDuration(now - expiresAt)} ago (${formatTime(expiresAt)})`
}
