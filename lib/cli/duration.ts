// Times, for people.

const units = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const

/** A number of seconds in its two largest units, such as `9 min 58 s`. */
export function duration(seconds: number): string {
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

/** A point in time; a token may name one that no calendar has. */
export function date(seconds: number): string {
  const time = new Date(seconds * 1000)
  return Number.isNaN(time.getTime())
    ? `second ${seconds}`
    : time.toISOString().replace('.000Z', 'Z')
}

/** When a token expires, seen from now. */
export function expiry(expires: number, now: number): string {
  return expires > now
    ? `expires in ${duration(expires - now)} (${date(expires)})`
    : `expired ${duration(now - expires)} ago (${date(expires)})`
}
