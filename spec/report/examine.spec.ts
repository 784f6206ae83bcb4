import { AccessToken, TaskRouterCapability, TwilioCapability } from 'twilio-tokens'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { examine, forgetKeys, summarize } from '../../lib/report/examine.ts'

const now = 1_700_000_000
const authToken = {
  name: 'the auth token',
  value: 'one secret',
  kinds: ['capability', 'taskrouter'] as const,
}
const keySecret = { name: 'the API secret', value: 'another secret', kinds: ['access'] as const }
const access = (secret: string) =>
  new AccessToken('AC123123', 'SK123123', secret, { identity: 'alice' })
    .grantVideo()
    .generate({ now })
const missing = () => 'there is no secret'

afterEach(() => {
  vi.restoreAllMocks()
})

describe('examine()', () => {
  it.each<[string, () => Promise<string>]>([
    ['an access token', () => access(keySecret.value)],
    [
      'a capability token',
      () => new TwilioCapability('AC123123', authToken.value).generate({ now }),
    ],
    [
      'a TaskRouter token',
      () => new TaskRouterCapability('AC123123', authToken.value, 'WS123').generate({ now }),
    ],
  ])('examine() finds which candidate has signed %s, in any order', async (_, make) => {
    const token = await make()
    for (const candidates of [
      [authToken, keySecret],
      [keySecret, authToken],
    ]) {
      const { signatureCheck, findings } = await examine(token, candidates, missing, now)
      expect(signatureCheck.state).toBe('valid')
      expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
    }
  })

  it('examine() reports a candidate that Twilio does not use, before the warnings', async () => {
    const token = await new TwilioCapability('AC123123', keySecret.value).generate({ now })
    const { signatureCheck, findings } = await examine(token, [authToken, keySecret], missing, now)
    expect(signatureCheck).toMatchObject({ state: 'other', signedWith: keySecret.name })
    expect(findings[0]).toMatchObject({
      rule: 'signature-secret',
      code: 31202,
      severity: 'error',
      pointer: '/signature',
    })
    expect(findings.slice(1).map(({ severity }) => severity)).not.toContain('error')
  })

  it('examine() does not blame a token for a secret that Twilio does not use', async () => {
    const { signatureCheck, findings } = await examine(
      await access('a third secret'),
      [authToken],
      missing,
      now,
    )
    expect(signatureCheck).toEqual({
      state: 'unchecked',
      text: 'signature not checked: there is no secret',
    })
    expect(findings).toEqual([])
  })

  it('examine() passes one secret under two names once', async () => {
    const twin = { ...keySecret, value: authToken.value }
    const { signatureCheck } = await examine(
      await access(authToken.value),
      [authToken, twin],
      missing,
      now,
    )
    expect(signatureCheck).toMatchObject({ state: 'valid', signedWith: twin.name })
  })

  it('examine() reports the kind of a token that inspect() cannot read', async () => {
    const part = (value: unknown) => btoa(JSON.stringify(value)).replaceAll('=', '')
    const kindOf = async (claims: object) =>
      (await examine(`${part({ alg: 'HS256' })}.${part(claims)}.`, [], missing, now)).kind
    expect(await kindOf({ grants: {}, exp: 'soon' })).toBe('access')
    expect(await kindOf({ policies: [], exp: 'soon' })).toBe('taskrouter')
    expect(await kindOf({ scope: '', exp: 'soon' })).toBe('capability')
    expect(await kindOf({ sub: 'x' })).toBeUndefined()
    expect((await examine('eyJhbGciOiJIUzI1NiJ9.x.', [], missing, now)).kind).toBeUndefined()
  })
})

describe('summarize()', () => {
  const summaryOf = async (token: string, candidates = [keySecret]) =>
    summarize(await examine(token, candidates, missing, now))

  it('summarize() calls only a token good whose signature was checked', async () => {
    expect(await summaryOf(await access(keySecret.value))).toEqual({
      level: 'good',
      text: 'No problems found',
      headline: 'No problems found',
    })
    expect(await summaryOf(await access(keySecret.value), [])).toEqual({
      level: 'unsure',
      text: 'No errors found, but the signature was not checked',
      headline: 'No errors found',
    })
  })

  it('summarize() names the first error, and counts the others', async () => {
    const token = await new TwilioCapability('AC123123', 'x y').generate({ now: now - 7200 })
    const { findings } = await examine(token, [authToken], missing, now)
    expect(summarize(await examine(token, [authToken], missing, now))).toEqual({
      level: 'error',
      text: '2 errors, 2 warnings',
      headline: `Error: ${findings[0]?.detail ?? ''}; 1 more error, 2 warnings`,
    })
  })

  it('summarize() counts warnings', async () => {
    const token = await new TwilioCapability('AC123123', authToken.value)
      .allowClientIncoming('Alice')
      .generate({ now })
    expect(summarize(await examine(token, [authToken], missing, now))).toMatchObject({
      level: 'warning',
      text: 'No errors, 1 warning',
    })
    expect(summarize(await examine(token, [], missing, now))).toMatchObject({
      level: 'warning',
      text: 'No errors, 1 warning, signature not checked',
    })
  })
})

describe('forgetKeys()', () => {
  it('forgetKeys() makes the next examination import its secrets anew', async () => {
    const token = await access(keySecret.value)
    const imported = vi.spyOn(crypto.subtle, 'importKey')
    const count = async () => {
      imported.mockClear()
      await examine(token, [keySecret], missing, now)
      return imported.mock.calls.length
    }
    await count()
    expect(await count()).toBe(0)
    forgetKeys()
    expect(await count()).toBeGreaterThan(0)
  })
})
