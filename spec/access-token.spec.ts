import fc from 'fast-check'
import { jwtVerify } from 'jose'
import {
  AccessToken,
  TwilioCapability,
  type AccessClaims,
  type AccessContents,
  type AccessTokenOptions,
  type CapabilityContents,
  type ChatGrant,
  type GenerateOptions,
  type SyncGrant,
  type TaskRouterGrant,
  type VideoGrant,
  type VoiceGrant,
} from 'twilio-tokens'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { readAccess } from '../lib/access-token.ts'
import { readViews, type Views } from '../lib/grants.ts'
import type { Claims } from '../lib/claims.ts'
import { refuse, type Refusal } from './support/refusal.ts'
import vectors from './vectors/access.json' with { type: 'json' }

const accountSid = 'AC123123'
const keySid = 'SK123123'
const keySecret = 'XXXXX'
const now = 1400000000

const access = (options: AccessTokenOptions = { identity: 'alice' }) =>
  new AccessToken(accountSid, keySid, keySecret, options)
const grants = (token: AccessToken) => token.claims({ now }).grants
const json = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown

/** Makes a builder and its grants as a vector has them. */
function builder({
  accountSid,
  keySid,
  secret,
  identity,
  region,
  nbf,
  grants,
}: (typeof vectors)[number]): AccessToken {
  const options = {
    identity,
    ...(region !== undefined && { region }),
    ...(nbf !== undefined && { notBefore: nbf }),
  }
  const token = new AccessToken(accountSid, keySid, secret, options)
  for (const [name, options] of Object.entries(grants)) {
    if (name === 'voice') token.grantVoice(options as VoiceGrant)
    else if (name === 'video') token.grantVideo(options as VideoGrant)
    else if (name === 'chat') token.grantChat(options as ChatGrant)
    else if (name === 'sync') token.grantSync(options as SyncGrant)
    else if (name === 'taskRouter') token.grantTaskRouter(options as TaskRouterGrant)
    else throw new Error(`unknown grant ${name}`)
  }
  return token
}

describe('vectors', () => {
  it('has 40 of them, with every kind of grant', () => {
    expect(vectors).toHaveLength(40)
    expect(new Set(vectors.flatMap(({ grants }) => Object.keys(grants)))).toEqual(
      new Set(['voice', 'video', 'chat', 'sync', 'taskRouter']),
    )
  })

  it.each(vectors.map((vector, i) => [i, vector] as const))(
    'generates token %i of twilio-node but for jti',
    async (_, vector) => {
      const { now, ttl, header, payload, keySid, secret } = vector
      const token = await builder(vector).generate({ now, expires: ttl })
      const [first = '', second = ''] = token
        .split('.', 2)
        .map((part) => atob(part.replaceAll('-', '+').replaceAll('_', '/')))
      expect(first).toBe(JSON.stringify(header))
      const text = new TextDecoder().decode(Uint8Array.from(second, (byte) => byte.charCodeAt(0)))
      const { jti } = JSON.parse(text) as AccessClaims
      expect(jti.startsWith(`${keySid}-`)).toBe(true)
      expect(text).toBe(JSON.stringify({ ...payload, jti })) // also in the order of the members
      const key = new TextEncoder().encode(secret)
      await expect(
        jwtVerify(token, key, { currentDate: new Date(now * 1000), clockTolerance: 86400 }),
      ).resolves.toBeDefined()
    },
  )
})

describe('claims', () => {
  it('are jti, grants, nbf, iat, exp, iss and sub, in this order', () => {
    const claims = access({ identity: 'alice', notBefore: 7 }).claims({ now, expires: 600 })
    expect(JSON.stringify({ ...claims, jti: 'SK-x' })).toBe(
      `{"jti":"SK-x","grants":{"identity":"alice"},"nbf":7,"iat":1400000000,"exp":1400000600,"iss":"${keySid}","sub":"${accountSid}"}`,
    )
    expect(Object.keys(access().claims())).toEqual(['jti', 'grants', 'iat', 'exp', 'iss', 'sub'])
    expect(access({ identity: 'alice', notBefore: 0 }).claims().nbf).toBe(0)
  })

  it('have a jti of their own, also within one second', async () => {
    const token = access()
    const ids = Array.from({ length: 1000 }, () => token.claims({ now }).jti)
    expect(new Set(ids).size).toBe(1000)
    for (const id of ids) expect(id).toMatch(/^SK123123-[0-9a-f]{32}$/)
    const tokens = await Promise.all(Array.from({ length: 64 }, () => token.generate({ now })))
    expect(new Set(tokens).size).toBe(64)
  })

  it('are copies that no caller can change the builder with', () => {
    const token = access().grantVoice({
      outgoingApplicationSid: 'AP1',
      outgoingApplicationParams: { a: { b: [1] } },
    })
    const before = JSON.stringify(grants(token))
    const changed = grants(token) as {
      identity: string
      voice: { outgoing: { params: { a: { b: number[] } } } }
    }
    changed.identity = 'mallory'
    changed.voice.outgoing.params.a.b.push(2)
    expect(JSON.stringify(grants(token))).toBe(before)
  })

  it('expire an hour after the clock by default', () => {
    expect(access().claims({ now })).toMatchObject({ iat: now, exp: now + 3600 })
    const before = Math.floor(Date.now() / 1000)
    const { iat, exp } = access().claims()
    expect(iat).toBeGreaterThanOrEqual(before)
    expect(iat).toBeLessThanOrEqual(Math.floor(Date.now() / 1000))
    expect(exp - iat).toBe(3600)
  })
})

describe('grant…', () => {
  it('takes nothing, where nothing is needed', () => {
    expect(grants(access().grantVoice().grantVideo().grantChat())).toEqual({
      identity: 'alice',
      voice: {},
      video: {},
      chat: {},
    })
  })

  it('replaces an earlier one whole, at its place', () => {
    const token = access()
      .grantVoice({ incomingAllow: true })
      .grantVideo()
      .grantVoice({ endpointId: 'e' })
    expect(JSON.stringify(grants(token))).toBe(
      '{"identity":"alice","voice":{"endpoint_id":"e"},"video":{}}',
    )
  })

  it('omits incomingAllow: false, and members of params or of a payload that are undefined', () => {
    const params = { city: undefined, tags: [{ a: undefined }] }
    const options = { outgoingApplicationSid: 'AP1', outgoingApplicationParams: params }
    expect(grants(access().grantVoice({ incomingAllow: false, ...options }))).toStrictEqual({
      identity: 'alice',
      voice: { outgoing: { application_sid: 'AP1', params: { tags: [{}] } } },
    })
    expect(grants(access().grantVoice({ incomingAllow: false }))['voice']).toStrictEqual({})
    expect(grants(access().grant('new', { a: undefined, b: [{ c: undefined }] }))).toStrictEqual({
      identity: 'alice',
      new: { b: [{}] },
    })
  })

  it('copies what it is given', () => {
    const params = { list: [{ city: 'Oslo' }] }
    const token = access()
      .grantVoice({ outgoingApplicationSid: 'AP1', outgoingApplicationParams: params })
      .grant('new', params)
    const before = JSON.stringify(grants(token))
    params.list[0] = { city: 'Rome' }
    params.list.push({ city: 'Bern' })
    expect(JSON.stringify(grants(token))).toBe(before)
  })

  it('takes names that every object has, and gives nobody a new prototype', () => {
    const payload = JSON.parse(
      '{"__proto__": {"a": 1}, "constructor": {"__proto__": []}, "toString": null}',
    ) as object
    const token = access().grant('__proto__', payload).grant('constructor', {})
    expect(JSON.stringify(grants(token))).toBe(
      '{"identity":"alice","__proto__":{"__proto__":{"a":1},"constructor":{"__proto__":[]},"toString":null},"constructor":{}}',
    )
    expect({}).not.toHaveProperty('a')
    const { grants: read } = readAccess({}, JSON.parse(JSON.stringify(token.claims())) as Claims)
    expect(Object.keys(read)).toEqual(['__proto__', 'constructor'])
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
  })

  it('takes the Sync service that every account has', () => {
    expect(grants(access().grantSync({ serviceSid: 'default' }))).toEqual({
      identity: 'alice',
      data_sync: { service_sid: 'default' },
    })
  })

  it('accepts any identity, except for voice', () => {
    const token = access({ identity: 'Zoë Müller <zoe@example.com> 😀' }).grantVideo().grantChat()
    expect(grants(token).identity).toBe('Zoë Müller <zoe@example.com> 😀')
    expect(() => token.grantVoice()).toThrow(TypeError)
    expect(Object.keys(grants(token))).toEqual(['identity', 'video', 'chat'])
  })
})

describe('generate', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  const value = fc.jsonValue().map(json)
  const payload = fc.dictionary(fc.string({ unit: 'grapheme' }), value)
  const name = text.filter((name) => name !== 'identity')

  it('signs what claims gives, as jose verifies and readAccess reads', async () => {
    await fc.assert(
      fc.asyncProperty(
        text.map((text) => `a${text}z`), // without white space at an end
        text,
        fc.dictionary(name, payload).map(json) as fc.Arbitrary<Record<string, object>>,
        fc.constantFrom('ie1', 'au1', undefined),
        fc.integer({ min: 1, max: 86400 }),
        async (secret, identity, payloads, region, expires) => {
          const options = { identity, notBefore: now, ...(region !== undefined && { region }) }
          const token = new AccessToken(accountSid, keySid, secret, options)
          for (const [name, payload] of Object.entries(payloads)) token.grant(name, payload)
          const { payload, protectedHeader } = await jwtVerify(
            await token.generate({ now, expires }),
            new TextEncoder().encode(secret),
            {
              algorithms: ['HS256'],
              currentDate: new Date(now * 1000),
            },
          )
          expect({ ...payload, jti: '' }).toEqual({ ...token.claims({ now, expires }), jti: '' })
          expect(readAccess(protectedHeader as unknown as Claims, payload)).toEqual({
            kind: 'access',
            accountSid,
            keySid,
            identity,
            expiresAt: now + expires,
            notBefore: now,
            issuedAt: now,
            id: payload.jti,
            ...(region !== undefined && { region }),
            ...readViews(payloads),
            grants: payloads,
          })
        },
      ),
    )
  })

  it('rejects its promise, and does not throw, where an option is wrong', async () => {
    const promise = access().generate({ expires: 0 })
    await expect(promise).rejects.toThrow(RangeError)
  })
})

describe('refusals', () => {
  const make = (accountSid: unknown, keySid: unknown, keySecret: unknown, options: unknown) => () =>
    new AccessToken(
      accountSid as string,
      keySid as string,
      keySecret as string,
      options as AccessTokenOptions,
    )
  const options = (options: unknown) => make(accountSid, keySid, keySecret, options)
  const right = { identity: 'alice' }
  const voice =
    (options: unknown, identity = 'alice') =>
    () =>
      access({ identity }).grantVoice(options as VoiceGrant)
  const video = (options: unknown) => () => access().grantVideo(options as VideoGrant)
  const chat = (options: unknown) => () => access().grantChat(options as ChatGrant)
  const sync = (options?: unknown) => () => access().grantSync(options as SyncGrant)
  const taskRouter = (options?: unknown) => () =>
    access().grantTaskRouter(options as TaskRouterGrant)
  const grant =
    (name: unknown, payload: unknown, identity = 'alice') =>
    () =>
      access({ identity }).grant(name as string, payload as object)
  const params = (outgoingApplicationParams: unknown) =>
    voice({ outgoingApplicationSid: 'AP1', outgoingApplicationParams })
  const claims = (options: unknown) => () => access().claims(options as GenerateOptions)
  const promise = Promise.resolve('x')
  const [environment, plain, hex] = ['environment', 'plain object', '0'.repeat(32)]

  // What a SID, a secret, an identity or a number must be is in check.spec.ts, unknown options are in options.spec.ts.
  it.each<Refusal>([
    ['no account', make(undefined, keySid, 'x', right), 'TypeError', 'accountSid', environment],
    [
      'a key for an account',
      make(keySid, keySid, 'x', right),
      'TypeError',
      'accountSid',
      'AC',
      'key',
    ],
    ['no key', make(accountSid, undefined, 'x', right), 'TypeError', 'keySid', environment],
    [
      'an account for a key',
      make(accountSid, accountSid, 'x', right),
      'TypeError',
      'keySid',
      'SK',
      'account',
    ],
    [
      'an auth token for a key',
      make(accountSid, hex, 'x', right),
      'TypeError',
      'keySid',
      'SK',
      'secret',
    ],
    [
      'no secret',
      make(accountSid, keySid, undefined, right),
      'TypeError',
      'keySecret',
      environment,
    ],
    [
      'a SID for a secret',
      make(accountSid, keySid, `SK${hex}`, right),
      'TypeError',
      'keySecret',
      'SID',
    ],
    [
      'a Promise of a secret',
      make(accountSid, keySid, promise, right),
      'TypeError',
      'keySecret',
      'await',
    ],

    [
      'identity as the name of a grant',
      () => new AccessToken('AC1', 'SK1', 'secret', { identity: 'alice' }).grant('identity', {}),
      'TypeError',
      'name',
      'it must be the name of a grant, got identity, which new AccessToken sets',
    ],
    ['no options', options(undefined), 'TypeError', 'options', plain, 'identity'],
    ['a text for the options', options('alice'), 'TypeError', 'options', plain, 'identity'],
    ['a number for the options', options(86400), 'TypeError', 'options', plain, 'identity'],
    ['no identity', options({}), 'TypeError', 'identity', 'string'],
    [
      'an identity that is undefined',
      options({ identity: undefined }),
      'TypeError',
      'identity',
      'nothing',
    ],
    ['an identity that is a number', options({ identity: 7 }), 'TypeError', 'identity', 'string'],
    ['an empty identity', options({ identity: '' }), 'TypeError', 'identity', 'empty'],
    [
      'a long identity',
      options({ identity: 'a'.repeat(257) }),
      'RangeError',
      'identity',
      '256',
      '257',
    ],
    ['an edge', options({ ...right, region: 'dublin' }), 'TypeError', 'region', 'ie1'],
    ['a region that is null', options({ ...right, region: null }), 'TypeError', 'region', 'null'],
    ['a start before 1970', options({ ...right, notBefore: -1 }), 'RangeError', 'notBefore', '-1'],
    [
      'a start in milliseconds',
      options({ ...right, notBefore: 1.764e12 }),
      'RangeError',
      'notBefore',
      '(milliseconds?)',
    ],
    [
      'a start that is a Date',
      options({ ...right, notBefore: new Date() }),
      'TypeError',
      'notBefore',
      'Date',
    ],

    [
      'an identity with a space and a voice grant',
      voice({}, 'Alice Smith'),
      'TypeError',
      'identity',
      'space',
      'position 6',
    ],
    [
      'an identity beyond ASCII and a voice grant',
      voice({}, 'Zoë'),
      'TypeError',
      'identity',
      'ASCII',
      'position 3',
    ],
    ['the same by grant()', grant('voice', {}, 'Alice Smith'), 'TypeError', 'identity', 'space'],
    [
      'incomingAllow as text',
      voice({ incomingAllow: 'true' }),
      'TypeError',
      'incomingAllow',
      'true or false',
    ],
    [
      'incomingAllow that is null',
      voice({ incomingAllow: null }),
      'TypeError',
      'incomingAllow',
      'null',
    ],
    [
      'an account for an application',
      voice({ outgoingApplicationSid: 'AC1' }),
      'TypeError',
      'outgoingApplicationSid',
      'AP',
      'account',
    ],
    [
      'an empty application',
      voice({ outgoingApplicationSid: '' }),
      'TypeError',
      'outgoingApplicationSid',
      'AP',
      'empty',
    ],
    [
      'params without an application',
      voice({ outgoingApplicationParams: {} }),
      'TypeError',
      'outgoingApplicationSid',
      'AP',
    ],
    [
      'a word for a push credential',
      voice({ pushCredentialSid: 'kkk' }),
      'TypeError',
      'pushCredentialSid',
      'CR',
    ],
    ['an empty endpoint', voice({ endpointId: '' }), 'TypeError', 'endpointId', 'empty'],
    ['params that are a list', params([]), 'TypeError', 'outgoingApplicationParams', plain],
    ['params that are null', params(null), 'TypeError', 'outgoingApplicationParams', plain],
    ['params that are a Map', params(new Map()), 'TypeError', 'outgoingApplicationParams', plain],
    [
      'a param that is NaN',
      params({ a: { b: [NaN] } }),
      'TypeError',
      'outgoingApplicationParams.a.b[0]',
      'NaN',
    ],

    ['an empty room', video({ room: '' }), 'TypeError', 'room', 'empty'],
    ['a room that is a number', video({ room: 7 }), 'TypeError', 'room', 'a number'],
    ['a Promise of a room', video({ room: promise }), 'TypeError', 'room', 'await'],
    [
      'a workspace for a chat service',
      chat({ serviceSid: 'WS1' }),
      'TypeError',
      'serviceSid',
      'IS',
      'WS',
    ],
    [
      'a service for a role',
      chat({ deploymentRoleSid: 'IS1' }),
      'TypeError',
      'deploymentRoleSid',
      'RL',
    ],
    [
      'a service for a push credential',
      chat({ pushCredentialSid: 'IS1' }),
      'TypeError',
      'pushCredentialSid',
      'CR',
    ],
    ['a chat endpoint that is null', chat({ endpointId: null }), 'TypeError', 'endpointId', 'null'],
    [
      'default for a chat service',
      chat({ serviceSid: 'default' }),
      'TypeError',
      'serviceSid',
      'IS',
    ],
    ['no options for Sync', sync(), 'TypeError', 'options', plain, 'serviceSid'],
    ['no Sync service', sync({}), 'TypeError', 'serviceSid', 'IS', environment],
    ['a wrong Sync service', sync({ serviceSid: 'WS1' }), 'TypeError', 'serviceSid', 'IS'],
    [
      'an empty Sync endpoint',
      sync({ serviceSid: 'IS1', endpointId: '' }),
      'TypeError',
      'endpointId',
      'empty',
    ],
    ['no options for TaskRouter', taskRouter(), 'TypeError', 'options', plain, 'workspaceSid'],
    ['no workspace', taskRouter({}), 'TypeError', 'workspaceSid', 'WS', environment],
    [
      'a worker for a workspace',
      taskRouter({ workspaceSid: 'WK1' }),
      'TypeError',
      'workspaceSid',
      'WS',
    ],
    [
      'a queue for a worker',
      taskRouter({ workspaceSid: 'WS1', workerSid: 'WQ1' }),
      'TypeError',
      'workerSid',
      'WK',
    ],
    ['an empty role', taskRouter({ workspaceSid: 'WS1', role: '' }), 'TypeError', 'role', 'empty'],

    ['a grant without a name', grant('', {}), 'TypeError', 'name', 'empty'],
    ['a grant whose name is a number', grant(7, {}), 'TypeError', 'name', 'a number'],
    ['a grant of the name identity', grant('identity', {}), 'TypeError', 'name', 'identity'],
    ['no payload', grant('new', undefined), 'TypeError', 'payload', plain],
    ['a list for a payload', grant('new', []), 'TypeError', 'payload', plain],
    [
      'a payload that JSON cannot hold',
      grant('new', { a: [1n] }),
      'TypeError',
      'payload.a[0]',
      'bigint',
    ],

    ['a lifetime of 0', claims({ expires: 0 }), 'RangeError', 'expires', '86400'],
    ['a time before 1970', claims({ now: -1 }), 'RangeError', 'now', '-1'],
  ])('rejects %s', refuse)

  // What restricts must not widen because it is missing, and a phone must be able to call.
  const named: Record<string, readonly [(options: object) => () => unknown, object, ...string[]]> =
    {
      grantVoice: [
        voice,
        {},
        'incomingAllow',
        'outgoingApplicationSid',
        'pushCredentialSid',
        'endpointId',
      ],
      'grantVoice with an application': [
        voice,
        { outgoingApplicationSid: 'AP1' },
        'outgoingApplicationParams',
      ],
      grantVideo: [video, {}, 'room'],
      grantChat: [chat, {}, 'serviceSid', 'endpointId', 'deploymentRoleSid', 'pushCredentialSid'],
      grantSync: [sync, { serviceSid: 'default' }, 'serviceSid', 'endpointId'],
      grantTaskRouter: [taskRouter, { workspaceSid: 'WS1' }, 'workspaceSid', 'workerSid', 'role'],
    }
  it.each(
    Object.entries(named).flatMap(([method, [call, others, ...names]]) =>
      names.map((name): Refusal => {
        const run = call({ ...others, [name]: undefined })
        return [`${name} of ${method}`, run, 'TypeError', name, environment]
      }),
    ),
  )('rejects %s that is passed and undefined', refuse)

  it('leaves the builder as it was', () => {
    const token = access().grantVoice({ incomingAllow: true }).grantSync({ serviceSid: 'IS1' })
    const before = grants(token)
    expect(() => token.grantVoice({ endpointId: '' })).toThrow(TypeError)
    expect(() => token.grantSync({ serviceSid: 'AC1' })).toThrow(TypeError)
    expect(() => token.grantVideo({ ttl: 1 } as VideoGrant)).toThrow(TypeError)
    expect(grants(token)).toEqual(before)
  })
})

describe('readAccess', () => {
  const claims = { iss: keySid, sub: accountSid, exp: now, grants: {} }

  it('omits what is missing, also a view', () => {
    expect(readAccess({}, claims)).toStrictEqual({
      kind: 'access',
      accountSid,
      keySid,
      expiresAt: now,
      grants: {},
    })
  })

  it('reads exp as digits in a string', () => {
    expect(readAccess({}, { ...claims, exp: '1400000000' }).expiresAt).toBe(now)
  })

  it('reads the views beside the grants as received', () => {
    const received = { identity: 'bob', voice: { incoming: { allow: true }, more: 1 }, rtc: {} }
    expect(readAccess({ twr: 'ie1' }, { ...claims, grants: received })).toStrictEqual({
      kind: 'access',
      accountSid,
      keySid,
      identity: 'bob',
      expiresAt: now,
      region: 'ie1',
      voice: { incomingAllow: true },
      grants: { voice: { incoming: { allow: true }, more: 1 }, rtc: {} },
    })
  })

  it.each<[title: string, changed: Claims, header: Claims, claim: string, got: string]>([
    ['no grants', { grants: undefined }, {}, 'grants', 'nothing'],
    ['grants that are a list', { grants: [] }, {}, 'grants', 'array'],
    ['an identity that is a number', { grants: { identity: 7 } }, {}, 'identity', '7'],
    ['an identity that is null', { grants: { identity: null } }, {}, 'identity', 'null'],
    ['no sub', { sub: undefined }, {}, 'sub', 'nothing'],
    ['an iss that is null', { iss: null }, {}, 'iss', 'null'],
    ['no exp', { exp: undefined }, {}, 'exp', 'nothing'],
    ['an exp that is a span', { exp: '1h' }, {}, 'exp', 'string'],
    ['an exp that is infinite', { exp: Infinity }, {}, 'exp', 'Infinity'],
    ['an nbf that is a boolean', { nbf: true }, {}, 'nbf', 'boolean'],
    ['an nbf that is digits', { nbf: '7' }, {}, 'nbf', 'string'],
    ['an iat that is a list', { iat: [] }, {}, 'iat', 'array'],
    ['a jti that is a number', { jti: 7 }, {}, 'jti', '7'],
    ['a twr that is a number', {}, { twr: 7 }, 'twr', '7'],
  ])('refuses %s', (_, changed, header, claim, got) => {
    expect(() => readAccess(header, { ...claims, ...changed })).toThrow(
      expect.objectContaining({
        name: 'TokenError',
        code: 'ERR_TOKEN_CLAIM',
        message: expect.stringMatching(new RegExp(` claim ${claim} must .*${got}`)),
      }),
    )
  })

  it('reads own claims only', () => {
    const inherited = Object.create({ exp: now, nbf: 7 }) as Claims
    const { exp, ...others } = claims
    expect(exp).toBe(now)
    expect(() => readAccess({}, Object.assign(inherited, others))).toThrow(/claim exp /)
  })
})

describe('types', () => {
  it('are those of the contract', () => {
    expectTypeOf(AccessToken).constructorParameters.toEqualTypeOf<
      [accountSid: string, keySid: string, keySecret: string, options: AccessTokenOptions]
    >()
    expectTypeOf(AccessToken.fromCapability).toEqualTypeOf<
      (
        capability: TwilioCapability | CapabilityContents,
        keySid: string,
        keySecret: string,
      ) => AccessToken
    >()
    expectTypeOf(access().grantVoice).parameters.toEqualTypeOf<[options?: VoiceGrant | undefined]>()
    expectTypeOf(access().grantSync).parameters.toEqualTypeOf<[options: SyncGrant]>()
    expectTypeOf(access().grantTaskRouter).parameters.toEqualTypeOf<[options: TaskRouterGrant]>()
    expectTypeOf(access().grant).parameters.toEqualTypeOf<[name: string, payload: object]>()
    expectTypeOf(access().grantVideo().grantChat()).toEqualTypeOf<AccessToken>()
    expectTypeOf(access().claims).toEqualTypeOf<(options?: GenerateOptions) => AccessClaims>()
    expectTypeOf(access().generate).toEqualTypeOf<(options?: GenerateOptions) => Promise<string>>()
    expectTypeOf<AccessTokenOptions>().toEqualTypeOf<{
      identity: string
      region?: string
      notBefore?: number
    }>()
    type Members = {
      accountSid: string
      expiresAt: number
      grants: Record<string, unknown>
      id?: string
      identity?: string
      issuedAt?: number
      keySid: string
      kind: 'access'
      notBefore?: number
      region?: string
    } & Views
    expectTypeOf<AccessContents>().toExtend<Members>()
    expectTypeOf<Members>().toExtend<AccessContents>()
    expectTypeOf<keyof AccessContents>().toEqualTypeOf<keyof Members>()
  })

  it('reject what is rejected at run time', () => {
    const never = () => {
      // @ts-expect-error -- the identity is missing
      new AccessToken(accountSid, keySid, keySecret, {})
      // @ts-expect-error -- identities are texts
      access({ identity: 7 })
      // @ts-expect-error -- the option is called notBefore
      access({ identity: 'a', nbf: 7 })
      // @ts-expect-error -- the option is called expires
      access().claims({ ttl: 600 })
      // @ts-expect-error -- secrets cannot be read
      return access().keySecret as unknown
    }
    expect(never).toThrow(TypeError)
  })
})
