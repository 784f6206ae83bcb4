import fc from 'fast-check'
import { jwtVerify } from 'jose'
import {
  AccessToken,
  TwilioCapability,
  type AccessClaims,
  type AccessContents,
  type AccessTokenOptions,
  type CapabilityContents,
  type ChatGrantOptions,
  type GenerateOptions,
  type Scope,
  type SyncGrantOptions,
  type TaskRouterGrantOptions,
  type VideoGrantOptions,
  type VoiceGrantOptions,
} from 'twilio-tokens'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { readAccess } from '../lib/access-token.ts'
import { readCapability } from '../lib/capability.ts'
import type { Claims } from '../lib/claims.ts'
import vectors from './vectors/access.json' with { type: 'json' }

const accountSid = 'AC123123'
const keySid = 'SK123123'
const keySecret = 'XXXXX'
const applicationSid = 'APabe7650f654fc34655fc81ae71caa3ff'
const now = 1400000000

const access = (options: AccessTokenOptions = { identity: 'alice' }) =>
  new AccessToken(accountSid, keySid, keySecret, options)
const capability = () => new TwilioCapability(accountSid, 'the auth token')
const fromCapability = (from: TwilioCapability | CapabilityContents) =>
  AccessToken.fromCapability(from, keySid, keySecret)
const grants = (token: AccessToken) => token.claims({ now }).grants
const contents = (...scopes: Scope[]): CapabilityContents => ({
  kind: 'capability',
  accountSid,
  expires: now,
  scopes,
})
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
    if (name === 'voice') token.grantVoice(options as VoiceGrantOptions)
    else if (name === 'video') token.grantVideo(options as VideoGrantOptions)
    else if (name === 'chat') token.grantChat(options as ChatGrantOptions)
    else if (name === 'sync') token.grantSync(options as SyncGrantOptions)
    else if (name === 'taskRouter') token.grantTaskRouter(options as TaskRouterGrantOptions)
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
    for (const id of ids) expect(id).toMatch(/^SK123123-[0-9a-f-]{36}$/)
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
    const { iat, exp } = access().claims()
    expect(Math.abs(iat - Date.now() / 1000)).toBeLessThan(5)
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

  it('leaves out what is false or undefined', () => {
    const options = {
      incomingAllow: false,
      outgoingApplicationSid: undefined,
      endpointId: undefined,
    } as unknown as VoiceGrantOptions
    expect(grants(access().grantVoice(options))).toStrictEqual({ identity: 'alice', voice: {} })
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

  it('takes frozen objects, objects without a prototype, one object twice, and -0 as 0', () => {
    const shared = Object.freeze({ a: 1 })
    const bare = Object.assign(Object.create(null) as Record<string, unknown>, {
      one: shared,
      two: [shared, shared],
      zero: -0,
    })
    expect(grants(access().grant('new', Object.freeze(bare)))).toStrictEqual({
      identity: 'alice',
      new: { one: { a: 1 }, two: [{ a: 1 }, { a: 1 }], zero: 0 },
    })
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

  it('takes a free identity but for voice', () => {
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
        text,
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
            expires: now + expires,
            notBefore: now,
            issuedAt: now,
            id: payload.jti,
            ...(region !== undefined && { region }),
            grants: payloads,
          })
        },
      ),
    )
  })

  it('copies any JSON as JSON.parse would, and refuses what JSON.stringify would change', () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withNullPrototype: true,
        }),
        (anything) => {
          const token = access()
          let copied: object
          try {
            copied = token.grant('new', { anything })
          } catch (error) {
            expect(error).toBeInstanceOf(TypeError)
            expect(error).toHaveProperty('message', expect.stringMatching(/^Cannot use /))
            return
          }
          expect(copied).toBe(token)
          expect(JSON.stringify(grants(token)['new'])).toBe(JSON.stringify({ anything }))
          expect(json({ anything })).toEqual({ anything: minusZero(anything) })
        },
      ),
      { numRuns: 500 },
    )
  })

  it('rejects its promise, and does not throw, where an option is wrong', async () => {
    const promise = access().generate({ expires: 0 })
    await expect(promise).rejects.toThrow(RangeError)
  })
})

describe('fromCapability', () => {
  const identity = 'Alice'

  it('makes the client name the identity, and what it may do a voice grant', () => {
    const both = capability()
      .allowClientIncoming(identity)
      .allowClientOutgoing(applicationSid, { city: 'Zürich', tags: ['a', 'b'], n: 1 })
    expect(fromCapability(both).claims({ now })).toEqual({
      jti: expect.any(String),
      grants: {
        identity,
        voice: {
          incoming: { allow: true },
          outgoing: {
            application_sid: applicationSid,
            params: { city: 'Zürich', tags: ['a', 'b'], n: '1' },
          },
        },
      },
      iat: now,
      exp: now + 3600,
      iss: keySid,
      sub: accountSid,
    })
  })

  it('takes contents as well as a builder, and gives the same', () => {
    const both = capability().allowClientOutgoing(applicationSid).allowClientIncoming(identity)
    const expected = {
      identity,
      voice: { incoming: { allow: true }, outgoing: { application_sid: applicationSid } },
    }
    expect(grants(fromCapability(both))).toStrictEqual(expected)
    expect(grants(fromCapability(readCapability({ ...both.claims() })))).toStrictEqual(expected)
  })

  it('takes the name of the outgoing scope where there is no other', () => {
    const scope: Scope = { kind: 'outgoing', applicationSid: 'AP1', clientName: 'Bob', params: {} }
    expect(grants(fromCapability(contents(scope)))).toEqual({
      identity: 'Bob',
      voice: { outgoing: { application_sid: 'AP1' } },
    })
  })

  it('takes one name twice', () => {
    const incoming: Scope = { kind: 'incoming', clientName: 'Bob' }
    expect(grants(fromCapability(contents(incoming, incoming)))).toEqual({
      identity: 'Bob',
      voice: { incoming: { allow: true } },
    })
  })

  it('keeps every param', () => {
    const param = fc.string({ unit: 'grapheme' })
    const params = fc.dictionary(param, fc.oneof(param, fc.array(param, { minLength: 2 })), {
      minKeys: 1,
    })
    fc.assert(
      fc.property(params, (params) => {
        const { voice } = grants(
          fromCapability(
            capability().allowClientIncoming(identity).allowClientOutgoing(applicationSid, params),
          ),
        )
        expect(voice).toEqual({
          incoming: { allow: true },
          outgoing: { application_sid: applicationSid, params },
        })
      }),
    )
  })

  const incoming: Scope = { kind: 'incoming', clientName: 'Alice' }
  const outgoing: Scope = { kind: 'outgoing', applicationSid: 'AP1', params: {} }
  it.each<[title: string, found: string, capability: () => TwilioCapability | CapabilityContents]>([
    ['an empty capability', 'no client name', () => capability()],
    [
      'an application without a client name',
      'no client name',
      () => capability().allowClientOutgoing(applicationSid),
    ],
    [
      'an event stream',
      'an event stream',
      () => capability().allowClientIncoming('Alice').allowEventStream(),
    ],
    [
      'an incoming and another outgoing client name',
      'several client names',
      () => contents(incoming, { ...outgoing, clientName: 'Bob' }),
    ],
    [
      'two incoming client names',
      'several client names',
      () => contents(incoming, { ...incoming, clientName: 'Bob' }),
    ],
    [
      'two applications',
      'several applications',
      () => contents(incoming, outgoing, { ...outgoing, applicationSid: 'AP2' }),
    ],
    [
      'an unknown scope',
      'an unknown scope',
      () => contents(incoming, { kind: 'other', uri: 'scope:service:godmode' }),
    ],
    [
      'the contents of an access token',
      'no capability',
      () => readAccess({}, { ...access().claims() }) as never,
    ],
    ['an empty object', 'no capability', () => ({}) as never],
  ])('refuses %s', (_, found, capability) => {
    expect(() => fromCapability(capability())).toThrow(
      new TypeError(
        `Cannot use capability: it must be one that an access token can express, got ${found}`,
      ),
    )
  })

  it('takes the name of the incoming scope where the outgoing one has none', () => {
    expect(grants(fromCapability(contents(outgoing, incoming)))).toMatchObject({
      identity: 'Alice',
    })
  })

  it('refuses what the constructor refuses', () => {
    expect(() => fromCapability(null as never)).toThrow(
      new TypeError('Cannot use capability: it must be a plain object, got Null'),
    )
    expect(() => fromCapability(contents({ kind: 'incoming', clientName: 'tom jerry' }))).toThrow(
      /^Cannot use identity: /,
    )
    expect(() => fromCapability({ ...contents(incoming), accountSid: 'SK1' })).toThrow(
      /^Cannot use accountSid: /,
    )
    expect(() => AccessToken.fromCapability(contents(incoming), accountSid, keySecret)).toThrow(
      /^Cannot use keySid: /,
    )
    expect(() => AccessToken.fromCapability(contents(incoming), keySid, '')).toThrow(
      /^Cannot use keySecret: /,
    )
  })
})

describe('refusals', () => {
  class Instance {
    readonly a = 1
  }
  const cycle: Record<string, unknown> = {}
  cycle['a'] = [{ cycle }]
  const list: unknown[] = []
  list.push(list)
  const text = 'it must be a well-formed string, not empty'
  const name = 'it must be a string of ASCII without spaces, control characters and <>#%"{}|\\^[]`'
  const holds =
    'it must be of plain objects and lists without cycles, at most 500 deep, well-formed strings, finite numbers, booleans and null'
  const time = 'it must be a whole number of seconds from 0 to 100000000000'
  const sid = (prefix: string) =>
    `it must be a string that starts with ${prefix}, then letters and digits`
  const make = (accountSid: unknown, keySid: unknown, keySecret: unknown, options: unknown) => () =>
    new AccessToken(
      accountSid as string,
      keySid as string,
      keySecret as string,
      options as AccessTokenOptions,
    )
  const options = (options: unknown) => make(accountSid, keySid, keySecret, options)
  const voice =
    (options: unknown, identity = 'alice') =>
    () =>
      access({ identity }).grantVoice(options as VoiceGrantOptions)
  const video = (options: unknown) => () => access().grantVideo(options as VideoGrantOptions)
  const chat = (options: unknown) => () => access().grantChat(options as ChatGrantOptions)
  const sync = (options?: unknown) => () => access().grantSync(options as SyncGrantOptions)
  const taskRouter = (options?: unknown) => () =>
    access().grantTaskRouter(options as TaskRouterGrantOptions)
  const grant = (name: unknown, payload: unknown) => () =>
    access().grant(name as string, payload as object)
  const params = (outgoingApplicationParams: unknown) =>
    voice({ outgoingApplicationSid: 'AP1', outgoingApplicationParams })
  const claims = (options: unknown) => () => access().claims(options as GenerateOptions)

  it.each<
    [what: string, run: () => unknown, error: typeof TypeError | typeof RangeError, message: string]
  >([
    [
      'no account',
      make(undefined, keySid, 'x', { identity: 'a' }),
      TypeError,
      `accountSid: ${sid('AC')}, got Undefined`,
    ],
    [
      'a key for an account',
      make(keySid, keySid, 'x', { identity: 'a' }),
      TypeError,
      `accountSid: ${sid('AC')}, got String`,
    ],
    [
      'no key',
      make(accountSid, undefined, 'x', { identity: 'a' }),
      TypeError,
      `keySid: ${sid('SK')}, got Undefined`,
    ],
    [
      'an account for a key',
      make(accountSid, accountSid, 'x', { identity: 'a' }),
      TypeError,
      `keySid: ${sid('SK')}, got String`,
    ],
    [
      'no secret',
      make(accountSid, keySid, undefined, { identity: 'a' }),
      TypeError,
      `keySecret: ${text}, got Undefined`,
    ],
    [
      'an empty secret',
      make(accountSid, keySid, '', { identity: 'a' }),
      TypeError,
      `keySecret: ${text}, got empty string`,
    ],
    [
      'no options',
      options(undefined),
      TypeError,
      'options: it must be a plain object, got Undefined',
    ],
    [
      'a text for the options',
      options('alice'),
      TypeError,
      'options: it must be a plain object, got String',
    ],
    ['no identity', options({}), TypeError, `identity: ${text}, got Undefined`],
    [
      'an identity that is a number',
      options({ identity: 7 }),
      TypeError,
      `identity: ${text}, got Number`,
    ],
    [
      'an empty identity',
      options({ identity: '' }),
      TypeError,
      `identity: ${text}, got empty string`,
    ],
    [
      'an identity with half a character',
      options({ identity: 'a\ud83d' }),
      TypeError,
      `identity: ${text}, got String`,
    ],
    [
      'an identity of 257 characters',
      options({ identity: 'a'.repeat(257) }),
      RangeError,
      'identity: it must be a string of at most 256 characters, got 257',
    ],
    ...['', 'ie 1', 'IE1', '1ie', 'ie1.twilio.com', 'é1', 'ie1\n'].map(
      (region): [string, () => unknown, typeof TypeError, string] => [
        `the region ${JSON.stringify(region)}`,
        options({ identity: 'a', region }),
        TypeError,
        `region: it must be a word such as ie1, got ${region === '' ? 'empty string' : 'String'}`,
      ],
    ),
    [
      'a region that is null',
      options({ identity: 'a', region: null }),
      TypeError,
      'region: it must be a word such as ie1, got Null',
    ],
    [
      'a notBefore before time',
      options({ identity: 'a', notBefore: -1 }),
      RangeError,
      `notBefore: ${time}, got -1`,
    ],
    [
      'a notBefore with a fraction',
      options({ identity: 'a', notBefore: 1.5 }),
      RangeError,
      `notBefore: ${time}, got 1.5`,
    ],
    [
      'a notBefore that is NaN',
      options({ identity: 'a', notBefore: NaN }),
      RangeError,
      `notBefore: ${time}, got NaN`,
    ],
    [
      'a notBefore in milliseconds',
      options({ identity: 'a', notBefore: 1764000000000 }),
      RangeError,
      `notBefore: ${time}, got 1764000000000 (milliseconds?)`,
    ],
    [
      'a notBefore that is a Date',
      options({ identity: 'a', notBefore: new Date() }),
      TypeError,
      `notBefore: ${time}, got Date`,
    ],

    [
      'null for a voice grant',
      voice(null),
      TypeError,
      'options: it must be a plain object, got Null',
    ],
    [
      'an identity with a space in a voice grant',
      voice({}, 'Alice Smith'),
      TypeError,
      `identity: ${name}, got String`,
    ],
    [
      'an identity beyond ASCII in a voice grant',
      voice({}, 'Zoë'),
      TypeError,
      `identity: ${name}, got String`,
    ],
    [
      'incomingAllow as a text',
      voice({ incomingAllow: 'true' }),
      TypeError,
      'incomingAllow: it must be a boolean, got String',
    ],
    [
      'incomingAllow null',
      voice({ incomingAllow: null }),
      TypeError,
      'incomingAllow: it must be a boolean, got Null',
    ],
    [
      'an account for an application',
      voice({ outgoingApplicationSid: accountSid }),
      TypeError,
      `outgoingApplicationSid: ${sid('AP')}, got String`,
    ],
    [
      'an empty application',
      voice({ outgoingApplicationSid: '' }),
      TypeError,
      `outgoingApplicationSid: ${sid('AP')}, got empty string`,
    ],
    [
      'an application null',
      voice({ outgoingApplicationSid: null }),
      TypeError,
      `outgoingApplicationSid: ${sid('AP')}, got Null`,
    ],
    [
      'params without an application',
      voice({ outgoingApplicationParams: {} }),
      TypeError,
      'outgoingApplicationParams: it must be left out without outgoingApplicationSid, got Object',
    ],
    [
      'a wrong push credential',
      voice({ pushCredentialSid: 'AP1' }),
      TypeError,
      `pushCredentialSid: ${sid('CR')}, got String`,
    ],
    [
      'an empty endpoint',
      voice({ endpointId: '' }),
      TypeError,
      `endpointId: ${text}, got empty string`,
    ],
    [
      'params that are a list',
      params([]),
      TypeError,
      'outgoingApplicationParams: it must be a plain object, got Array',
    ],
    [
      'params that are null',
      params(null),
      TypeError,
      'outgoingApplicationParams: it must be a plain object, got Null',
    ],
    [
      'params that are a Map',
      params(new Map()),
      TypeError,
      'outgoingApplicationParams: it must be a plain object, got Map',
    ],
    [
      'a param that is NaN',
      params({ a: { b: [NaN] } }),
      TypeError,
      `outgoingApplicationParams.a.b[0]: ${holds}, got Number`,
    ],

    [
      'null for a chat grant',
      chat(null),
      TypeError,
      'options: it must be a plain object, got Null',
    ],
    [
      'null for a video grant',
      video(null),
      TypeError,
      'options: it must be a plain object, got Null',
    ],
    ['an empty room', video({ room: '' }), TypeError, `room: ${text}, got empty string`],
    ['a room that is a number', video({ room: 7 }), TypeError, `room: ${text}, got Number`],
    [
      'a wrong chat service',
      chat({ serviceSid: 'WS1' }),
      TypeError,
      `serviceSid: ${sid('IS')}, got String`,
    ],
    [
      'a wrong role',
      chat({ deploymentRoleSid: 'IS1' }),
      TypeError,
      `deploymentRoleSid: ${sid('RL')}, got String`,
    ],
    [
      'a wrong chat push credential',
      chat({ pushCredentialSid: 'IS1' }),
      TypeError,
      `pushCredentialSid: ${sid('CR')}, got String`,
    ],
    [
      'a chat endpoint that is null',
      chat({ endpointId: null }),
      TypeError,
      `endpointId: ${text}, got Null`,
    ],
    ['no options for Sync', sync(), TypeError, 'options: it must be a plain object, got Undefined'],
    ['no Sync service', sync({}), TypeError, `serviceSid: ${sid('IS')}, got Undefined`],
    [
      'a wrong Sync service',
      sync({ serviceSid: 'WS1' }),
      TypeError,
      `serviceSid: ${sid('IS')}, got String`,
    ],
    [
      'a Sync endpoint that is empty',
      sync({ serviceSid: 'IS1', endpointId: '' }),
      TypeError,
      `endpointId: ${text}, got empty string`,
    ],
    [
      'no options for TaskRouter',
      taskRouter(),
      TypeError,
      'options: it must be a plain object, got Undefined',
    ],
    ['no workspace', taskRouter({}), TypeError, `workspaceSid: ${sid('WS')}, got Undefined`],
    [
      'a wrong workspace',
      taskRouter({ workspaceSid: 'WK1' }),
      TypeError,
      `workspaceSid: ${sid('WS')}, got String`,
    ],
    [
      'a wrong worker',
      taskRouter({ workspaceSid: 'WS1', workerSid: 'WQ1' }),
      TypeError,
      `workerSid: ${sid('WK')}, got String`,
    ],
    [
      'an empty role',
      taskRouter({ workspaceSid: 'WS1', role: '' }),
      TypeError,
      `role: ${text}, got empty string`,
    ],

    ['a grant without a name', grant('', {}), TypeError, `name: ${text}, got empty string`],
    ['a grant whose name is a number', grant(7, {}), TypeError, `name: ${text}, got Number`],
    [
      'a grant of the name identity',
      grant('identity', {}),
      TypeError,
      'name: it must be the name of a grant, got String',
    ],
    [
      'no payload',
      grant('new', undefined),
      TypeError,
      'payload: it must be a plain object, got Undefined',
    ],
    [
      'a list for a payload',
      grant('new', []),
      TypeError,
      'payload: it must be a plain object, got Array',
    ],
    [
      'an instance for a payload',
      grant('new', new Instance()),
      TypeError,
      `payload: ${holds}, got Object`,
    ],
    ['NaN', grant('new', { a: NaN }), TypeError, `payload.a: ${holds}, got Number`],
    ['Infinity', grant('new', { a: Infinity }), TypeError, `payload.a: ${holds}, got Number`],
    ['a bigint', grant('new', { a: 1n }), TypeError, `payload.a: ${holds}, got BigInt`],
    ['a symbol', grant('new', { a: Symbol('s') }), TypeError, `payload.a: ${holds}, got Symbol`],
    [
      'a symbol for a name',
      grant('new', { a: { [Symbol('s')]: 1 } }),
      TypeError,
      `payload.a: ${holds}, got Object`,
    ],
    ['a function', grant('new', { a: () => 1 }), TypeError, `payload.a: ${holds}, got Function`],
    [
      'a toJSON of its own',
      grant('new', { toJSON: () => 1 }),
      TypeError,
      `payload.toJSON: ${holds}, got Function`,
    ],
    ['a Date', grant('new', { a: new Date() }), TypeError, `payload.a: ${holds}, got Date`],
    ['a Map', grant('new', { a: new Map() }), TypeError, `payload.a: ${holds}, got Map`],
    [
      'an instance of a class',
      grant('new', { a: new Instance() }),
      TypeError,
      `payload.a: ${holds}, got Object`,
    ],
    ['an Error', grant('new', { a: new Error('e') }), TypeError, `payload.a: ${holds}, got Error`],
    [
      'bytes',
      grant('new', { a: new Uint8Array(1) }),
      TypeError,
      `payload.a: ${holds}, got Uint8Array`,
    ],
    [
      'a String object',
      grant('new', { a: Object('s') as unknown }),
      TypeError,
      `payload.a: ${holds}, got String`,
    ],
    [
      'undefined in a list',
      grant('new', { a: [1, undefined] }),
      TypeError,
      `payload.a[1]: ${holds}, got Undefined`,
    ],
    // The hole is what is tried.
    [
      'a list with a hole',
      grant('new', { a: [1, , 3] }),
      TypeError,
      `payload.a[1]: ${holds}, got Undefined`,
    ],
    [
      'half a character',
      grant('new', { a: '\ud83d' }),
      TypeError,
      `payload.a: ${holds}, got String`,
    ],
    [
      'half a character in a name',
      grant('new', { a: { '\ud83d': 1 } }),
      TypeError,
      'a name in payload.a: it must be a well-formed string, finite number, boolean or list of these, got String',
    ],
    [
      'an object in itself',
      grant('new', cycle),
      TypeError,
      `payload.a[0].cycle: ${holds}, got Object`,
    ],
    ['a list in itself', grant('new', { list }), TypeError, `payload.list[0]: ${holds}, got Array`],

    [
      'a number for the options of claims',
      claims(600),
      TypeError,
      'options: it must be a plain object, got Number',
    ],
    [
      'expires 0',
      claims({ expires: 0 }),
      RangeError,
      'expires: it must be a whole number of seconds from 1 to 86400, got 0',
    ],
    [
      'expires 1.5',
      claims({ expires: 1.5 }),
      RangeError,
      'expires: it must be a whole number of seconds from 1 to 86400, got 1.5',
    ],
    ['now -1', claims({ now: -1 }), RangeError, `now: ${time}, got -1`],
  ])('refuses %s', (_, run, error, message) => {
    expect(run).toThrow(new error(`Cannot use ${message}`))
  })

  it('leaves the builder as it was', () => {
    const token = access().grantVoice({ incomingAllow: true }).grantSync({ serviceSid: 'IS1' })
    const before = grants(token)
    expect(() => token.grantVoice({ endpointId: '' })).toThrow(TypeError)
    expect(() => token.grantSync({ serviceSid: 'AC1' })).toThrow(TypeError)
    expect(grants(token)).toEqual(before)
  })

  it('takes regions as Twilio names them', () => {
    for (const region of ['us1', 'ie1', 'au1', 'us1-ix'])
      expect(access({ identity: 'a', region })).toBeInstanceOf(AccessToken)
  })
})

describe('readAccess', () => {
  const claims = { iss: keySid, sub: accountSid, exp: now, grants: {} }

  it('leaves out what is not there', () => {
    expect(readAccess({}, claims)).toStrictEqual({
      kind: 'access',
      accountSid,
      keySid,
      expires: now,
      grants: {},
    })
  })

  it('takes a time that is a text of digits', () => {
    expect(readAccess({}, { ...claims, exp: '1400000000', nbf: '7' })).toMatchObject({
      expires: now,
      notBefore: 7,
    })
  })

  it.each<[claims: Claims, header: Claims, message: string]>([
    [{ ...claims, grants: undefined }, {}, 'grants must be an object, got nothing'],
    [{ ...claims, grants: [] }, {}, 'grants must be an object, got a list'],
    [{ ...claims, grants: { identity: 7 } }, {}, 'identity must be a text, got a number'],
    [{ ...claims, sub: undefined }, {}, 'sub must be a text, got nothing'],
    [{ ...claims, iss: null }, {}, 'iss must be a text, got null'],
    [{ ...claims, exp: undefined }, {}, 'exp must be a number of seconds, got nothing'],
    [{ ...claims, exp: '1h' }, {}, 'exp must be a number of seconds, got a string'],
    [{ ...claims, nbf: true }, {}, 'nbf must be a number of seconds, got a boolean'],
    [{ ...claims, iat: [] }, {}, 'iat must be a number of seconds, got a list'],
    [{ ...claims, jti: 7 }, {}, 'jti must be a text, got a number'],
    [claims, { twr: 7 }, 'twr must be a text, got a number'],
  ])('refuses %j', (claims, header, message) => {
    const error = expect.objectContaining({
      name: 'TokenError',
      code: 'ERR_TOKEN_CLAIM',
      message: `Cannot read token: its claim ${message}`,
    })
    expect(() => readAccess(header, claims)).toThrow(error)
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
    expectTypeOf(access().grantVoice).parameters.toEqualTypeOf<
      [options?: VoiceGrantOptions | undefined]
    >()
    expectTypeOf(access().grantSync).parameters.toEqualTypeOf<[options: SyncGrantOptions]>()
    expectTypeOf(access().grantTaskRouter).parameters.toEqualTypeOf<
      [options: TaskRouterGrantOptions]
    >()
    expectTypeOf(access().grant).parameters.toEqualTypeOf<[name: string, payload: object]>()
    expectTypeOf(access().grantVideo().grantChat()).toEqualTypeOf<AccessToken>()
    expectTypeOf(access().claims).toEqualTypeOf<(options?: GenerateOptions) => AccessClaims>()
    expectTypeOf(access().generate).toEqualTypeOf<(options?: GenerateOptions) => Promise<string>>()
    expectTypeOf<AccessTokenOptions>().toEqualTypeOf<{
      identity: string
      region?: string
      notBefore?: number
    }>()
    expectTypeOf<AccessContents>().toEqualTypeOf<{
      accountSid: string
      expires: number
      grants: Record<string, unknown>
      id?: string
      identity?: string
      issuedAt?: number
      keySid: string
      kind: 'access'
      notBefore?: number
      region?: string
    }>()
  })

  it('refuse what is refused when it runs', () => {
    const never = () => {
      // @ts-expect-error -- the identity is missing
      new AccessToken(accountSid, keySid, keySecret, {})
      // @ts-expect-error -- identities are texts
      access({ identity: 7 })
      // @ts-expect-error -- the option is called notBefore
      access({ identity: 'a', nbf: 7 })
      // @ts-expect-error -- a Sync grant needs its service
      access().grantSync({})
      // @ts-expect-error -- the option is called expires
      access().claims({ ttl: 600 })
      // @ts-expect-error -- secrets cannot be read
      return access().keySecret as unknown
    }
    expect(never).toThrow(TypeError)
  })
})

/** The same with 0 for -0, which JSON does not have. */
function minusZero(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(minusZero)
  if (typeof value !== 'object' || value === null) return value === 0 ? 0 : value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [key, minusZero(member)]),
  )
}
