import { describe, expect, it } from 'vitest'
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
