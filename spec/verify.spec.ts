import fc from 'fast-check'
import {
  inspect,
  TokenError,
  TwilioCapability,
  verify,
  type CapabilityContents,
  type Scope,
  type TokenContents,
  type VerifyOptions,
} from 'twilio-tokens'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { printed } from './support/printed.ts'
import { encode, sign } from './support/sign.ts'
import accessVectors from './vectors/access.json' with { type: 'json' }
import capabilityVectors from './vectors/capability.json' with { type: 'json' }
import otherLibraries from './vectors/other-libraries.json' with { type: 'json' }

const secret = 'XXXXX'
const now = 1400000000
const header = { alg: 'HS256', typ: 'JWT' }
const claims = { scope: 'scope:client:incoming?clientName=andy', iss: 'AC123', exp: now + 3600 }
const cty = 'twilio-fpa;v=1'
const accessClaims = {
  jti: 'SK123-1',
  grants: { identity: 'andy', voice: {} },
  iat: now,
  exp: now + 60,
  iss: 'SK123',
  sub: 'AC123',
}
const taskRouterClaims = {
  version: 'v1',
  account_sid: 'AC123',
  channel: 'WK1',
  workspace_sid: 'WS1',
  policies: [],
  iss: 'AC123',
  exp: now + 60,
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'accepted',
    (error: unknown) => {
      expect(error).toBeInstanceOf(TokenError)
      return (error as TokenError).code
    },
  )

const signed = (header: unknown, claims: unknown) => sign(header, claims, secret)

describe('vectors', () => {
  const tokens = otherLibraries.flatMap(({ source, clock, vectors }) =>
    vectors.flatMap((vector) =>
      'jwt' in vector && vector.jwt && 'key' in vector ? [{ ...vector, source, clock }] : [],
    ),
  )

  it('has 91 tokens of other libraries', () => {
    expect(tokens).toHaveLength(91)
  })

  it.each(tokens)(
    'reads and verifies $source: $case',
    async ({ case: name, jwt, key, payload }) => {
      const contents = inspect(jwt)
      const made = JSON.parse(payload) as { exp: number; nbf?: number; iss: string; sub?: string }
      expect(contents.expires).toBe(made.exp)
      expect(contents.kind).toBe(
        'grants' in made ? 'access' : 'policies' in made ? 'taskrouter' : 'capability',
      )
      expect(contents.accountSid).toBe('grants' in made ? made.sub : made.iss)
      const faults: Record<string, string> = {
        'access HS512': 'ERR_TOKEN_ALGORITHM',
        'access HS384': 'ERR_TOKEN_ALGORITHM',
        'ttl10.9': 'ERR_TOKEN_CLAIM',
        ...(made.exp % 1 !== 0 && { 'ttl 10.9': 'ERR_TOKEN_CLAIM' }),
      }
      const clock = { now: Math.max(0, Math.floor(contents.expires) - 5) }
      const late = (made.nbf ?? 0) > made.exp
      expect(await codeOf(verify(jwt, key, clock))).toBe(
        late ? 'ERR_TOKEN_INACTIVE' : (faults[name] ?? 'accepted'),
      )
      expect(await codeOf(verify(jwt, `${key}x`, clock))).toBe(
        faults[name]?.replace('CLAIM', 'SIGNATURE') ?? 'ERR_TOKEN_SIGNATURE',
      )
    },
  )

  it.each(capabilityVectors)(
    'verifies capability token %# of twilio-python',
    async ({ jwt, authToken, accountSid, now, expires, calls }) => {
      const contents = await verify(jwt, authToken, { now })
      expect(contents).toMatchObject({ kind: 'capability', accountSid, expires: now + expires })
      const kinds = new Set(calls.map(([kind]) => kind as string))
      expect((contents as CapabilityContents).scopes.map(({ kind }) => kind)).toEqual([...kinds])
    },
  )

  it.each(accessVectors)(
    'verifies access token %# of twilio-node',
    async ({ jwt, secret, payload, header }) => {
      const { identity, ...grants } = payload.grants
      expect(await verify(jwt, secret, { now: payload.exp - 1, clockTolerance: 60 })).toStrictEqual(
        {
          kind: 'access',
          accountSid: payload.sub,
          keySid: payload.iss,
          identity,
          expires: payload.exp,
          issuedAt: payload.iat,
          id: payload.jti,
          grants,
          ...('nbf' in payload && { notBefore: payload.nbf }),
          ...('twr' in header && { region: header.twr }),
        },
      )
    },
  )

  it('reads what the other libraries write into scopes', () => {
    const scopesOf = (source: string, name: string) => {
      const token =
        tokens.find((token) => token.source.startsWith(source) && token.case === name)?.jwt ?? ''
      return (inspect(token) as CapabilityContents).scopes
    }
    const outgoing = (params: Record<string, string | string[]>): Scope => ({
      kind: 'outgoing',
      applicationSid: 'AP123',
      params,
    })
    const params = { name: 'Tom & Jerry', q: 'a+b=c/d?', t: "~x-y_z.*!()'" }
    expect(scopesOf('twilio-python 9.11', 'spaces')).toEqual([outgoing(params)])
    expect(scopesOf('twilio-node', 'spaces')).toEqual([outgoing(params)])
    expect(scopesOf('twilio-python 5.7', 'list')).toEqual([
      outgoing({ tags: ['a', 'b c'], n: ['1', '2'] }),
    ])
    expect(scopesOf('twilio-node', 'ev+f')).toEqual([
      { kind: 'events', path: '/2010-04-01/Events', filters: { foobar: 'hey' } },
    ])
    expect(scopesOf('twilio-python 3.3.7', 'none')).toEqual([])
  })
})

describe('laws', () => {
  const text = fc.string({ unit: 'grapheme' })
  const params = fc.dictionary(text, fc.oneof(text, fc.array(text, { minLength: 2 })), {
    noNullPrototype: true,
  })
  const clientName = fc.string({ unit: fc.constantFrom(...'abcXYZ019_.-@+'), minLength: 1 })
  const sid = fc.string({
    unit: fc.constantFrom(...'0123456789abcdef'),
    minLength: 32,
    maxLength: 32,
  })

  it('verify gives back what a builder was given', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          secret: fc.string({ unit: 'grapheme', minLength: 1 }),
          clientName,
          sid,
          params,
          filters: params,
          expires: fc.integer({ min: 1, max: 86400 }),
        }),
        async ({ secret, clientName, sid, params, filters, expires }) => {
          const builder = new TwilioCapability(`AC${sid}`, secret)
          builder
            .allowClientIncoming(clientName)
            .allowClientOutgoing(`AP${sid}`, params)
            .allowEventStream(filters)
          const token = await builder.generate({ now, expires })
          const expected = {
            kind: 'capability',
            accountSid: `AC${sid}`,
            expires: now + expires,
            scopes: [
              { kind: 'incoming', clientName },
              { kind: 'outgoing', applicationSid: `AP${sid}`, clientName, params },
              { kind: 'events', path: '/2010-04-01/Events', filters },
            ],
          }
          expect(await verify(token, secret, { now })).toEqual(expected)
          expect(inspect(token)).toEqual(expected)
        },
      ),
    )
  })

  it('refuses a token of which any one character is changed, added or left out', async () => {
    const samples = [...capabilityVectors.slice(0, 20), ...accessVectors.slice(0, 20)].map(
      (vector) => ({
        jwt: vector.jwt,
        secret: 'secret' in vector ? vector.secret : vector.authToken,
        now: vector.now,
      }),
    )
    const character = fc.constantFrom(...'ABCXYZabcxyz0189-_.=+/ \n\t\0é\u{1F600}')
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...samples),
        fc.nat(),
        fc.option(character),
        fc.boolean(),
        async ({ jwt, secret, now }, at, other, insert) => {
          const index = at % (jwt.length + 1)
          const forged = jwt.slice(0, index) + (other ?? '') + jwt.slice(insert ? index : index + 1)
          fc.pre(forged !== jwt)
          expect(await codeOf(verify(forged, secret, { now, clockTolerance: 86400 }))).toMatch(
            /^ERR_TOKEN_/,
          )
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('refuses every other value of every character of one token', async () => {
    const token = await signed(header, claims)
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_='
    const accepted: string[] = []
    for (let at = token.length - 43; at < token.length; at++) {
      for (const character of alphabet) {
        const forged = token.slice(0, at) + character + token.slice(at + 1)
        if (forged !== token && (await codeOf(verify(forged, secret, { now }))) === 'accepted')
          accepted.push(forged)
      }
    }
    expect(accepted).toEqual([])
  })

  // The bytes of all tokens go through one place: no platform may look at them later than in the call that hands them over.
  it('keeps apart tokens that are checked and made at once', async () => {
    const make = (i: number) =>
      new TwilioCapability('AC123', secret).allowClientIncoming(`client${i}`).generate({ now })
    const tokens = await Promise.all(Array.from({ length: 200 }, (_, i) => make(i)))
    const outcomes = tokens.map(async (token, i) => {
      const [checked, made, forged] = await Promise.all([
        verify(token, ['another', secret], { now }),
        make(i),
        codeOf(verify(token, `${secret}${i}`, { now })),
      ])
      return { scopes: 'scopes' in checked && checked.scopes, made, forged }
    })
    expect(await Promise.all(outcomes)).toEqual(
      tokens.map((made, i) => ({
        scopes: [{ kind: 'incoming', clientName: `client${i}` }],
        made,
        forged: 'ERR_TOKEN_SIGNATURE',
      })),
    )
  })

  it('never reads anything but the documented errors out of a signed token', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), fc.constantFrom({ cty }, {}), async (json, header) => {
        const token = await signed({ alg: 'HS256', typ: 'JWT', ...header }, json)
        expect(await codeOf(verify(token, secret))).toMatch(/^ERR_TOKEN_(CLAIM|MALFORMED|EXPIRED)$/)
      }),
    )
  })
})

describe('refusals', () => {
  it.each<[what: string, code: string, header: unknown, claims: unknown]>([
    ['alg none', 'ERR_TOKEN_ALGORITHM', { alg: 'none' }, claims],
    ['alg None', 'ERR_TOKEN_ALGORITHM', { alg: 'None' }, claims],
    ['alg in small letters', 'ERR_TOKEN_ALGORITHM', { alg: 'hs256' }, claims],
    ['alg HS384', 'ERR_TOKEN_ALGORITHM', { alg: 'HS384' }, claims],
    ['alg RS256', 'ERR_TOKEN_ALGORITHM', { alg: 'RS256' }, claims],
    ['alg in a list', 'ERR_TOKEN_ALGORITHM', { alg: ['HS256'] }, claims],
    ['no alg', 'ERR_TOKEN_ALGORITHM', { typ: 'JWT' }, claims],
    ['crit', 'ERR_TOKEN_MALFORMED', { ...header, crit: ['exp'] }, claims],
    ['an empty crit', 'ERR_TOKEN_MALFORMED', { ...header, crit: [] }, claims],
    ['crit before alg', 'ERR_TOKEN_MALFORMED', { alg: 'none', crit: ['b64'], b64: false }, claims],
    ['claims that are a list', 'ERR_TOKEN_MALFORMED', header, [claims]],
    ['claims with a BOM', 'ERR_TOKEN_MALFORMED', header, `\ufeff${JSON.stringify(claims)}`],
    ['no exp', 'ERR_TOKEN_CLAIM', header, { ...claims, exp: undefined }],
    ['exp null', 'ERR_TOKEN_CLAIM', header, { ...claims, exp: null }],
    ['exp with a fraction', 'ERR_TOKEN_CLAIM', header, { ...claims, exp: now + 0.5 }],
    ['exp as a text with an exponent', 'ERR_TOKEN_CLAIM', header, { ...claims, exp: '1e10' }],
    [
      'exp as a text with a fraction',
      'ERR_TOKEN_CLAIM',
      header,
      { ...claims, exp: `${now + 1}.5` },
    ],
    ['exp that is infinite', 'ERR_TOKEN_CLAIM', header, '{"scope":"","iss":"AC1","exp":1e999}'],
    ['exp in a list', 'ERR_TOKEN_CLAIM', header, { ...claims, exp: [now + 60] }],
    ['exp true', 'ERR_TOKEN_CLAIM', header, { ...claims, exp: true }],
    ['exp that is now', 'ERR_TOKEN_EXPIRED', header, { ...claims, exp: now }],
    ['exp that has passed', 'ERR_TOKEN_EXPIRED', header, { ...claims, exp: now - 1 }],
    ['exp below zero', 'ERR_TOKEN_EXPIRED', header, { ...claims, exp: -1 }],
    ['nbf that has not come', 'ERR_TOKEN_INACTIVE', header, { ...claims, nbf: now + 1 }],
    ['nbf that is no time', 'ERR_TOKEN_CLAIM', header, { ...claims, nbf: 'soon' }],
    ['nbf null', 'ERR_TOKEN_CLAIM', header, { ...claims, nbf: null }],
    ['no iss', 'ERR_TOKEN_CLAIM', header, { ...claims, iss: undefined }],
    ['iss that is a number', 'ERR_TOKEN_CLAIM', header, { ...claims, iss: 1 }],
    ['no scope', 'ERR_TOKEN_CLAIM', header, { ...claims, scope: undefined }],
    ['scope that is a list', 'ERR_TOKEN_CLAIM', header, { ...claims, scope: [] }],
    [
      'policies without a version',
      'ERR_TOKEN_CLAIM',
      header,
      { ...taskRouterClaims, version: undefined },
    ],
    [
      'a version without policies',
      'ERR_TOKEN_CLAIM',
      header,
      { ...taskRouterClaims, policies: undefined },
    ],
    ['policies that are no list', 'ERR_TOKEN_CLAIM', header, { ...taskRouterClaims, policies: {} }],
    ['a policy that is null', 'ERR_TOKEN_CLAIM', header, { ...taskRouterClaims, policies: [null] }],
    ['no workspace', 'ERR_TOKEN_CLAIM', header, { ...taskRouterClaims, workspace_sid: undefined }],
    [
      'an access token without grants',
      'ERR_TOKEN_CLAIM',
      { ...header, cty },
      { ...accessClaims, grants: undefined },
    ],
    [
      'grants that are a list',
      'ERR_TOKEN_CLAIM',
      { ...header, cty },
      { ...accessClaims, grants: [] },
    ],
    [
      'an identity that is a number',
      'ERR_TOKEN_CLAIM',
      { ...header, cty },
      { ...accessClaims, grants: { identity: 7 } },
    ],
    [
      'an access token without sub',
      'ERR_TOKEN_CLAIM',
      { ...header, cty },
      { ...accessClaims, sub: undefined },
    ],
    ['grants without the cty of an access token', 'ERR_TOKEN_CLAIM', header, accessClaims],
  ])('verify refuses %s with %s', async (_, code, header, claims) => {
    expect(await codeOf(verify(await signed(header, claims), secret, { now }))).toBe(code)
  })

  it.each<[what: string, message: string, header: unknown, claims: unknown]>([
    ['alg', 'Cannot accept token: its alg must be HS256', { alg: 'none' }, claims],
    [
      'crit',
      'Cannot read token: its header must not have crit, for no extension is known here',
      { ...header, crit: [] },
      claims,
    ],
    [
      'a fraction',
      'Cannot read token: its claim exp must be a whole number of seconds, got a number',
      header,
      { ...claims, exp: 1.5 },
    ],
    [
      'exp',
      `Cannot accept token: it expired at ${now - 1}, and the clock shows ${now}`,
      header,
      { ...claims, exp: now - 1 },
    ],
    [
      'nbf',
      `Cannot accept token: it begins at ${now + 1}, and the clock shows ${now}`,
      header,
      { ...claims, nbf: now + 1 },
    ],
    [
      'another kind of token',
      'Cannot read token: its claim scope must be a text, or it must have policies and a version, or its header the cty twilio-fpa;v=1, got a number',
      header,
      { ...claims, scope: 7 },
    ],
  ])('verify says what is wrong with %s', async (_, message, header, claims) => {
    await expect(verify(await signed(header, claims), secret, { now })).rejects.toHaveProperty(
      'message',
      message,
    )
  })

  it('verify says that no secret has signed', async () => {
    const promise = verify(await signed(header, claims), ['another', 'a third'], { now })
    await expect(promise).rejects.toHaveProperty(
      'message',
      'Cannot accept token: no secret given has signed it',
    )
  })

  it('looks at the signature before the times and the meaning', async () => {
    const token = await signed({ alg: 'HS256' }, { exp: 0 })
    expect(await codeOf(verify(token, 'another', { now }))).toBe('ERR_TOKEN_SIGNATURE')
    expect(await codeOf(verify(token, secret, { now }))).toBe('ERR_TOKEN_EXPIRED')
  })

  it('inspect looks at neither signature, nor algorithm, nor times, but refuses what it cannot read', async () => {
    expect(inspect(`${encode({ typ: 'JWT' })}.${encode({ ...claims, exp: 1.5 })}.`)).toMatchObject({
      kind: 'capability',
      expires: 1.5,
    })
    expect(() => inspect(`${encode({ crit: [] })}.${encode(claims)}.`)).toThrow(
      expect.objectContaining({ code: 'ERR_TOKEN_MALFORMED' }) as Error,
    )
    expect(() => inspect(`${encode(header)}.${encode({ ...claims, exp: undefined })}.`)).toThrow(
      'its claim exp must be a number of seconds, got nothing',
    )
    await expect(verify('a.b', secret)).rejects.toThrow('Cannot read token')
  })

  it.each<[string, unknown, unknown, unknown, typeof TypeError | typeof RangeError, string]>([
    [
      'a token that is undefined',
      undefined,
      secret,
      {},
      TypeError,
      'Cannot read token: it must be a string, got undefined',
    ],
    [
      'no secret',
      'a.b.c',
      undefined,
      {},
      TypeError,
      'Cannot use secret: it must be a well-formed string, not empty, got Undefined',
    ],
    [
      'an empty secret',
      'a.b.c',
      '',
      {},
      TypeError,
      'Cannot use secret: it must be a well-formed string, not empty, got empty string',
    ],
    [
      'no secrets',
      'a.b.c',
      [],
      {},
      TypeError,
      'Cannot use secret: it must be a secret, or a list of at least one, got Array',
    ],
    [
      'an empty secret among others',
      'a.b.c',
      ['a', ''],
      {},
      TypeError,
      'Cannot use secret: it must be a well-formed string, not empty, got empty string',
    ],
    [
      'a hole among secrets',
      'a.b.c',
      new Array(1),
      {},
      TypeError,
      'Cannot use secret: it must be a well-formed string, not empty, got Undefined',
    ],
    [
      'a clock in milliseconds',
      'a.b.c',
      secret,
      { now: 1764000000000 },
      RangeError,
      'Cannot use now: it must be a whole number of seconds from 0 to 100000000000, got 1764000000000 (milliseconds?)',
    ],
    [
      'a tolerance below zero',
      'a.b.c',
      secret,
      { clockTolerance: -1 },
      RangeError,
      'Cannot use clockTolerance: it must be a whole number of seconds from 0',
    ],
    [
      'a tolerance with a fraction',
      'a.b.c',
      secret,
      { clockTolerance: 0.5 },
      RangeError,
      'Cannot use clockTolerance: it must be a whole number of seconds from 0',
    ],
    [
      'a tolerance as a text',
      'a.b.c',
      secret,
      { clockTolerance: '5' },
      TypeError,
      'Cannot use clockTolerance',
    ],
    [
      'a number for the options',
      'a.b.c',
      secret,
      5,
      TypeError,
      'Cannot use options: it must be a plain object, got Number',
    ],
  ])('verify rejects %s', async (_, token, secret, options, type, message) => {
    const promise = verify(token as string, secret as string, options as VerifyOptions)
    await expect(promise).rejects.toBeInstanceOf(type)
    await expect(promise).rejects.toThrow(message)
  })

  it('no refusal shows the secret or the token', async () => {
    const secret = 'b7e0c3d4a1f2958677665544332211ff'
    const token = await signed(header, { ...claims, exp: 1, note: secret })
    for (const [forged, key] of [
      [token, secret],
      [token, 'another'],
      [`${token}=`, secret],
      [token.slice(1), secret],
    ] as const) {
      const error: unknown = await verify(forged, key).catch((error: unknown) => error)
      expect(printed(error as Error)).not.toContain(secret)
      expect(printed(error as Error)).not.toContain(token.slice(40, 80))
    }
  })
})

describe('options', () => {
  it('accept several secrets, in any order', async () => {
    const token = await signed(header, claims)
    expect(await codeOf(verify(token, ['new', secret], { now }))).toBe('accepted')
    expect(await codeOf(verify(token, [secret, 'old'], { now }))).toBe('accepted')
    expect(await codeOf(verify(token, ['new', 'old'], { now }))).toBe('ERR_TOKEN_SIGNATURE')
  })

  it('tolerate a clock that is wrong, by just as many seconds', async () => {
    const token = await signed(header, { ...claims, nbf: now, exp: now + 60 })
    expect(await codeOf(verify(token, secret, { now: now - 1 }))).toBe('ERR_TOKEN_INACTIVE')
    expect(await codeOf(verify(token, secret, { now: now - 1, clockTolerance: 1 }))).toBe(
      'accepted',
    )
    expect(await codeOf(verify(token, secret, { now: now + 59 }))).toBe('accepted')
    expect(await codeOf(verify(token, secret, { now: now + 60 }))).toBe('ERR_TOKEN_EXPIRED')
    expect(await codeOf(verify(token, secret, { now: now + 60, clockTolerance: 1 }))).toBe(
      'accepted',
    )
    expect(await codeOf(verify(token, secret, { now: now + 61, clockTolerance: 1 }))).toBe(
      'ERR_TOKEN_EXPIRED',
    )
  })

  it('default to the clock', async () => {
    expect(await codeOf(verify(await new TwilioCapability('AC1', secret).generate(), secret))).toBe(
      'accepted',
    )
    expect(await codeOf(verify(await signed(header, claims), secret))).toBe('ERR_TOKEN_EXPIRED')
  })

  it('read exp as twilio-java wrote it, a text of digits', async () => {
    const token = await signed(header, { ...claims, exp: String(now + 60) })
    expect(await verify(token, secret, { now })).toHaveProperty('expires', now + 60)
  })
})

describe('types', () => {
  it('are those of the contract', () => {
    expectTypeOf(inspect).toEqualTypeOf<(token: string) => TokenContents>()
    expectTypeOf(verify).toEqualTypeOf<
      (
        token: string,
        secret: string | readonly string[],
        options?: VerifyOptions,
      ) => Promise<TokenContents>
    >()
    expectTypeOf<VerifyOptions>().toEqualTypeOf<{ now?: number; clockTolerance?: number }>()
    expectTypeOf<TokenContents['kind']>().toEqualTypeOf<'capability' | 'access' | 'taskrouter'>()
    expectTypeOf<Scope['kind']>().toEqualTypeOf<'incoming' | 'outgoing' | 'events' | 'other'>()
  })
})
