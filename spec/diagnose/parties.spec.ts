import { describe, expect, it } from 'vitest'
import { authToken, findingsIn, keySecret, linesOf, sid, tokenOf } from '../support/subjects.ts'

const secretLike = '0123456789abcdef'.repeat(2)

const issuers: [title: string, iss: unknown, rule: string][] = [
  ['no issuer', undefined, 'party-missing'],
  ['an empty issuer', '', 'party-missing'],
  ['an issuer that is null', null, 'party-missing'],
  ['an issuer that is a number', 1, 'party-form'],
  ['an issuer with a lower-case prefix', sid('SK').toLowerCase(), 'party-form'],
  ['an issuer whose prefix is partly in lower case', `Sk${'9a'.repeat(16)}`, 'party-form'],
  ['an issuer that is a list', [secretLike], 'party-form'],
  ['an issuer with a space before it', ` ${sid('SK')}`, 'party-form'],
  ['an issuer that is cut', sid('SK').slice(0, -1), 'party-form'],
  ['an issuer that is doubled', sid('SK').repeat(2), 'party-form'],
  ['an issuer with other letters', `SK${'g1'.repeat(16)}`, 'party-form'],
  ['an issuer that is another word', 'my_key', 'party-form'],
  ['an issuer that is a word in capitals', 'ACCOUNT', 'party-form'],
  ['an issuer that is a mask without a prefix', 'xxxxxxxx', 'party-form'],
  ['an issuer that is an account', sid('AC'), 'party-kind'],
  ['an issuer that is a user', sid('US'), 'party-kind'],
  ['an issuer of x', `SK${'x'.repeat(32)}`, 'party-placeholder'],
  ['an issuer of four x', 'SKxxxx', 'party-placeholder'],
  ['an issuer of asterisks', 'SK****', 'party-placeholder'],
  ['an issuer that begins with your', 'YourApiKeySid', 'party-placeholder'],
  ['an issuer that is a variable name', 'TWILIO_API_KEY', 'party-placeholder'],
  ['an issuer that is a template', '${apiKey}', 'party-placeholder'],
  ['an issuer that is undefined', 'undefined', 'party-placeholder'],
  ['an issuer that is None', 'None', 'party-placeholder'],
  ['an issuer that looks like a secret', secretLike, 'secret-exposed'],
  ['an issuer that looks like a secret in capitals', secretLike.toUpperCase(), 'secret-exposed'],
]

const soundIssuers: [title: string, iss: string][] = [
  ['a short one, as in test suites', 'SK123'],
  ['zeros', `SK${'0'.repeat(32)}`],
  ['hexadecimal capitals', `SK${'9A'.repeat(16)}`],
]

describe('diagnose() judges the parties', () => {
  it.each(issuers)('diagnose() reports %s', async (_, iss, rule) => {
    expect(await linesOf(await tokenOf('access', { iss }))).toEqual([
      `error 20103 ${rule} /claims/iss`,
    ])
  })

  it.each(soundIssuers)('diagnose() accepts an issuer of %s', async (_, iss) => {
    expect(await linesOf(await tokenOf('access', { iss }))).toEqual([])
  })

  it.each([
    ['no account', { sub: undefined }, 'party-missing /claims/sub'],
    [
      'an account that lost two characters, so that it is 32 hexadecimal digits',
      { sub: sid('AC').slice(0, -2) },
      'party-form /claims/sub',
    ],
    ['an account that is a key', { sub: sid('SK') }, 'party-kind /claims/sub'],
    ['an account with a line feed', { sub: `${sid('AC')}\n` }, 'party-form /claims/sub'],
    ['parties that are exchanged', { iss: sid('AC'), sub: sid('SK') }, 'party-swapped /claims/iss'],
    ['short parties that are exchanged', { iss: 'AC1', sub: 'SK1' }, 'party-swapped /claims/iss'],
  ])('diagnose() reports %s', async (_, claims, line) => {
    expect(await linesOf(await tokenOf('access', claims))).toEqual([`error 20103 ${line}`])
  })

  it.each(['capability', 'taskrouter'] as const)(
    'diagnose() wants an account as the issuer of a %s token',
    async (kind) => {
      const code = kind === 'capability' ? 31203 : 20103
      expect(await linesOf(await tokenOf(kind, { iss: sid('SK') }))).toEqual([
        `error ${code} party-kind /claims/iss`,
      ])
      expect(await linesOf(await tokenOf(kind, { iss: 'your_account_sid' }))).toEqual([
        `error ${code} party-placeholder /claims/iss`,
      ])
      expect(await linesOf(await tokenOf(kind, { sub: 'anything' }))).toEqual([])
    },
  )

  it('diagnose() shows a SID, but nothing that may be a secret', async () => {
    const [shown] = await findingsIn(await tokenOf('access', { iss: sid('AC') }))
    expect(shown?.detail).toContain(sid('AC'))
    for (const iss of [secretLike, 'p4ssw0rd-for-all-of-it', `x${secretLike}`]) {
      const [hidden] = await findingsIn(await tokenOf('access', { iss }))
      expect(JSON.stringify(hidden)).not.toContain(iss)
    }
  })

  it.each([
    ['access', 20101],
    ['capability', 31204],
  ] as const)(
    'diagnose() reports an id that is not a string in a token of kind %s',
    async (kind, code) => {
      for (const jti of [null, 1, {}]) {
        expect(await linesOf(await tokenOf(kind, { jti }))).toEqual([
          `error ${code} jti-form /claims/jti`,
        ])
      }
    },
  )
})

describe('diagnose() finds exposed secrets', () => {
  const secret = keySecret

  it.each([
    ['a claim', { note: `it is ${secret}.` }, 'error 20101 secret-exposed /claims/note'],
    [
      'a list',
      { a: [1, null, { 'b/c~d': secret }] },
      'error 20101 secret-exposed /claims/a/2/b~1c~0d',
    ],
    ['a name', { a: { [secret]: 1 } }, 'error 20101 secret-exposed /claims/a'],
    ['iss', { iss: secret }, 'error 20103 secret-exposed /claims/iss'],
    ['sub', { sub: ` ${secret}` }, 'error 20103 secret-exposed /claims/sub'],
    [
      'the application',
      { grants: { identity: 'ana', voice: { outgoing: { application_sid: secret } } } },
      'error 20101 secret-exposed /claims/grants/voice/outgoing/application_sid',
    ],
  ])('diagnose() finds the secret in %s', async (_, claims, line) => {
    const token = await tokenOf('access', claims)
    expect(await linesOf(token, { secret })).toEqual([line])
    expect(JSON.stringify(await findingsIn(token, { secret }))).not.toContain(secret)
  })

  it('diagnose() finds the secret in the header, and in the issuer of a capability token', async () => {
    expect(await linesOf(await tokenOf('access', {}, { kid: secret }), { secret })).toEqual([
      'error 20101 secret-exposed /header/kid',
    ])
    const token = await tokenOf('capability', { iss: authToken })
    expect(await linesOf(token, { secret: authToken })).toEqual([
      'error 31203 secret-exposed /claims/iss',
    ])
  })

  it('diagnose() finds a secret behind escapes in the JSON', async () => {
    const odd = 'a "quoted" secret'
    const token = await tokenOf('access', { note: odd }, {}, odd)
    expect(await linesOf(token, { secret: odd })).toEqual([
      'error 20101 secret-exposed /claims/note',
    ])
  })

  it.each([
    ['one letter, which is no mask', 'k'.repeat(12)],
    ['eight characters', 'ab3cd4ef'],
    ['a word and a mask', 'passxxxx'],
    ['a mask and a word', 'xxxxpass'],
    ['a word and a template', 'abc<def>'],
    ['a template and a word', '<abc>def'],
  ])('diagnose() finds a secret of %s', async (_, odd) => {
    const token = await tokenOf('access', { note: odd }, {}, odd)
    expect(await linesOf(token, { secret: odd })).toEqual([
      'error 20101 secret-exposed /claims/note',
    ])
  })

  it('diagnose() lists the places of a secret in the order of the token', async () => {
    const token = await tokenOf('access', { a: secret, b: [secret, { c: secret }] }, {})
    expect(await linesOf(token, { secret })).toEqual(
      ['a', 'b/0', 'b/1/c'].map((name) => `error 20101 secret-exposed /claims/${name}`),
    )
  })

  it('diagnose() looks for no secret in what is not a Twilio token', async () => {
    const token = await tokenOf('capability', { scope: undefined, iss: 'x', note: secret })
    expect(await linesOf(token, { secret })).toEqual(['error 20101 kind-unknown /claims'])
  })

  it.each([
    ['in lower case', sid('SK').toLowerCase(), 'with a prefix in lower case'],
    ['partly in lower case', `sK${'9a'.repeat(16)}`, 'with a prefix in lower case'],
    ['of another kind in lower case', sid('AC').toLowerCase(), 'which is not a SID'],
    ['of 33 characters', sid('SK').slice(0, -1), 'with 33 characters, but a SID has 34'],
  ])('diagnose() says what is wrong with an issuer %s', async (_, iss, words) => {
    const [finding] = await findingsIn(await tokenOf('access', { iss }))
    expect(finding?.detail).toContain(words)
  })

  it.each([
    ['short ones', 'ana'],
    ['SIDs', sid('SK')],
    ['placeholders', 'your_auth_token'],
    ['masks', 'xxxxxxxx'],
    ['masks of asterisks', '****XXXX'],
    ['templates', '<abcdef>'],
    ['printed objects', '[object Object]'],
  ])('diagnose() does not call %s exposed', async (_, secret) => {
    const token = await tokenOf('access', { note: secret, iss: sid('SK') }, {}, 'another')
    const findings = await findingsIn(token, { secret })
    expect(findings.map(({ rule }) => rule)).not.toContain('secret-exposed')
  })

  it('diagnose() asks to rotate what is exposed', async () => {
    const [finding] = await findingsIn(await tokenOf('access', { iss: secretLike }))
    expect(finding?.fix).toMatch(/rotate/)
  })
})
