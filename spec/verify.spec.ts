import fc from 'fast-check'
import {
  AccessToken,
  inspect,
  TaskRouterCapability,
  TokenError,
  TwilioCapability,
  verify,
  type AccessContents,
  type CapabilityContents,
  type Scope,
  type Secret,
  type TaskRouterContents,
  type TokenContents,
  type VerifyOptions,
} from 'twilio-tokens'
import { describe, expect, expectTypeOf, it, vi } from 'vitest'
import { printed } from './support/printed.ts'
import { refuse, type Refusal } from './support/refusal.ts'
import { encode, sign } from './support/sign.ts'
import accessVectors from './vectors/access.json' with { type: 'json' }
import capabilityVectors from './vectors/capability.json' with { type: 'json' }
import otherLibraries from './vectors/other-libraries.json' with { type: 'json' }
import taskRouterVectors from './vectors/taskrouter.json' with { type: 'json' }

const secret = 'XXXXX'
const now = 1400000000
const header = { alg: 'HS256', typ: 'JWT' }
const accessHeader = { ...header, cty: 'twilio-fpa;v=1' }
const capability = { scope: 'scope:client:incoming?clientName=andy', iss: 'AC123', exp: now + 60 }
const access = {
  jti: 'SK123-1',
  grants: { identity: 'andy', voice: {} },
  iat: now,
  exp: now + 60,
  iss: 'SK123',
  sub: 'AC123',
}
const policy = { url: 'https://x', method: 'GET', allow: true }
const taskRouter = {
  version: 'v1',
  account_sid: 'AC123',
  channel: 'WK1',
  workspace_sid: 'WS1',
  policies: [policy],
  iss: 'AC123',
  exp: now + 60,
}

const outcomeOf = (run: () => unknown): Promise<string> =>
  Promise.resolve()
    .then(run)
    .then(
      () => 'accepted',
      (error: unknown) => {
        expect(error).toBeInstanceOf(TokenError)
        return (error as TokenError).code
      },
    )
const outcome = (token: string, key: Secret = secret, options: VerifyOptions = { now }) =>
  outcomeOf(() => verify(token, key, options))

const signed = (header: unknown, claims: unknown) => sign(header, claims, secret)

describe('vectors', () => {
  const tokens = otherLibraries.flatMap(({ source, vectors }) =>
    vectors.flatMap((vector) =>
      'jwt' in vector && vector.jwt && 'key' in vector ? [{ ...vector, source }] : [],
    ),
  )

  it('has 91 tokens of other libraries', () => {
    expect(tokens).toHaveLength(91)
  })

  it.each(tokens)(
    'inspect() reads and verify() checks token %# of $source: $case',
    async ({ case: name, jwt, key, payload }) => {
      const contents = inspect(jwt)
      const made = JSON.parse(payload) as { exp: number; nbf?: number; iss: string; sub?: string }
      expect(contents.expiresAt).toBe(made.exp)
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
      const clock = { now: Math.max(0, Math.floor(contents.expiresAt) - 5) }
      const late = (made.nbf ?? 0) > made.exp
      expect(await outcome(jwt, key, clock)).toBe(
        late ? 'ERR_TOKEN_INACTIVE' : (faults[name] ?? 'accepted'),
      )
      expect(await outcome(jwt, `${key}x`, clock)).toBe(
        faults[name]?.replace('CLAIM', 'SIGNATURE') ?? 'ERR_TOKEN_SIGNATURE',
      )
    },
  )

  it.each(capabilityVectors)(
    'verify() accepts capability token %# of twilio-python',
    async ({ jwt, authToken, accountSid, now, expires, calls }) => {
      const contents = await verify(jwt, authToken, { now, kind: 'capability' })
      expect(contents).toMatchObject({ accountSid, expiresAt: now + expires })
      const kinds = new Set(calls.map(([kind]) => kind as string))
      expect(contents.scopes.map(({ kind }) => kind)).toEqual([...kinds])
    },
  )

  it.each(accessVectors)(
    'verify() accepts access token %# of twilio-node, and its views are the options of the grants',
    async ({ jwt, secret, payload, header, grants: options }) => {
      const { identity, ...grants } = payload.grants
      expect(await verify(jwt, secret, { now: payload.exp - 1, clockTolerance: 60 })).toStrictEqual(
        {
          kind: 'access',
          accountSid: payload.sub,
          keySid: payload.iss,
          identity,
          expiresAt: payload.exp,
          issuedAt: payload.iat,
          id: payload.jti,
          grants,
          ...withoutFalse(options),
          ...('nbf' in payload && { notBefore: payload.nbf }),
          ...('twr' in header && { region: header.twr }),
        },
      )
    },
  )

  it.each(taskRouterVectors)(
    'verify() accepts the claims of TaskRouter token %# of twilio-python',
    async ({ payload, authToken, accountSid, workspaceSid, channelSid, now, expires }) => {
      const token = await sign(header, payload, authToken)
      expect(await verify(token, authToken, { now, kind: 'taskrouter' })).toStrictEqual({
        kind: 'taskrouter',
        accountSid,
        workspaceSid,
        channelSid,
        expiresAt: now + expires,
        policies: payload.policies.map(({ query_filter, post_filter, ...rest }) => ({
          ...rest,
          queryFilter: query_filter,
          postFilter: post_filter,
        })),
      })
    },
  )

  it('inspect() reads what the other libraries write into scopes', () => {
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

// The wire omits `incomingAllow: false`.
function withoutFalse(grants: Record<string, Record<string, unknown> | undefined>): object {
  return Object.fromEntries(
    Object.entries(grants).map(([name, options = {}]) => [
      name,
      Object.fromEntries(Object.entries(options).filter(([, value]) => value !== false)),
    ]),
  )
}

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

  it('verify() and inspect() return what a builder received', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          secret: fc.string({ unit: fc.constantFrom(...'abcXYZ019é€😀_ -'), minLength: 1 }),
          clientName,
          sid,
          params,
          filters: params,
          expires: fc.integer({ min: 1, max: 86400 }),
        }),
        async ({ secret: middle, clientName, sid, params, filters, expires }) => {
          const secret = `s${middle}s` // no white space at an end
          const builder = new TwilioCapability(`AC${sid}`, secret)
          builder
            .allowClientIncoming(clientName)
            .allowClientOutgoing(`AP${sid}`, params)
            .allowEventStream(filters)
          const token = await builder.generate({ now, expires })
          const expected = {
            kind: 'capability',
            accountSid: `AC${sid}`,
            expiresAt: now + expires,
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

  it('verify() rejects a token of which any one character is changed, added or left out', async () => {
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
          expect(await outcome(forged, secret, { now, clockTolerance: 86400 })).toMatch(
            /^ERR_TOKEN_/,
          )
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('verify() rejects every other value of every character of a signature', async () => {
    const token = await signed(header, capability)
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_='
    const accepted: string[] = []
    for (let at = token.length - 43; at < token.length; at++) {
      for (const character of alphabet) {
        const forged = token.slice(0, at) + character + token.slice(at + 1)
        if (forged !== token && (await outcome(forged)) === 'accepted') accepted.push(forged)
      }
    }
    expect(accepted).toEqual([])
  })

  it('verify() throws only documented errors for signed JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), fc.constantFrom(accessHeader, header), async (json, header) => {
        const token = await signed(header, json)
        expect(await outcome(token, secret, {})).toMatch(/^ERR_TOKEN_(CLAIM|MALFORMED|EXPIRED)$/)
      }),
    )
  })
})

describe('claims that are wrong', () => {
  type Row = [title: string, inspected: 'read' | 'refused', header: unknown, claims: unknown]
  const raw = (claims: object, more: string) => `${JSON.stringify(claims).slice(0, -1)},${more}}`
  const digits = '0123456789abcdef'.repeat(2)

  const times: Row[] = [
    ['no exp', 'refused', header, { ...capability, exp: undefined }],
    ['an exp that is null', 'refused', header, { ...capability, exp: null }],
    ['an exp that is true', 'refused', header, { ...capability, exp: true }],
    ['an exp in a list', 'refused', header, { ...capability, exp: [now + 60] }],
    ['an exp that is a word', 'refused', header, { ...capability, exp: 'never' }],
    ['an exp that is an empty string', 'refused', header, { ...capability, exp: '' }],
    ['an exp with an exponent in a string', 'refused', header, { ...capability, exp: '1e10' }],
    ['an exp with a sign in a string', 'refused', header, { ...capability, exp: '+1400000060' }],
    ['an exp with a space in a string', 'refused', header, { ...capability, exp: ' 1400000060' }],
    ['an exp with a line feed', 'refused', header, { ...capability, exp: '1400000060\n' }],
    ['a fraction in a string', 'refused', header, { ...capability, exp: `${now + 1}.5` }],
    ['400 digits in a string', 'refused', header, { ...capability, exp: '9'.repeat(400) }],
    ['an infinite exp', 'refused', header, raw({ scope: '', iss: 'AC1' }, '"exp":1e999')],
    ['an exp with a fraction', 'read', header, { ...capability, exp: now + 0.5 }],
    ['an exp in milliseconds', 'read', header, { ...capability, exp: now * 1000 }],
    ['milliseconds in a string', 'read', header, { ...capability, exp: `${now * 1000}` }],
    ['an exp just above 10^11', 'read', header, { ...capability, exp: 1e11 + 1 }],
    ...['nbf', 'iat'].flatMap((name): Row[] => [
      [`an ${name} that is null`, 'read', header, { ...capability, [name]: null }],
      [`an ${name} that is a word`, 'read', header, { ...capability, [name]: 'soon' }],
      [`an ${name} of digits in a string`, 'read', header, { ...capability, [name]: `${now}` }],
      [`an ${name} that is false`, 'read', header, { ...capability, [name]: false }],
      [`an ${name} in a list`, 'read', header, { ...capability, [name]: [now] }],
      [`an infinite ${name}`, 'read', header, raw(capability, `"${name}":-1e999`)],
      [`an ${name} that is null in TaskRouter`, 'read', header, { ...taskRouter, [name]: null }],
      // The contents of an access token have a place for it, which is a number's.
      [`an ${name} that is null with grants`, 'refused', accessHeader, { ...access, [name]: null }],
      [`an ${name} of digits with grants`, 'refused', accessHeader, { ...access, [name]: '1' }],
      [`an infinite ${name} with grants`, 'refused', accessHeader, raw(access, `"${name}":-1e999`)],
    ]),
  ]

  const parties: Row[] = [
    ...['AC', 'ac123', 'AC-1', `AC${digits}0`, `AC${digits.slice(1)}`, 'andy', ''].flatMap(
      (iss): Row[] => [
        [`the iss "${iss}" with a scope`, 'read', header, { ...capability, iss }],
        [`the iss "${iss}" with policies`, 'read', header, { ...taskRouter, iss }],
        [`the iss "${iss}" with grants`, 'read', accessHeader, { ...access, iss }],
        [`the sub "${iss}" with grants`, 'read', accessHeader, { ...access, sub: iss }],
      ],
    ),
    ['the iss of a key with a scope', 'read', header, { ...capability, iss: 'SK123' }],
    ['the iss of a key with policies', 'read', header, { ...taskRouter, iss: 'SK123' }],
    ['the iss of an account with grants', 'read', accessHeader, { ...access, iss: 'AC123' }],
    ['the sub of a key with grants', 'read', accessHeader, { ...access, sub: 'SK123' }],
    [
      'iss and sub that are swapped',
      'read',
      accessHeader,
      { ...access, iss: 'AC123', sub: 'SK123' },
    ],
    ['no iss with a scope', 'refused', header, { ...capability, iss: undefined }],
    ['no iss with policies', 'refused', header, { ...taskRouter, iss: undefined }],
    ['no iss with grants', 'refused', accessHeader, { ...access, iss: undefined }],
    ['no sub with grants', 'refused', accessHeader, { ...access, sub: undefined }],
    ['an iss that is null', 'refused', header, { ...capability, iss: null }],
    ['an iss that is a number', 'refused', header, { ...capability, iss: 1 }],
    ['an iss in a list', 'refused', header, { ...capability, iss: ['AC123'] }],
    ['a sub that is null', 'refused', accessHeader, { ...access, sub: null }],
  ]

  const headers: Row[] = [
    ...['jwt', 'JWS', 'JWT ', '', null, 1, ['JWT']].map((typ): Row => [
      `the typ ${JSON.stringify(typ)}`,
      'read',
      { ...header, typ },
      capability,
    ]),
    ['the typ of another token with policies', 'read', { ...header, typ: 'at+jwt' }, taskRouter],
    ['the typ of another token with grants', 'read', { ...accessHeader, typ: 'at+jwt' }, access],
    ...[null, 1, ['ie1']].flatMap((twr): Row[] => [
      [`the twr ${JSON.stringify(twr)}`, 'read', { ...header, twr }, capability],
      [`the twr ${JSON.stringify(twr)} with policies`, 'read', { ...header, twr }, taskRouter],
      [`the twr ${JSON.stringify(twr)} with grants`, 'refused', { ...accessHeader, twr }, access],
    ]),
    ...[null, 1, {}].flatMap((jti): Row[] => [
      [`the jti ${JSON.stringify(jti)}`, 'read', header, { ...capability, jti }],
      [`the jti ${JSON.stringify(jti)} with policies`, 'read', header, { ...taskRouter, jti }],
      [`the jti ${JSON.stringify(jti)} with grants`, 'refused', accessHeader, { ...access, jti }],
    ]),
    ['grants without a cty', 'read', header, access],
    ...['TWILIO-FPA;V=1', 'twilio-fpa;v=2', 'twilio-fpa; v=1', '', null, ['twilio-fpa;v=1']].map(
      (cty): Row => [
        `grants under the cty ${JSON.stringify(cty)}`,
        'read',
        { ...header, cty },
        access,
      ],
    ),
    ['the cty of an access token with a scope', 'refused', accessHeader, capability],
    ['the cty of an access token with policies', 'refused', accessHeader, taskRouter],
    [
      'the cty of an access token alone',
      'refused',
      accessHeader,
      { iss: 'SK1', sub: 'AC1', exp: now + 60 },
    ],
    [
      'a client validation token',
      'refused',
      { ...header, cty: 'twilio-pkrv;v=1', kid: 'CR1' },
      { hrh: 'host', rqh: 'a', iss: 'SK1', sub: 'AC1', exp: now + 60 },
    ],
    ['no kind', 'refused', header, { iss: 'AC123', sub: 'AC123', exp: now + 60 }],
    ['no kind, and the iss of a key', 'refused', header, { iss: 'SK123', exp: now + 60 }],
    ['no claims but exp', 'refused', header, { exp: now + 60 }],
  ]

  const grants: Row[] = [
    ...[null, [], 'voice', 7, true].map((grants): Row => [
      `the grants ${JSON.stringify(grants)}`,
      'refused',
      accessHeader,
      { ...access, grants },
    ]),
    ...[null, 7, ['andy'], { name: 'andy' }].map((identity): Row => [
      `the identity ${JSON.stringify(identity)}`,
      'refused',
      accessHeader,
      { ...access, grants: { identity } },
    ]),
  ]

  const withPolicy = (more: object) => ({
    ...taskRouter,
    policies: [policy, { ...policy, ...more }],
  })
  const policies: Row[] = [
    ['no version', 'read', header, { ...taskRouter, version: undefined }],
    ['a version that is a number', 'read', header, { ...taskRouter, version: 1 }],
    ['a version that is null', 'read', header, { ...taskRouter, version: null }],
    ...[null, {}, 'all', 7].map((policies): Row => [
      `the policies ${JSON.stringify(policies)}`,
      'refused',
      header,
      { ...taskRouter, policies },
    ]),
    ...[null, 'all', [policy]].map((one): Row => [
      `the policy ${JSON.stringify(one)}`,
      'refused',
      header,
      { ...taskRouter, policies: [policy, one] },
    ]),
    ['a policy without a URL', 'refused', header, withPolicy({ url: undefined })],
    ['a policy whose URL is null', 'refused', header, withPolicy({ url: null })],
    ['a policy without a method', 'refused', header, withPolicy({ method: undefined })],
    ['a policy whose method is a list', 'refused', header, withPolicy({ method: ['GET'] })],
    ['a policy without allow', 'refused', header, withPolicy({ allow: undefined })],
    ['a policy whose allow is a string', 'refused', header, withPolicy({ allow: 'true' })],
    ['a policy whose allow is 1', 'refused', header, withPolicy({ allow: 1 })],
    ...['query_filter', 'post_filter'].flatMap((name): Row[] =>
      ['none', 7, false, ['none'], [null], [[{}]]].map((filter): Row => [
        `the ${name} ${JSON.stringify(filter)}`,
        'refused',
        header,
        withPolicy({ [name]: filter }),
      ]),
    ),
    ['no workspace', 'refused', header, { ...taskRouter, workspace_sid: undefined }],
    ['a workspace that is null', 'refused', header, { ...taskRouter, workspace_sid: null }],
    ['no channel', 'refused', header, { ...taskRouter, channel: undefined }],
    ['a channel that is a number', 'refused', header, { ...taskRouter, channel: 1 }],
  ]

  const scopes: Row[] = [null, [], ['scope:client:incoming'], {}, 7, false].map((scope): Row => [
    `the scope ${JSON.stringify(scope)}`,
    'refused',
    header,
    { ...capability, scope },
  ])

  it.each([...times, ...parties, ...headers, ...grants, ...policies, ...scopes])(
    'verify() rejects %s, which by inspect() is %s',
    async (_, inspected, header, claims) => {
      const token = await signed(header, claims)
      expect(await outcome(token)).toBe('ERR_TOKEN_CLAIM')
      expect(await outcomeOf(() => inspect(token))).toBe(
        inspected === 'read' ? 'accepted' : 'ERR_TOKEN_CLAIM',
      )
    },
  )

  it.each<[title: string, header: unknown, claims: unknown, read: object]>([
    ['an exp of digits', header, { ...capability, exp: `${now + 60}` }, { expiresAt: now + 60 }],
    ['no typ', { alg: 'HS256' }, capability, { kind: 'capability' }],
    ['no scope', header, { ...capability, scope: undefined }, { kind: 'capability', scopes: [] }],
    ['no policies', header, { ...taskRouter, policies: undefined }, { kind: 'capability' }],
    ['an nbf with a fraction', header, { ...capability, nbf: now - 0.5 }, { scopes: [{}] }],
    ['an iat ahead of the time', accessHeader, { ...access, iat: now + 9e9 }, { id: 'SK123-1' }],
    ['an iat before 1970', accessHeader, { ...access, iat: -1.5 }, { issuedAt: -1.5 }],
    ['no identity', accessHeader, { ...access, grants: {} }, { kind: 'access', grants: {} }],
    ['capital hexadecimal digits', header, { ...capability, iss: `AC${digits.toUpperCase()}` }, {}],
    ['another region', { ...accessHeader, twr: 'ireland' }, access, { region: 'ireland' }],
    ['the kid of a header', { ...header, kid: 'SK1' }, capability, { kind: 'capability' }],
    ['a parameter that nobody knows', { ...header, x: {} }, { ...capability, y: [] }, {}],
    [
      'grants and a scope',
      accessHeader,
      { ...access, scope: 'scope:client:incoming?clientName=x' },
      { kind: 'access' },
    ],
    ['policies and a scope', header, { ...taskRouter, scope: '' }, { kind: 'taskrouter' }],
    [
      'filters that are absent, null or lists of objects',
      header,
      withPolicy({ query_filter: null, post_filter: [{ a: 1, b: 2 }, {}, { b: 3 }] }),
      {
        policies: [
          { ...policy, queryFilter: {}, postFilter: {} },
          { ...policy, queryFilter: {}, postFilter: { a: 1, b: 3 } },
        ],
      },
    ],
  ])('verify() and inspect() read %s', async (_, header, claims, read) => {
    const token = await signed(header, claims)
    expect(await verify(token, secret, { now })).toMatchObject(read)
    expect(inspect(token)).toMatchObject(read)
  })

  it.each([
    ['a fraction', capability, { exp: now + 0.5 }, { expiresAt: now + 0.5 }],
    ['milliseconds', capability, { exp: now * 1000 }, { expiresAt: now * 1000 }],
    ['another iss', capability, { iss: 'andy' }, { accountSid: 'andy' }],
  ])('inspect() returns %s as it is', async (_, claims, more, read) => {
    expect(inspect(await signed(header, { ...claims, ...more }))).toMatchObject(read)
  })
})

describe('order of checks', () => {
  const late = { ...capability, iss: 'andy', exp: now + 9, nbf: now + 60, jti: 7 }
  const odd = { alg: 'HS256', typ: 'JWS' }
  // Each row mends what the one before it was refused for.
  it.each<[code: string, header: unknown, claims: unknown, key: string]>([
    [
      'ERR_TOKEN_MALFORMED',
      { ...odd, alg: 'none', crit: [] },
      { ...late, exp: 'never' },
      'another',
    ],
    ['ERR_TOKEN_ALGORITHM', { ...odd, alg: 'none' }, { ...late, exp: 'never' }, 'another'],
    ['ERR_TOKEN_SIGNATURE', odd, { ...late, exp: 'never' }, 'another'],
    ['ERR_TOKEN_CLAIM', odd, { ...late, exp: 'never' }, secret],
    ['ERR_TOKEN_EXPIRED', odd, { ...late, exp: now }, secret],
    ['ERR_TOKEN_INACTIVE', odd, late, secret],
    ['ERR_TOKEN_CLAIM', odd, { ...late, nbf: now }, secret],
    ['accepted', header, { ...capability, exp: now + 9, nbf: now }, secret],
  ])(
    'verify() comes to %s if nothing before it is wrong (%#)',
    async (code, header, claims, key) => {
      const token = await signed(header, claims)
      expect(await outcome(token, key)).toBe(code)
      await expect(verify(token, '', { now })).rejects.toBeInstanceOf(TypeError) // arguments first
    },
  )

  it('verify() rejects a header with crit before it looks at alg', async () => {
    for (const crit of [[], ['b64'], null])
      expect(await outcome(await signed({ alg: 'none', crit }, capability))).toBe(
        'ERR_TOKEN_MALFORMED',
      )
  })

  it('verify() accepts an exp of 10^11 seconds, the last that does not look like milliseconds', async () => {
    expect(await outcome(await signed(header, { ...capability, exp: 1e11 }))).toBe('accepted')
  })

  it('verify() says that a token must be ASCII', async () => {
    await expect(verify('é.é.é', secret, { now })).rejects.toThrow(
      'Cannot read token: it must be ASCII',
    )
  })

  it('inspect() checks neither signature, algorithm nor times, but rejects crit', () => {
    const part = encode({ ...capability, exp: 1, nbf: now * 2 })
    expect(inspect(`${encode({ alg: 'none' })}.${part}.`)).toMatchObject({ expiresAt: 1 })
    expect(() => inspect(`${encode({ crit: [] })}.${part}.`)).toThrow(
      expect.objectContaining({ code: 'ERR_TOKEN_MALFORMED' }) as Error,
    )
  })
})

describe('messages', () => {
  it.each<[what: string, message: string, header: unknown, claims: unknown]>([
    ['alg', 'Cannot verify token: its alg must be HS256', { alg: 'none' }, capability],
    [
      'crit',
      'Cannot read token: its header must not have crit, because no extension is known here',
      { ...header, crit: [] },
      capability,
    ],
    [
      'an infinite exp',
      'Cannot read token: its claim exp must be a number of seconds, got Infinity',
      header,
      '{"scope":"","iss":"AC1","exp":1e999}',
    ],
    [
      'a fraction',
      'Cannot read token: its claim exp must be a whole number of seconds, got 1.5',
      header,
      { ...capability, exp: 1.5 },
    ],
    [
      'an exp in the past',
      `Cannot verify token: it expired at ${now - 1}, and the current time is ${now}`,
      header,
      { ...capability, exp: now - 1 },
    ],
    [
      'an nbf in the future',
      `Cannot verify token: it is valid from ${now + 1} on, and the current time is ${now}`,
      header,
      { ...capability, nbf: now + 1 },
    ],
    [
      'a scope',
      'Cannot read token: its claim scope must be a string, got 7',
      header,
      { ...capability, scope: 7 },
    ],
    [
      'iss',
      'Cannot read token: its claim iss must be a SID, AC…, got a string of 5 characters',
      header,
      { ...capability, iss: 'SK123' },
    ],
    [
      'typ',
      'Cannot read token: its claim typ must be JWT, got a string of 3 characters',
      { ...header, typ: 'JWS' },
      capability,
    ],
    [
      'cty',
      'Cannot read token: its claim cty must be twilio-fpa;v=1, got a string of 3 characters',
      { ...accessHeader, cty: 'JWT' },
      access,
    ],
  ])('verify() says what is wrong with %s', async (_, message, header, claims) => {
    const promise = verify(await signed(header, claims), secret, { now })
    await expect(promise).rejects.toThrow(expect.objectContaining({ message }) as Error)
  })

  it('verify() says which kind it wants, and which the token is', async () => {
    const promise = verify(await signed(header, capability), secret, { now, kind: 'access' })
    await expect(promise).rejects.toThrow(
      'Cannot verify token: its kind must be access, got capability',
    )
  })

  it('verify() reports that no secret has signed', async () => {
    const promise = verify(await signed(header, capability), ['another', 'a third'], { now })
    await expect(promise).rejects.toThrow('its signature does not match any of the secrets')
  })

  it('verify() shows neither the secret nor the token when it rejects', async () => {
    const secret = 'b7e0c3d4a1f2958677665544332211ff'
    const make = (more: object, header: object = { alg: 'HS256', typ: 'JWT' }) =>
      sign(header, { ...capability, ...more }, secret)
    const sound = await make({ note: secret })
    for (const [token, key] of [
      [sound, 'another'],
      [`${sound}=`, secret],
      [sound.slice(1), secret],
      [sound, sound],
      [secret, secret],
      [await make({ exp: 1, note: secret }), secret],
      [await make({ iss: secret }), secret],
      [await make({ scope: [secret] }), secret],
      [await make({ jti: [secret] }), secret],
      [await make({ exp: secret }), secret],
      [await make({}, { alg: secret }), secret],
      [await make({}, { alg: 'HS256', typ: secret }), secret],
      [await make({ policies: [{ url: secret, method: [secret] }] }), secret],
      [await make({ [secret]: 1, policies: [{ [secret]: 1 }] }), secret],
    ] as const) {
      for (const secretOf of [key, [key], () => key]) {
        const error: unknown = await verify(token, secretOf, { now }).catch(
          (error: unknown) => error,
        )
        expect(error).toBeInstanceOf(Error)
        expect(printed(error as Error)).not.toContain(secret)
        expect(printed((error as Error).cause ?? {})).not.toContain(secret)
        expect(printed(error as Error)).not.toContain(token.slice(40, 80) || secret)
      }
    }
  })
})

describe('secrets', () => {
  it('verify() accepts a token that any secret of a list has signed', async () => {
    const token = await signed(header, capability)
    expect(await outcome(token, ['new', secret])).toBe('accepted')
    expect(await outcome(token, [secret, 'old'])).toBe('accepted')
    expect(await outcome(token, ['new', 'old'])).toBe('ERR_TOKEN_SIGNATURE')
  })

  it.each<[title: string, header: unknown, claims: { iss: string }]>([
    ['a capability token', header, capability],
    ['an access token', accessHeader, access],
    ['a TaskRouter token', header, taskRouter],
    ['a SID with capital digits', header, { ...capability, iss: `AC${'0A'.repeat(16)}` }],
  ])(
    'verify() calls a function of the issuer once for %s, with the SID alone',
    async (_, header, claims) => {
      const token = await signed(header, claims)
      const secretOf = vi.fn((issuer: string): Secret =>
        issuer === claims.iss ? secret : 'another',
      )
      expect(await verify(token, secretOf, { now })).toMatchObject({ expiresAt: now + 60 })
      expect(secretOf.mock.calls).toEqual([[claims.iss]])
    },
  )

  it.each<
    [title: string, found: () => Secret | undefined | Promise<Secret | undefined>, code: string]
  >([
    ['a secret', () => secret, 'accepted'],
    ['a list of secrets', () => ['new', secret], 'accepted'],
    ['a promise of a secret', () => Promise.resolve(secret), 'accepted'],
    ['a promise of a list', () => Promise.resolve(['new', secret]), 'accepted'],
    ['another secret', () => 'another', 'ERR_TOKEN_SIGNATURE'],
    ['nothing', () => undefined, 'ERR_TOKEN_SIGNATURE'],
    ['a promise of nothing', () => Promise.resolve(undefined), 'ERR_TOKEN_SIGNATURE'],
  ])('verify() lets a function of the issuer return %s', async (_, found, code) => {
    const token = await signed(header, capability)
    expect(await outcomeOf(() => verify(token, found, { now }))).toBe(code)
  })

  it.each<[title: string, header: unknown, claims: unknown, code: string]>([
    ...[
      undefined,
      null,
      7,
      {},
      ['AC123'],
      '',
      'AC',
      'ac123',
      '__proto__',
      'constructor',
      '../AC1',
    ].map(
      (iss) =>
        [
          `with the iss ${JSON.stringify(iss)}`,
          header,
          { ...capability, iss },
          'ERR_TOKEN_SIGNATURE',
        ] as [string, unknown, unknown, string],
    ),
    ['of another kind of SID', header, { ...capability, iss: 'AP123' }, 'ERR_TOKEN_SIGNATURE'],
    [
      'whose SID was cut',
      header,
      { ...capability, iss: `AC${'0'.repeat(31)}` },
      'ERR_TOKEN_SIGNATURE',
    ],
    ['of another algorithm', { alg: 'none' }, capability, 'ERR_TOKEN_ALGORITHM'],
    ['with crit', { ...header, crit: [] }, capability, 'ERR_TOKEN_MALFORMED'],
    ['that is malformed', header, '{', 'ERR_TOKEN_MALFORMED'],
  ])(
    'verify() does not call a function of the issuer for a token %s',
    async (_, header, claims, code) => {
      const token = await signed(header, claims)
      const secretOf = vi.fn(() => secret)
      expect(await outcomeOf(() => verify(token, secretOf, { now }))).toBe(code)
      expect(secretOf).not.toHaveBeenCalled()
    },
  )

  it('verify() passes on what a function of the issuer throws', async () => {
    const token = await signed(header, capability)
    const failure = new Error('the database is down')
    const fails: (() => never)[] = [
      () => {
        throw failure
      },
      (() => Promise.reject(failure)) as () => never,
    ]
    for (const secretOf of fails)
      await expect(verify(token, secretOf, { now })).rejects.toBe(failure)
  })
})

describe('options', () => {
  const token = () => signed(header, capability)
  const reject = (secret: unknown, options: unknown) => async () =>
    verify(await token(), secret as string, options as VerifyOptions)

  it.each<Refusal>([
    ['a token that is missing', () => verify(undefined as never, secret), 'TypeError', 'token'],
    [
      'a token that is a Promise',
      () => verify(token() as never, secret),
      'TypeError',
      'token',
      'await',
    ],
    ['a token in a list', () => verify(['a.b.c'] as never, secret), 'TypeError', 'token'],
    ['no secret', reject(undefined, {}), 'TypeError', 'secret', 'environment'],
    ['a secret that is empty', reject('', {}), 'TypeError', 'secret', 'empty'],
    ['no secrets', reject([], {}), 'TypeError', 'secret', 'an empty list'],
    ['an empty secret among others', reject(['a', ''], {}), 'TypeError', 'secret[1]', 'empty'],
    ['a hole among secrets', reject(new Array(1), {}), 'TypeError', 'secret[0]', 'nothing'],
    ['a function that finds an empty secret', reject(() => '', {}), 'TypeError', 'secret', 'empty'],
    ['a function that finds null', reject(() => null, {}), 'TypeError', 'secret', 'null'],
    ['a function that finds a SID', reject(() => `SK${'0'.repeat(32)}`, {}), 'TypeError', 'secret'],
    ['a function that finds a bad list', reject(() => ['a', ' b'], {}), 'TypeError', 'secret[1]'],
    [
      'a time in milliseconds',
      reject(secret, { now: 1764000000000 }),
      'RangeError',
      'now',
      'milliseconds',
    ],
    ['a time below zero', reject(secret, { now: -1 }), 'RangeError', 'now'],
    ['a time with a fraction', reject(secret, { now: 0.5 }), 'RangeError', 'now'],
    ['a time that is a Date', reject(secret, { now: new Date(0) }), 'TypeError', 'now'],
    ['a time that is null', reject(secret, { now: null }), 'TypeError', 'now', 'null'],
    [
      'a tolerance below zero',
      reject(secret, { clockTolerance: -1 }),
      'RangeError',
      'clockTolerance',
    ],
    [
      'a tolerance of more than a day',
      reject(secret, { clockTolerance: 86401 }),
      'RangeError',
      'clockTolerance',
      '86400',
    ],
    [
      'a tolerance of 1e10',
      reject(secret, { clockTolerance: 1e10 }),
      'RangeError',
      'clockTolerance',
    ],
    [
      'an infinite tolerance',
      reject(secret, { clockTolerance: Infinity }),
      'RangeError',
      'clockTolerance',
    ],
    [
      'a tolerance with a fraction',
      reject(secret, { clockTolerance: 0.5 }),
      'RangeError',
      'clockTolerance',
    ],
    [
      'a tolerance that is NaN',
      reject(secret, { clockTolerance: NaN }),
      'RangeError',
      'clockTolerance',
      'NaN',
    ],
    [
      'a tolerance in a string',
      reject(secret, { clockTolerance: '5' }),
      'TypeError',
      'clockTolerance',
    ],
    [
      'a tolerance that is null',
      reject(secret, { clockTolerance: null }),
      'TypeError',
      'clockTolerance',
    ],
    [
      'a kind that does not exist',
      reject(secret, { kind: 'Access' }),
      'TypeError',
      'kind',
      'taskrouter',
    ],
    ['a kind of a prototype', reject(secret, { kind: '__proto__' }), 'TypeError', 'kind'],
    ['a kind that is null', reject(secret, { kind: null }), 'TypeError', 'kind', 'null'],
    ['a kind in a list', reject(secret, { kind: ['access'] }), 'TypeError', 'kind'],
    ['a number for the options', reject(secret, 5), 'TypeError', 'options', 'verify(token'],
    ['null for the options', reject(secret, null), 'TypeError', 'options', 'null'],
    ['inherited options', reject(secret, Object.create({ now })), 'TypeError', 'options'],
    [
      'the option of another library',
      reject(secret, { leeway: 5 }),
      'TypeError',
      'leeway',
      'clockTolerance',
    ],
    [
      'another spelling of an option',
      reject(secret, { clock_tolerance: 5 }),
      'TypeError',
      'clock_tolerance',
      'clockTolerance',
    ],
  ])('verify() rejects %s', (...row) => refuse(...row))

  it('verify() tolerates clock skew for exactly as many seconds, up to a day', async () => {
    const token = await signed(header, { ...capability, nbf: now, exp: now + 60 })
    for (const clockTolerance of [0, 1, 86400]) {
      const at = (now: number) => outcome(token, secret, { now, clockTolerance })
      expect(await at(now - clockTolerance - 1)).toBe('ERR_TOKEN_INACTIVE')
      expect(await at(now - clockTolerance)).toBe('accepted')
      expect(await at(now + clockTolerance + 59)).toBe('accepted')
      expect(await at(now + clockTolerance + 60)).toBe('ERR_TOKEN_EXPIRED')
    }
  })

  it('verify() uses the clock and no tolerance if they are omitted or undefined', async () => {
    const fresh = await new TwilioCapability('AC1', secret).generate()
    const options = { now: undefined, clockTolerance: undefined, kind: undefined } as never
    expect(await outcome(fresh, secret, {})).toBe('accepted')
    expect(await outcome(fresh, secret, options)).toBe('accepted')
    expect(await outcome(await token(), secret, options)).toBe('ERR_TOKEN_EXPIRED')
    const seconds = Math.floor(Date.now() / 1000)
    const late = await new TwilioCapability('AC1', secret).generate({
      now: seconds - 9,
      expires: 5,
    })
    expect(await outcome(late, secret, options)).toBe('ERR_TOKEN_EXPIRED')
  })

  const kinds = ['capability', 'access', 'taskrouter'] as const
  const made = {
    capability: () => new TwilioCapability('AC1', secret).generate({ now }),
    access: () => new AccessToken('AC1', 'SK1', secret, { identity: 'andy' }).generate({ now }),
    taskrouter: () => new TaskRouterCapability('AC1', secret, 'WS1').generate({ now }),
  }
  it.each(kinds.flatMap((kind) => kinds.map((asked) => [kind, asked] as const)))(
    'verify() compares the kind of a token, %s, with the option %s',
    async (kind, asked) => {
      const token = await made[kind]()
      expect(await outcome(token, secret, { now, kind: asked })).toBe(
        kind === asked ? 'accepted' : 'ERR_TOKEN_CLAIM',
      )
      // After everything else: another secret is the first thing that is wrong.
      expect(await outcome(token, 'another', { now, kind: asked })).toBe('ERR_TOKEN_SIGNATURE')
    },
  )
})

describe('types', () => {
  it('are those of the contract', () => {
    type Issuer = (issuer: string) => Secret | undefined | Promise<Secret | undefined>
    expectTypeOf(inspect).toEqualTypeOf<(token: string) => TokenContents>()
    expectTypeOf(verify).parameter(1).toEqualTypeOf<Secret | Issuer>()
    expectTypeOf(verify<TokenContents['kind']>).returns.resolves.toEqualTypeOf<TokenContents>()
    expectTypeOf(verify<'access'>).returns.resolves.toEqualTypeOf<AccessContents>()
    expectTypeOf(verify<'taskrouter'>).returns.resolves.toEqualTypeOf<TaskRouterContents>()
    const run = () => verify('', '', { kind: 'capability' })
    expectTypeOf(run).returns.resolves.toEqualTypeOf<CapabilityContents>()
    const any = () => verify('', () => ['a'])
    expectTypeOf(any).returns.resolves.toEqualTypeOf<TokenContents>()
    expectTypeOf<Secret>().toEqualTypeOf<string | readonly string[]>()
    expectTypeOf<VerifyOptions<'access'>>().toEqualTypeOf<{
      kind?: 'access'
      now?: number
      clockTolerance?: number
    }>()
    expectTypeOf<TokenContents['kind']>().toEqualTypeOf<'capability' | 'access' | 'taskrouter'>()
    // @ts-expect-error: no token is of this kind
    expectTypeOf<VerifyOptions<'Access'>>().not.toBeAny()
  })
})
