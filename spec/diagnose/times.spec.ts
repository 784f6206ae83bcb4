import { describe, expect, it } from 'vitest'
import { findingsIn, linesOf, now, tokenOf, type Members } from '../support/subjects.ts'

const day = 86400

const rows: [title: string, claims: Members, lines: string[]][] = [
  ['no exp', { exp: undefined }, ['error 20104 time-missing /claims/exp']],
  ['exp null', { exp: null }, ['error 20104 time-form /claims/exp']],
  ['an empty exp', { exp: '' }, ['error 20104 time-form /claims/exp']],
  ['exp that is a date', { exp: '2026-09-21' }, ['error 20104 time-form /claims/exp']],
  ['exp that is true', { exp: true }, ['error 20104 time-form /claims/exp']],
  ['exp that is a list', { exp: [now] }, ['error 20104 time-form /claims/exp']],
  ['exp with a space', { exp: ` ${now + 9}` }, ['error 20104 time-form /claims/exp']],
  ['exp of 400 digits', { exp: '9'.repeat(400) }, ['error 20104 time-form /claims/exp']],
  ['exp with a fraction', { exp: now + 9.5 }, ['error 20104 time-form /claims/exp']],
  [
    'exp with a fraction in the past',
    { exp: now - 1.5 },
    ['error 20104 time-form /claims/exp', 'error 20104 time-expired /claims/exp'],
  ],
  ['exp as digits', { exp: `${now + 9}` }, ['warning 20104 time-form /claims/exp']],
  [
    'exp as digits in the past',
    { exp: `${now - 1}` },
    ['error 20104 time-expired /claims/exp', 'warning 20104 time-form /claims/exp'],
  ],
  [
    'exp as digits in milliseconds',
    { exp: `${now}000` },
    ['error 20157 time-milliseconds /claims/exp', 'warning 20104 time-form /claims/exp'],
  ],
  ['exp as digits and a space', { exp: `${now + 9} ` }, ['error 20104 time-form /claims/exp']],
  ['exp as digits with a fraction', { exp: `${now}.5` }, ['error 20104 time-form /claims/exp']],
  ['the last exp that counts seconds', { exp: 1e11 }, ['error 20157 time-long /claims/exp']],
  [
    'the first exp that counts milliseconds',
    { exp: 1e11 + 1 },
    ['error 20157 time-milliseconds /claims/exp'],
  ],
  [
    'the first exp that counts from 1970',
    { exp: 1e8, iat: undefined },
    ['error 20104 time-expired /claims/exp'],
  ],
  [
    'the last exp that is a lifetime',
    { exp: 1e8 - 1, iat: undefined },
    ['error 20104 time-relative /claims/exp'],
  ],
  ['the last nbf that counts seconds', { nbf: 1e11 }, ['error 20104 time-order /claims/exp']],
  [
    'the first nbf that counts milliseconds',
    { nbf: 1e11 + 1 },
    ['error 20105 time-milliseconds /claims/nbf'],
  ],
  ['exp in milliseconds', { exp: now * 1000 }, ['error 20157 time-milliseconds /claims/exp']],
  ['exp that is a lifetime', { exp: 3600 }, ['error 20104 time-relative /claims/exp']],
  ['exp 0', { exp: 0 }, ['error 20104 time-relative /claims/exp']],
  ['exp below 0', { exp: -5 }, ['error 20104 time-relative /claims/exp']],
  ['exp of this second', { exp: now }, ['error 20104 time-expired /claims/exp']],
  ['exp of the next second', { exp: now + 1 }, []],
  ['nbf null', { nbf: null }, ['error 20101 time-form /claims/nbf']],
  ['an empty nbf', { nbf: '' }, ['error 20101 time-form /claims/nbf']],
  ['nbf as digits', { nbf: `${now - 9}` }, ['error 20101 time-form /claims/nbf']],
  [
    'nbf as digits in the future',
    { nbf: `${now + 9}` },
    ['error 20101 time-form /claims/nbf', 'error 20105 time-future /claims/nbf'],
  ],
  ['nbf with a fraction', { nbf: now - 1.5 }, ['warning 20101 time-form /claims/nbf']],
  [
    'nbf with a fraction in the future',
    { nbf: now + 1.5 },
    ['error 20105 time-future /claims/nbf', 'warning 20101 time-form /claims/nbf'],
  ],
  ['nbf in milliseconds', { nbf: now * 1000 }, ['error 20105 time-milliseconds /claims/nbf']],
  ['iat that is a date', { iat: '2026-09-21' }, ['error 20101 time-form /claims/iat']],
  ['iat in milliseconds', { iat: now * 1000 }, ['error 20105 time-milliseconds /claims/iat']],
  ['iat in the future', { iat: now + 60 }, ['error 20105 time-future /claims/iat']],
  [
    'nbf and iat in the future',
    { iat: now + 60, nbf: now + 60 },
    ['error 20105 time-future /claims/nbf', 'error 20105 time-future /claims/iat'],
  ],
  ['exp before iat', { iat: now + 9000 }, ['error 20104 time-order /claims/exp']],
  ['exp at iat', { iat: now, exp: now }, ['error 20104 time-order /claims/exp']],
  [
    'exp before nbf, both in the future',
    { nbf: now + 600, exp: now + 500 },
    ['error 20104 time-order /claims/exp'],
  ],
  ['a day and a second', { iat: now, exp: now + day + 1 }, ['error 20157 time-long /claims/exp']],
  [
    'a day and a second from nbf',
    { iat: undefined, nbf: now, exp: now + day + 1 },
    ['error 20157 time-long /claims/exp'],
  ],
  [
    'a day and a second from now',
    { iat: undefined, exp: now + day + 1 },
    ['error 20157 time-long /claims/exp'],
  ],
  [
    'a long life that is over',
    { iat: now - 2 * day, exp: now - 1 },
    ['error 20104 time-expired /claims/exp', 'error 20157 time-long /claims/exp'],
  ],
  ['exactly a day', { iat: now, exp: now + day }, ['warning 20157 time-limit /claims/exp']],
  [
    'exactly a day from nbf',
    { iat: undefined, nbf: now, exp: now + day },
    ['warning 20157 time-limit /claims/exp'],
  ],
  ['a day less a second', { iat: now, exp: now + day - 1 }, []],
  ['nbf that equals iat', { nbf: now - 5 }, ['warning 20105 time-skew /claims/nbf']],
  [
    'nbf and iat as equal digits',
    { nbf: `${now - 5}`, iat: `${now - 5}` },
    ['error 20101 time-form /claims/nbf', 'error 20101 time-form /claims/iat'],
  ],
  ['neither nbf nor iat', { iat: undefined }, []],
  ['nbf a second before iat', { nbf: now - 6 }, []],
]

describe('diagnose() judges the times', () => {
  it.each(rows)('diagnose() judges %s', async (_, claims, lines) => {
    expect(await linesOf(await tokenOf('access', claims))).toEqual(lines)
  })

  it.each([
    ['no exp', { exp: undefined }, '31204 time-missing /claims/exp'],
    ['exp null', { exp: null }, '31204 time-form /claims/exp'],
    ['exp in milliseconds', { exp: now * 1000 }, '31207 time-milliseconds /claims/exp'],
    ['a lifetime as exp', { exp: 3600 }, '31205 time-relative /claims/exp'],
    ['exp before nbf', { nbf: now, exp: now - 1 }, '31205 time-order /claims/exp'],
    ['exp in the past', { exp: now - 1 }, '31205 time-expired /claims/exp'],
    ['a life of ten days', { exp: now + 10 * day }, '31207 time-long /claims/exp'],
    ['nbf null', { nbf: null }, '31204 time-form /claims/nbf'],
    ['nbf in milliseconds', { nbf: now * 1000 }, '20105 time-milliseconds /claims/nbf'],
    ['nbf in the future', { nbf: now + 9 }, '20105 time-future /claims/nbf'],
  ])('diagnose() has codes of its own for a capability token with %s', async (_, claims, line) => {
    expect(await linesOf(await tokenOf('capability', claims))).toEqual([`error ${line}`])
  })

  it('diagnose() only warns of a TaskRouter token that is valid for more than a day', async () => {
    expect(await linesOf(await tokenOf('taskrouter', { exp: now + 2 * day }))).toEqual([
      'warning 20157 time-long /claims/exp',
    ])
  })

  it.each([
    ['expired 9 seconds ago', { exp: now - 9, iat: now - 60 }],
    ['valid in 10 seconds', { nbf: now + 10 }],
    ['valid for a day and 10 seconds from now', { iat: undefined, exp: now + day + 10 }],
  ])('diagnose() tolerates a token that is %s', async (_, claims) => {
    const token = await tokenOf('access', claims)
    expect(await linesOf(token, { clockTolerance: 10 })).toEqual([])
    expect(await linesOf(token, { clockTolerance: 9 })).toHaveLength(1)
  })

  it('diagnose() warns of nbf that equals iat within the tolerance', async () => {
    const token = await tokenOf('access', { nbf: now + 5, iat: now + 5 })
    expect(await linesOf(token, { clockTolerance: 5 })).toEqual([
      'warning 20105 time-skew /claims/nbf',
    ])
  })

  it('diagnose() tolerates no lifetime over a day from iat', async () => {
    const token = await tokenOf('access', { iat: now, exp: now + day + 1 })
    expect(await linesOf(token, { clockTolerance: 10 })).toHaveLength(1)
  })

  it.each([
    [3600, '1 hour,'],
    [7200 - 20, '2 hours,'],
    [3600 - 60, '1 hour,'],
    [19800 + 60, '5.5 hours,'],
    [14 * 3600, '14 hours,'],
  ])('diagnose() recognizes a time zone %i seconds ahead', async (ahead, zone) => {
    const claims = { iat: now + ahead, exp: now + ahead + 60 }
    const [finding] = await findingsIn(await tokenOf('access', claims))
    expect(finding?.detail).toContain(`: ${zone} a time zone`)
  })

  it.each([20, 1700, 1800, 3600 - 61, 7200 + 61, 14.5 * 3600, 15 * 3600])(
    'diagnose() calls %i seconds ahead no time zone',
    async (ahead) => {
      const claims = { nbf: now + ahead, iat: undefined, exp: now + ahead + 60 }
      const [finding] = await findingsIn(await tokenOf('access', claims))
      expect(finding?.detail).not.toContain('hour')
    },
  )

  it('diagnose() suggests the second that is meant', async () => {
    const [exp] = await findingsIn(await tokenOf('access', { exp: (now + 9) * 1000 }))
    expect(exp?.fix).toBe(`Set exp to seconds: ${now + 9}`)
    const [past] = await findingsIn(await tokenOf('access', { exp: now - 1, iat: now - 9 }))
    expect(past?.detail).toContain(`${now - 1} (2026-09-21T14:13:19Z)`)
    const [early] = await findingsIn(await tokenOf('access', { exp: 3600 }))
    expect(early?.detail).toContain('in 1970')
    const [first] = await findingsIn(await tokenOf('access', { exp: 0 }))
    expect(first?.detail).toContain('in 1970')
    const [later] = await findingsIn(await tokenOf('access', { exp: 99_999_999 }))
    expect(later?.detail).toContain('in 1973')
    const [negative] = await findingsIn(await tokenOf('access', { exp: -1 }))
    expect(negative?.detail).toContain('in a year before 1970')
    const [before] = await findingsIn(await tokenOf('access', { iat: -9, exp: now + 9 }))
    expect(before?.detail).toContain(`${now + 18} seconds after iat`)
    const [skew] = await findingsIn(await tokenOf('access', { nbf: -1e16, iat: -1e16 }))
    expect(skew?.rule).toBe('time-long')
    const order = await findingsIn(await tokenOf('access', { nbf: 9e10, exp: now + 9 }))
    expect(order[0]?.detail).toContain('90000000000 (4821-')
  })

  it('diagnose() reads numbers beyond the range of JavaScript', async () => {
    const token = await tokenOf('access', { exp: 'EXP' })
    const [header = '', part = ''] = token.split('.')
    const json = atob(part).replace('"EXP"', '1e999')
    expect(await linesOf(`${header}.${btoa(json).replace(/=+$/, '')}.${'A'.repeat(43)}`)).toEqual([
      'error 20104 time-form /claims/exp',
    ])
  })
})
