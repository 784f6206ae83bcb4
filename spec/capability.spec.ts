import fc from 'fast-check'
import { jwtVerify } from 'jose'
import {
  TwilioCapability,
  type CapabilityClaims,
  type CapabilityContents,
  type Filters,
  type GenerateOptions,
  type Params,
  type ParamValue,
  type Scope,
} from 'twilio-tokens'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { readCapability } from '../lib/capability.ts'
import { encode } from './support/sign.ts'
import { refuse, type Refusal } from './support/refusal.ts'
import vectors from './vectors/capability.json' with { type: 'json' }

const accountSid = 'AC123123'
const authToken = 'XXXXX'
const applicationSid = 'APabe7650f654fc34655fc81ae71caa3ff'
const now = 1400000000

const capability = () => new TwilioCapability(accountSid, authToken)
const scopes = (capability: TwilioCapability) => capability.claims({ now }).scope.split(' ')

/** Makes a builder's calls as a vector has them. */
function builder(vector: (typeof vectors)[number]): TwilioCapability {
  const capability = new TwilioCapability(vector.accountSid, vector.authToken)
  for (const [name, ...args] of vector.calls as [string, ...never[]][]) {
    if (name === 'incoming') capability.allowClientIncoming(...(args as unknown as [string]))
    else if (name === 'outgoing')
      capability.allowClientOutgoing(...(args as unknown as [string, Params?]))
    else if (name === 'events') capability.allowEventStream(...(args as unknown as [Filters?]))
    else throw new Error(`unknown call ${name}`)
  }
  return capability
}

describe('vectors', () => {
  it('has 59 of them, with every kind of call', () => {
    expect(vectors).toHaveLength(59)
    expect(new Set(vectors.flatMap(({ calls }) => calls.map(([name]) => name)))).toEqual(
      new Set(['incoming', 'outgoing', 'events']),
    )
  })

  it.each(vectors.map((vector, i) => [i, vector] as const))(
    'generates token %i of twilio-python, byte for byte',
    async (_, vector) => {
      const { now, expires, jwt } = vector
      expect(await builder(vector).generate({ now, expires })).toBe(jwt)
    },
  )

  it('generates the token of twilio-python 9.11.0 for one client', async () => {
    const token = await new TwilioCapability('AC123', 'XXXXX')
      .allowClientIncoming('andy')
      .generate({ now, expires: 60 })
    expect(token).toBe(
      'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzY29wZSI6InNjb3BlOmNsaWVudDppbmNvbWluZz9jbGllbnROYW1lPWFuZHkiLCJpc3MiOiJBQzEyMyIsImV4cCI6MTQwMDAwMDA2MH0.n0-UOBykiH5FB7TDyo-101l9aHFtsC_a1EtDlPq0r-E',
    )
  })
})

describe('claims', () => {
  it('are scope, iss and exp, in this order', () => {
    const claims = capability().allowClientIncoming('Alice').claims({ now, expires: 600 })
    expect(JSON.stringify(claims)).toBe(
      `{"scope":"scope:client:incoming?clientName=Alice","iss":"${accountSid}","exp":1400000600}`,
    )
  })

  it('have an empty scope where nothing is allowed', () => {
    expect(capability().claims({ now })).toEqual({ scope: '', iss: accountSid, exp: now + 3600 })
  })

  it('expire an hour after the clock, rounded down, by default', () => {
    const before = Math.floor(Date.now() / 1000)
    const { exp } = capability().claims()
    const after = Math.floor(Date.now() / 1000)
    expect(exp).toBeGreaterThanOrEqual(before + 3600)
    expect(exp).toBeLessThanOrEqual(after + 3600)
    expect(Number.isInteger(exp)).toBe(true)
    expect(capability().claims({ now }).exp).toBe(now + 3600)
    expect(capability().claims({ now, expires: 1 }).exp).toBe(now + 1)
  })

  it('are what generate signs', async () => {
    const builder = capability()
      .allowClientIncoming('Alice')
      .allowClientOutgoing(applicationSid, { city: 'Zürich' })
      .allowEventStream()
    const { payload, protectedHeader } = await jwtVerify(
      await builder.generate({ expires: 60 }),
      new TextEncoder().encode(authToken),
    )
    expect(protectedHeader).toEqual({ alg: 'HS256', typ: 'JWT' })
    expect({ ...payload, exp: 0 }).toEqual({ ...builder.claims(), exp: 0 })
  })
})

describe('allow…', () => {
  it('keeps the order of the first calls', () => {
    const builder = capability()
      .allowEventStream()
      .allowClientIncoming('a')
      .allowClientOutgoing('AP1')
      .allowEventStream({ a: 1 })
      .allowClientIncoming('b')
    expect(scopes(builder)).toEqual([
      'scope:stream:subscribe?params=a%3D1&path=%2F2010-04-01%2FEvents',
      'scope:client:incoming?clientName=b',
      'scope:client:outgoing?appSid=AP1&clientName=b',
    ])
  })

  it('replaces what an earlier call allowed, params too', () => {
    const builder = capability().allowClientOutgoing('AP1', { a: 1 }).allowClientOutgoing('AP2')
    expect(scopes(builder)).toEqual(['scope:client:outgoing?appSid=AP2'])
  })

  it('carries the client name into the outgoing scope, whatever the order', () => {
    const outgoing = 'scope:client:outgoing?appSid=AP1&clientName=Alice'
    expect(scopes(capability().allowClientIncoming('Alice').allowClientOutgoing('AP1'))[1]).toBe(
      outgoing,
    )
    expect(scopes(capability().allowClientOutgoing('AP1').allowClientIncoming('Alice'))[0]).toBe(
      outgoing,
    )
  })

  it('adds nothing for no params, and an empty appParams for an empty list', () => {
    expect(scopes(capability().allowClientOutgoing('AP1', {}))).toEqual([
      'scope:client:outgoing?appSid=AP1',
    ])
    expect(scopes(capability().allowClientOutgoing('AP1', { a: undefined }))).toEqual([
      'scope:client:outgoing?appSid=AP1',
    ])
    expect(scopes(capability().allowClientOutgoing('AP1', { tags: [] }))).toEqual([
      'scope:client:outgoing?appParams=&appSid=AP1',
    ])
  })

  it('writes numbers, booleans and lists as text', () => {
    const builder = capability().allowClientOutgoing('AP1', {
      n: 1.5,
      t: true,
      f: false,
      z: -0,
      big: 1e21,
      list: ['a', 2, true],
      gone: undefined,
    })
    expect(decodeURIComponent(scopes(builder)[0] ?? '')).toBe(
      'scope:client:outgoing?appParams=n=1.5&t=true&f=false&z=0&big=1e%2B21&list=a&list=2&list=true&appSid=AP1',
    )
  })

  it('copies params when they are given', () => {
    const tags: ParamValue[] = ['a']
    const params: Record<string, ParamValue | ParamValue[]> = { tags, city: 'Oslo' }
    const builder = capability().allowClientOutgoing('AP1', params).allowEventStream(params)
    const before = scopes(builder)
    tags.push('b')
    params['city'] = 'Rome'
    params['new'] = 1
    expect(scopes(builder)).toEqual(before)
  })

  it('takes frozen params, and params without a prototype, and leaves them as they are', () => {
    const params = Object.freeze({ tags: Object.freeze(['a', 'b']), city: 'Oslo' })
    const bare = Object.assign(Object.create(null) as Params, params)
    const expected = [
      'scope:client:outgoing?appParams=tags%3Da%26tags%3Db%26city%3DOslo&appSid=AP1',
    ]
    expect(scopes(capability().allowClientOutgoing('AP1', params))).toEqual(expected)
    expect(scopes(capability().allowClientOutgoing('AP1', bare))).toEqual(expected)
    expect(params).toEqual({ tags: ['a', 'b'], city: 'Oslo' })
  })

  it('takes names that every object has', () => {
    const params = JSON.parse('{"__proto__": "a", "constructor": "b", "toString": "c"}') as Params
    expect(
      decodeURIComponent(scopes(capability().allowClientOutgoing('AP1', params))[0] ?? ''),
    ).toBe('scope:client:outgoing?appParams=__proto__=a&constructor=b&toString=c&appSid=AP1')
    expect({}).not.toHaveProperty('a')
  })
})

describe('readCapability', () => {
  it('reads every scope, and none if there is no claim scope', () => {
    const claims = { iss: accountSid, exp: now }
    const contents = { kind: 'capability', accountSid, expiresAt: now, scopes: [] }
    expect(readCapability(claims)).toStrictEqual(contents)
    expect(readCapability({ ...claims, scope: '' })).toStrictEqual(contents)
    const scope = ' scope:client:incoming?clientName=a  scope:x '
    expect(readCapability({ ...claims, scope }).scopes).toEqual([
      { kind: 'incoming', clientName: 'a' },
      { kind: 'other', uri: 'scope:x' },
    ])
  })

  it.each([
    ['no iss', { iss: undefined }, 'iss'],
    ['no exp', { exp: undefined }, 'exp'],
    ['a scope that is null', { scope: null }, 'scope'],
    ['a scope that is a list', { scope: ['scope:x'] }, 'scope'],
  ])('refuses %s', (_, changed, name) => {
    expect(() => readCapability({ iss: accountSid, exp: now, scope: '', ...changed })).toThrow(
      expect.objectContaining({
        code: 'ERR_TOKEN_CLAIM',
        message: expect.stringContaining(`claim ${name} `),
      }),
    )
  })
})

describe('generate', () => {
  it('can be called repeatedly and concurrently, and changes nothing', async () => {
    const builder = capability().allowClientIncoming('Alice').allowClientOutgoing(applicationSid)
    const options = Object.freeze({ now, expires: 600 })
    const tokens = await Promise.all(Array.from({ length: 64 }, () => builder.generate(options)))
    expect(new Set([...tokens, await builder.generate(options)]).size).toBe(1)
    const longer = await builder.allowEventStream().generate(options)
    expect(longer).not.toBe(tokens[0])
  })

  it('resolves each of several concurrent calls to its own token', async () => {
    const names = Array.from({ length: 200 }, (_, i) => `client${i}`.repeat(1 + (i % 20)))
    const tokens = await Promise.all(
      names.map((name) => capability().allowClientIncoming(name).generate({ now })),
    )
    expect(tokens).toEqual(
      await inTurn(names, (name) => capability().allowClientIncoming(name).generate({ now })),
    )
    expect(new Set(tokens).size).toBe(200)
  })

  it('rejects its promise, and does not throw, where an option is wrong', async () => {
    const promise = capability().generate({ expires: 0 })
    await expect(promise).rejects.toThrow(RangeError)
  })

  it('generates a token of 65,536 characters, and rejects to generate a longer one', async () => {
    const builder = (length: number) =>
      capability().allowClientOutgoing('AP1', { a: 'x'.repeat(length) })
    // 37 characters are the header and its dot, 44 the signature and its dot, 65,455 are the claims: 49,091 bytes.
    const length = 49_091 - JSON.stringify(builder(0).claims({ now })).length
    expect(await builder(length).generate({ now })).toHaveLength(65_536)
    const promise = builder(length + 1).generate({ now })
    await expect(promise).rejects.toMatchObject({ name: 'RangeError', argument: 'claims' })
    await expect(promise).rejects.toThrow(/65536 characters, got 65537/)
  })

  it('writes the claims as JSON.stringify does, whatever the client name, params and filters', async () => {
    const name = fc.string({
      unit: fc.constantFrom(...`!$&'()*+,-./09:;=?@AZ_az~`),
      minLength: 1,
    })
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('"', '\\', '\n', '\u2028'),
    )
    const params = fc.dictionary(
      text,
      fc.oneof(text, fc.array(text), fc.double({ noNaN: true, noDefaultInfinity: true })),
    )
    await fc.assert(
      fc.asyncProperty(name, params, fc.nat({ max: 1e9 }), async (name, params, now) => {
        const builder = capability()
          .allowEventStream(params)
          .allowClientIncoming(name)
          .allowClientOutgoing(applicationSid, params)
        const token = await builder.generate({ now })
        const json = new TextEncoder().encode(JSON.stringify(builder.claims({ now })))
        expect(token.split('.')[1]).toBe(encode(json))
      }),
    )
  })

  it('makes tokens that jose verifies', async () => {
    const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean())
    const params = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.oneof(value, fc.array(value)))
    await fc.assert(
      fc.asyncProperty(
        params,
        fc.string({ unit: 'grapheme' }).map((text) => `a${text}z`), // without white space at an end
        fc.integer({ min: 1, max: 86400 }),
        async (params, secret, expires) => {
          const builder = new TwilioCapability(accountSid, secret)
            .allowClientOutgoing(applicationSid, params)
            .allowEventStream(params)
          const token = await builder.generate({ now, expires })
          const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
            algorithms: ['HS256'],
            currentDate: new Date(now * 1000),
          })
          expect(payload).toEqual(builder.claims({ now, expires }))
        },
      ),
    )
  })
})

describe('refusals', () => {
  const make = (accountSid: unknown, authToken: unknown) => () =>
    new TwilioCapability(accountSid as string, authToken as string)
  const incoming = (clientName: unknown) => () =>
    capability().allowClientIncoming(clientName as string)
  const outgoing = (applicationSid: unknown, params?: unknown) => () =>
    capability().allowClientOutgoing(applicationSid as string, params as Params)
  const stream = (filters: unknown) => () => capability().allowEventStream(filters as Filters)
  const claims = (options: unknown) => () => capability().claims(options as GenerateOptions)
  const promise = Promise.resolve(authToken)
  const [environment, plain] = ['environment', 'plain object']

  // What a SID, a secret, a client name or a number must be is in check.spec.ts.
  it.each<Refusal>([
    ['no account', make(undefined, authToken), 'TypeError', 'accountSid', 'AC', environment],
    ['a key for an account', make('SK123', authToken), 'TypeError', 'accountSid', 'AC', 'key'],
    ['a cut account', make(`AC${'0'.repeat(31)}`, authToken), 'TypeError', 'accountSid', '33'],
    ['no auth token', make(accountSid, undefined), 'TypeError', 'authToken', environment],
    ['a Promise of an auth token', make(accountSid, promise), 'TypeError', 'authToken', 'await'],
    ['an auth token with a line feed', make(accountSid, 'x\n'), 'TypeError', 'authToken', 'white'],
    ['both swapped', make(authToken, accountSid), 'TypeError', 'accountSid', 'AC'],
    ['a list of auth tokens', make(accountSid, ['a', 'b']), 'TypeError', 'authToken', 'array'],

    ['no client name', incoming(undefined), 'TypeError', 'clientName', 'string'],
    ['a client name with a space', incoming('Al ice'), 'TypeError', 'clientName', 'space'],
    ['a long client name', incoming('a'.repeat(257)), 'RangeError', 'clientName', '256'],

    ['no application', outgoing(undefined), 'TypeError', 'applicationSid', environment],
    [
      'an account for an application',
      outgoing('AC1'),
      'TypeError',
      'applicationSid',
      'AP',
      'account',
    ],
    ['params that are null', outgoing('AP1', null), 'TypeError', 'params', plain, 'null'],
    ['params that are a list', outgoing('AP1', ['a']), 'TypeError', 'params', plain],
    ['params that are a query', outgoing('AP1', 'a=1'), 'TypeError', 'params', plain],
    ['params that are a Map', outgoing('AP1', new Map([['a', 1]])), 'TypeError', 'params', plain],
    ['URLSearchParams', outgoing('AP1', new URLSearchParams('a=1')), 'TypeError', 'params', plain],
    ['inherited params', outgoing('AP1', Object.create({ a: 1 })), 'TypeError', 'params', plain],
    ['a param that is null', outgoing('AP1', { city: null }), 'TypeError', 'params.city', 'null'],
    ['null in a param', outgoing('AP1', { a: ['b', null] }), 'TypeError', 'params.a[1]', 'null'],
    ['a Promise for a param', outgoing('AP1', { a: promise }), 'TypeError', 'params.a', 'await'],

    ['filters that are null', stream(null), 'TypeError', 'filters', plain],
    ['filters that are a Map', stream(new Map()), 'TypeError', 'filters', plain],
    ['a filter that is null', stream({ a: null }), 'TypeError', 'filters.a', 'null'],
    ['a filter that is undefined', stream({ a: undefined }), 'TypeError', 'filters.a', environment],

    ['a number for the options', claims(600), 'TypeError', 'options', 'generate({ expires: 600 })'],
    ['a lifetime of 0', claims({ expires: 0 }), 'RangeError', 'expires', '86400'],
    ['a time in milliseconds', claims({ now: 1.764e12 }), 'RangeError', 'now', 'milliseconds'],
  ])('rejects %s', refuse)

  it('leaves the builder as it was', () => {
    const builder = capability().allowClientIncoming('Alice').allowClientOutgoing('AP1')
    const before = scopes(builder)
    expect(() => builder.allowClientIncoming('Al ice')).toThrow(TypeError)
    expect(() => builder.allowClientOutgoing('AP2', null as never)).toThrow(TypeError)
    expect(() => builder.allowEventStream({ a: undefined } as never)).toThrow(TypeError)
    expect(scopes(builder)).toEqual(before)
  })
})

describe('types', () => {
  it('are those of the contract', () => {
    expectTypeOf(TwilioCapability).constructorParameters.toEqualTypeOf<
      [accountSid: string, authToken: string]
    >()
    expectTypeOf(capability().allowClientIncoming).parameters.toEqualTypeOf<[clientName: string]>()
    expectTypeOf(capability().allowClientOutgoing).parameters.toEqualTypeOf<
      [applicationSid: string, params?: Params | undefined]
    >()
    expectTypeOf(capability().allowEventStream).parameters.toEqualTypeOf<
      [filters?: Filters | undefined]
    >()
    expectTypeOf(capability().allowClientIncoming('a')).toEqualTypeOf<TwilioCapability>()
    expectTypeOf(capability().claims).toEqualTypeOf<
      (options?: GenerateOptions) => CapabilityClaims
    >()
    expectTypeOf(capability().generate).toEqualTypeOf<
      (options?: GenerateOptions) => Promise<string>
    >()
    expectTypeOf<CapabilityClaims>().toEqualTypeOf<{ scope: string; iss: string; exp: number }>()
    expectTypeOf<CapabilityContents>().toEqualTypeOf<{
      kind: 'capability'
      accountSid: string
      expiresAt: number
      scopes: Scope[]
    }>()
    expectTypeOf<ParamValue>().toEqualTypeOf<string | number | boolean>()
    expectTypeOf<Params>().toEqualTypeOf<
      Readonly<Record<string, ParamValue | readonly ParamValue[] | undefined>>
    >()
    expectTypeOf<Filters>().toEqualTypeOf<
      Readonly<Record<string, ParamValue | readonly ParamValue[]>>
    >()
    expectTypeOf<Filters>().toExtend<Params>()
    expectTypeOf<Params>().not.toExtend<Filters>()
  })

  it('reject what is rejected at run time', () => {
    const never = () => {
      // @ts-expect-error -- the auth token is missing
      new TwilioCapability(accountSid)
      // @ts-expect-error -- lifetimes are numbers of seconds
      capability().claims({ expires: '1h' })
      // @ts-expect-error -- the option is called expires
      capability().claims({ ttl: 600 })
      // @ts-expect-error -- null is no param
      capability().allowClientOutgoing(applicationSid, { a: null })
      // @ts-expect-error -- without its value a filter would let every event through
      capability().allowEventStream({ AccountSid: undefined })
      // @ts-expect-error -- secrets cannot be read
      return capability().authToken as unknown
    }
    expect(never).toThrow(TypeError)
  })
})

async function inTurn<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (const item of items) results.push(await run(item))
  return results
}
