import { describe, expect, it } from 'vitest'
import { error } from '../../lib/diagnose/finding.ts'
import { hiderOf, isSecretLike, showSid, showTime } from '../../lib/diagnose/show.ts'
import { encode } from '../support/sign.ts'
import { findingsIn, keySecret, sid, tokenOf } from '../support/subjects.ts'

const voice = { incoming: { allow: true } }

/** What `diagnose` says about a value that is wrong. */
async function shown(alg: unknown): Promise<string | undefined> {
  const [finding] = await findingsIn(await tokenOf('access', {}, { alg }))
  return finding?.detail
}

describe('diagnose() shows values', () => {
  it.each([
    ['a string', 'HS1', 'alg is "HS1"'],
    ['quotes', 'a"b', 'alg is "a\\"b"'],
    ['a number', 1.5, 'alg is 1.5'],
    ['false', false, 'alg is false'],
    ['null', null, 'alg is null'],
    ['nothing', undefined, 'alg is missing'],
    ['a list', [1], 'alg is an array'],
    ['an object', {}, 'alg is an object'],
    ['a string of 80 characters', 'a'.repeat(80), `alg is "${'a'.repeat(80)}"`],
    ['a string of 81 characters', 'a'.repeat(81), `alg is "${'a'.repeat(80)}"… (81 characters)`],
    ['a long string', 'a'.repeat(500), `alg is "${'a'.repeat(80)}"… (500 characters)`],
  ])('diagnose() shows %s', async (_, alg, words) => {
    expect(await shown(alg)).toBe(words)
  })

  it('diagnose() shows what is nested too deep for a stack', async () => {
    const deep = `{"alg":${'['.repeat(9000)}${']'.repeat(9000)}}`
    const token = `${encode(deep)}.${encode({ scope: '', iss: 'AC1', exp: 2e9 })}.`
    expect((await findingsIn(token))[0]?.detail).toBe('alg is an array')
  })
})

const digits = '0123456789abcdef'

describe('showSid()', () => {
  it.each([
    ['', '""'],
    [null, 'null'],
    [7, '7'],
    ['AC1', '"AC1"'],
    ['acXYZ', '"acXYZ"'],
    [` ${sid('AC')}\n`, `" ${sid('AC')}\\n"`],
    ['ACxxxxxxxxxxxxxxxxxxxxxxxx', '"ACxxxxxxxxxxxxxxxxxxxxxxxx"'],
    [`AC${'ab'.repeat(20)}`, `"AC${'ab'.repeat(20)}"`],
    [`AC${'ab'.repeat(20)}c`, 'a string of 43 characters'],
    ['AC123456789abcdefghi', 'a string of 20 characters'],
    [digits.repeat(2), 'a string of 32 characters'],
    [` ab${digits.slice(1).repeat(2)}`, 'a string of 33 characters'],
    [`${digits.slice(10)}${digits.slice(10)}ABCDEFabcdefABCDEFab\n`, 'a string of 33 characters'],
    ['xACx', '"xACx"'],
    ['my secret', 'a string of 9 characters'],
  ])('shows %j as %s', (value, words) => {
    expect(showSid(value)).toBe(words)
  })
})

describe('isSecretLike()', () => {
  it.each([
    [digits.repeat(2), true],
    [digits.repeat(2).toUpperCase(), true],
    [`AC${'AB'.repeat(15)}`, true],
    [`AC${'ab'.repeat(15)}`, false],
    [`A${digits.repeat(2)}`, false],
    [digits.repeat(2).slice(1), false],
    [`x${digits.repeat(2)}`, false],
  ])('%s: %s', (value, isLike) => {
    expect(isSecretLike(value)).toBe(isLike)
  })
})

describe('showTime()', () => {
  it.each([
    [0, '0 (1970-01-01T00:00:00Z)'],
    [1.5, '1.5 (1970-01-01T00:00:01Z)'],
    [8.64e12, '8640000000000 (+275760-09-13T00:00:00Z)'],
    [8.64e12 + 1, '8640000000001'],
    [-8.64e12 - 1, '-8640000000001'],
  ])('shows %d as %s', (seconds, words) => {
    expect(showTime(seconds)).toBe(words)
  })
})

describe('hiderOf()', () => {
  const draft = (detail: string, fix = '', pointer = '') => error('jti-form', pointer, detail, fix)

  it('hides a value in detail and fix', () => {
    const hide = hiderOf(['another', 'a secret of mine'])
    expect(hide(draft('jti is "a secret of mine!"', 'Drop "A SECRET of"'))).toEqual(
      draft('jti is "…"', 'Drop "…"'),
    )
  })

  it('hides eight characters in a row, and no fewer', () => {
    const hide = hiderOf(['abcdefghijkl'])
    expect(hide(draft('jti is "-bcdefghi-"'))).toEqual(draft('jti is "…"'))
    expect(hide(draft('jti is "-bcdefgh-"'))).toEqual(draft('jti is "-bcdefgh-"'))
  })

  it('hides numbers of at least eight digits, and no others', () => {
    const hide = hiderOf(['1234567890'])
    expect(hide(draft('exp is 1234567890, 5 seconds ahead of 1234567'))).toEqual(
      draft('exp is …, 5 seconds ahead of 1234567'),
    )
    expect(hide(draft('exp is 98765432'))).toEqual(draft('exp is 98765432'))
  })

  it('takes names off a pointer until it shows nothing of a secret', () => {
    const hide = hiderOf(['abcdefghijkl'])
    expect(hide(draft('', '', '/claims/a/bcdefghi/j')).pointer).toBe('/claims/a')
    expect(hide(draft('', '', '/claims/bcdefghi')).pointer).toBe('/claims')
    expect(hide(draft('', '', '/claims/bcdefgh/ijkl')).pointer).toBe('/claims/bcdefgh/ijkl')
  })

  it.each([
    ['base64 in quotes and white space', (base64: string) => ` "${base64}"\n`],
    ['base64 after a name', (base64: string) => `KEY=${base64}`],
    ['base64 in quotes after a name', (base64: string) => `KEY='${base64}'`],
  ])('hides what is given as %s, decoded', (_, write) => {
    const hide = hiderOf([write(encode('a secret of mine'))])
    expect(hide(draft('jti is "a secret of mine"'))).toEqual(draft('jti is "…"'))
  })
})

describe('diagnose() hides secrets', () => {
  const secret = keySecret
  const hex = Array.from(secret, (unit) => unit.charCodeAt(0).toString(16)).join('')
  const short = `${secret.slice(0, 20)}!`

  /** Eight characters in a row of the secret, in any letter case. */
  const reveals = (text: string) =>
    Array.from({ length: secret.length - 7 }, (_, i) => secret.slice(i, i + 8)).some((piece) =>
      text.toLowerCase().includes(piece.toLowerCase()),
    )

  it.each([
    ['an identity', { grants: { identity: `${secret} `, voice } }],
    ['an identity in capitals', { grants: { identity: `${secret.toUpperCase()} `, voice } }],
    ['a piece of it', { grants: { identity: `${short} `, voice } }],
    ['the end of what is shown', { grants: { identity: `${'a'.repeat(65)}${secret} `, voice } }],
    [
      'the name of a grant',
      { grants: { identity: 'a', [`voice${secret}`]: 1, video: { [secret]: 1 } } },
    ],
    [
      'the name of a member that is nested',
      { grants: { identity: 'a', voice: { outgoing: { [secret]: 1 } } } },
    ],
    ['a duplicate', { [secret]: 1 }],
    ['a party', { iss: `SK${secret}` }],
    ['the name of a claim', { [secret]: secret }],
    ['the name of a grant that has the identity', { grants: { [secret]: { identity: 'alice' } } }],
  ])('diagnose() hides the secret in %s', async (_, claims) => {
    const token = await tokenOf('access', claims)
    for (const given of [
      secret,
      ` ${secret}\n`,
      `KEY="${secret}"`,
      btoa(secret),
      hex,
      encodeURIComponent(secret),
    ]) {
      const findings = await findingsIn(token, { secret: given })
      expect(findings.length).toBeGreaterThan(0)
      expect(reveals(JSON.stringify(findings))).toBe(false)
    }
  })

  it('diagnose() hides only values that contain a secret', async () => {
    const grants = { identity: `before ${secret} after`, voice }
    const findings = await findingsIn(await tokenOf('access', { grants }), { secret })
    const found = findings.find(({ rule }) => rule === 'identity-characters')
    expect(found?.detail).toContain('identity is "…"')
    const [other] = await findingsIn(await tokenOf('access', { iss: sid('AC') }), {
      secret: '%zz, which cannot be decoded',
    })
    expect(other?.detail).toContain(sid('AC'))
  })

  it('diagnose() shortens a pointer that would contain a secret', async () => {
    const token = await tokenOf('access', { grants: { identity: 'a', video: { [secret]: 1 } } })
    const findings = await findingsIn(token, { secret })
    expect(findings.map(({ rule, pointer }) => `${rule} ${pointer}`)).toEqual([
      'secret-exposed /claims/grants/video',
      'grant-member-name /claims/grants/video',
    ])
  })
})
