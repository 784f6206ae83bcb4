import { describe, expect, it } from 'vitest'
import { formatDuration, formatExpiry, formatTime } from '../../lib/report/times.ts'

describe('formatDuration()', () => {
  it.each([
    [0, '0 s'],
    [0.5, '0 s'],
    [59, '59 s'],
    [180, '3 min'],
    [598, '9 min 58 s'],
    [3605, '1 h'],
    [90_000, '1 d 1 h'],
  ])('formatDuration() formats %d seconds as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text)
  })
})

describe('formatTime()', () => {
  it('formatTime() omits milliseconds if there are none', () => {
    expect(formatTime(1_700_000_000)).toBe('2023-11-14T22:13:20Z')
    expect(formatTime(1.5)).toBe('1970-01-01T00:00:01.500Z')
  })

  it('formatTime() formats a second that no calendar has', () => {
    expect(formatTime(1e300)).toBe('second 1e+300')
  })
})

describe('formatExpiry()', () => {
  it('formatExpiry() shows how long a token is still valid', () => {
    expect(formatExpiry(1_700_000_600, 1_700_000_000)).toBe(
      'expires in 10 min (2023-11-14T22:23:20Z)',
    )
  })

  it('formatExpiry() shows how long ago a token has expired, from that second on', () => {
    expect(formatExpiry(1_700_000_000, 1_700_000_000)).toBe(
      'expired 0 s ago (2023-11-14T22:13:20Z)',
    )
    expect(formatExpiry(1_700_000_000, 1_700_003_600)).toBe(
      'expired 1 h ago (2023-11-14T22:13:20Z)',
    )
  })
})
