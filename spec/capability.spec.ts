import fc from 'fast-check'
import { jwtVerify } from 'jose'
import {
  TwilioCapability,
  type CapabilityClaims,
  type GenerateOptions,
  type Params,
  type ParamValue,
} from 'twilio-tokens'
import { describe, expect, expectTypeOf, it } from 'vitest'
import vectors from './vectors/capability.json' with { type: 'json' }

const accountSid = 'AC123123'
const authToken = 'XXXXX'
const applicationSid = 'APabe7650f654fc34655fc81ae71caa3ff'
const now = 1400000000

const capability = () => new TwilioCapability(accountSid, authToken)
// At compatibility dates before 2024-09-26 workerd calls its own classes objects.
const brand = (value: object) => Object.prototype.toString.call(value).slice(8, -1)
const scopes = (capability: TwilioCapability) => capability.claims({ now }).scope.split(' ')

/** Makes a builder's calls as a vector has them. */
function builder(vector: (typeof vectors)[number]): TwilioCapability {
  const capability = new TwilioCapability(vector.accountSid, vector.authToken)
  for (const [name, ...args] of vector.calls as [string, ...never[]][]) {
    if (name === 'incoming') capability.allowClientIncoming(...(args as unknown as [string]))
    else if (name === 'outgoing')
      capability.allowClientOutgoing(...(args as unknown as [string, Params?]))
    else if (name === 'events') capability.allowEventStream(...(args as unknown as [Params?]))
    else throw new Error(`unknown call ${name}`)
  }
  return capability
}

describe('vectors', () => {
  it('has 60 of them, with every kind of call', () => {
    expect(vectors).toHaveLength(60)
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
    expect(capability().claims({ now: 0, expires: 86400 }).exp).toBe(86400)
    expect(capability().claims({ now: 1e11, expires: 1 }).exp).toBe(100000000001)
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

describe('generate', () => {
  it('can be called again and at once, and changes nothing', async () => {
    const builder = capability().allowClientIncoming('Alice').allowClientOutgoing(applicationSid)
    const options = Object.freeze({ now, expires: 600 })
    const tokens = await Promise.all(Array.from({ length: 64 }, () => builder.generate(options)))
    expect(new Set([...tokens, await builder.generate(options)]).size).toBe(1)
    const longer = await builder.allowEventStream().generate(options)
    expect(longer).not.toBe(tokens[0])
  })

  it('gives tokens made at once to those who asked for them', async () => {
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

  it('makes tokens that jose verifies', async () => {
    const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean())
    const params = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.oneof(value, fc.array(value)))
    await fc.assert(
      fc.asyncProperty(
        params,
        fc.string({ unit: 'grapheme', minLength: 1 }),
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
  const name = 'it must be a string of ASCII without spaces, control characters and <>#%"{}|\\^[]`'
  const param = 'it must be a well-formed string, finite number, boolean or list of these'
  const expires = 'it must be a whole number of seconds from 1 to 86400'
  const time = 'it must be a whole number of seconds from 0 to 100000000000'
  const account =
    'Cannot use accountSid: it must be a string that starts with AC, then letters and digits'
  const application =
    'Cannot use applicationSid: it must be a string that starts with AP, then letters and digits'
  const token = 'Cannot use authToken: it must be a well-formed string, not empty'
  const make = (accountSid: unknown, authToken: unknown) => () =>
    new TwilioCapability(accountSid as string, authToken as string)
  const incoming = (clientName: unknown) => () =>
    capability().allowClientIncoming(clientName as string)
  const outgoing = (applicationSid: unknown, params?: unknown) => () =>
    capability().allowClientOutgoing(applicationSid as string, params as Params)
  const stream = (filters: unknown) => () => capability().allowEventStream(filters as Params)
  const claims = (options: unknown) => () => capability().claims(options as GenerateOptions)

  it.each<
    [what: string, run: () => unknown, error: typeof TypeError | typeof RangeError, message: string]
  >([
    ['no account', make(undefined, 'x'), TypeError, `${account}, got Undefined`],
    ['an empty account', make('', 'x'), TypeError, `${account}, got empty string`],
    ['a key for an account', make('SK123', 'x'), TypeError, `${account}, got String`],
    ['an account without digits', make('AC', 'x'), TypeError, `${account}, got String`],
    ['an account in small letters', make('ac123', 'x'), TypeError, `${account}, got String`],
    ['an account and a line break', make('AC123\n', 'x'), TypeError, `${account}, got String`],
    ['an account and a space', make(' AC123', 'x'), TypeError, `${account}, got String`],
    [
      'an account with a letter beyond ASCII',
      make('AC123é', 'x'),
      TypeError,
      `${account}, got String`,
    ],
    ['an account with a dash in it', make('AC-123', 'x'), TypeError, `${account}, got String`],
    ['a list of one account', make(['AC123'], 'x'), TypeError, `${account}, got Array`],
    ['no auth token', make('AC123', undefined), TypeError, `${token}, got Undefined`],
    ['an empty auth token', make('AC123', ''), TypeError, `${token}, got empty string`],
    ['a number as auth token', make('AC123', 12345), TypeError, `${token}, got Number`],
    [
      'an auth token with half a character',
      make('AC123', '\ud83d'),
      TypeError,
      `${token}, got String`,
    ],

    [
      'no client name',
      incoming(undefined),
      TypeError,
      `Cannot use clientName: ${name}, got Undefined`,
    ],
    [
      'an empty client name',
      incoming(''),
      TypeError,
      `Cannot use clientName: ${name}, got empty string`,
    ],
    [
      'a client name that is a number',
      incoming(7),
      TypeError,
      `Cannot use clientName: ${name}, got Number`,
    ],
    ...[...' <>#%"{}|\\^[]`\n\t\0\x7fé\u00a0😀', '\ud83d'].map(
      (character): [string, () => unknown, typeof TypeError, string] => [
        `a client name with ${JSON.stringify(character)}`,
        incoming(`Al${character}ice`),
        TypeError,
        `Cannot use clientName: ${name}, got String`,
      ],
    ),
    [
      'a client name of 257 characters',
      incoming('a'.repeat(257)),
      RangeError,
      'Cannot use clientName: it must be a string of at most 256 characters, got 257',
    ],

    ['no application', outgoing(undefined), TypeError, `${application}, got Undefined`],
    ['an account for an application', outgoing('AC123'), TypeError, `${application}, got String`],
    ['an application without digits', outgoing('AP'), TypeError, `${application}, got String`],
    [
      'params that are null',
      outgoing('AP1', null),
      TypeError,
      'Cannot use params: it must be a plain object, got Null',
    ],
    [
      'params that are a list',
      outgoing('AP1', ['a']),
      TypeError,
      'Cannot use params: it must be a plain object, got Array',
    ],
    [
      'params that are a text',
      outgoing('AP1', 'a=1'),
      TypeError,
      'Cannot use params: it must be a plain object, got String',
    ],
    [
      'params that are a Map',
      outgoing('AP1', new Map([['a', 1]])),
      TypeError,
      'Cannot use params: it must be a plain object, got Map',
    ],
    [
      'params that are URLSearchParams',
      outgoing('AP1', new URLSearchParams('a=1')),
      TypeError,
      `Cannot use params: it must be a plain object, got ${brand(new URLSearchParams())}`,
    ],
    [
      'filters that are a Map',
      stream(new Map()),
      TypeError,
      'Cannot use filters: it must be a plain object, got Map',
    ],
    [
      'a param that is null',
      outgoing('AP1', { a: null }),
      TypeError,
      `Cannot use params.a: ${param}, got Null`,
    ],
    [
      'a param that is an object',
      outgoing('AP1', { a: {} }),
      TypeError,
      `Cannot use params.a: ${param}, got Object`,
    ],
    [
      'a param that is a Date',
      outgoing('AP1', { a: new Date() }),
      TypeError,
      `Cannot use params.a: ${param}, got Date`,
    ],
    [
      'a param that is a bigint',
      outgoing('AP1', { a: 1n }),
      TypeError,
      `Cannot use params.a: ${param}, got BigInt`,
    ],
    [
      'a param that is a symbol',
      outgoing('AP1', { a: Symbol('s') }),
      TypeError,
      `Cannot use params.a: ${param}, got Symbol`,
    ],
    [
      'a param that is NaN',
      outgoing('AP1', { a: NaN }),
      TypeError,
      `Cannot use params.a: ${param}, got Number`,
    ],
    [
      'a param that is infinite',
      outgoing('AP1', { a: -Infinity }),
      TypeError,
      `Cannot use params.a: ${param}, got Number`,
    ],
    [
      'a param with half a character',
      outgoing('AP1', { a: 'a\ude00' }),
      TypeError,
      `Cannot use params.a: ${param}, got String`,
    ],
    [
      'a name with half a character',
      outgoing('AP1', { '\ud83d': 1 }),
      TypeError,
      `Cannot use params.\ud83d: ${param}, got String`,
    ],
    [
      'a list with null',
      outgoing('AP1', { a: ['b', null] }),
      TypeError,
      `Cannot use params.a: ${param}, got Null`,
    ],
    [
      'a list with undefined',
      outgoing('AP1', { a: [undefined] }),
      TypeError,
      `Cannot use params.a: ${param}, got Undefined`,
    ],
    // The hole is what is tried.
    [
      'a list with a hole',
      outgoing('AP1', { a: ['b', , 'c'] }),
      TypeError,
      `Cannot use params.a: ${param}, got Undefined`,
    ],
    [
      'a list in a list',
      outgoing('AP1', { a: [['b']] }),
      TypeError,
      `Cannot use params.a: ${param}, got Array`,
    ],
    [
      'a filter that is null',
      stream({ a: null }),
      TypeError,
      `Cannot use filters.a: ${param}, got Null`,
    ],

    [
      'a number for the options',
      claims(600),
      TypeError,
      'Cannot use options: it must be a plain object, got Number',
    ],
    [
      'null for the options',
      claims(null),
      TypeError,
      'Cannot use options: it must be a plain object, got Null',
    ],
    ['expires 0', claims({ expires: 0 }), RangeError, `Cannot use expires: ${expires}, got 0`],
    ['expires -1', claims({ expires: -1 }), RangeError, `Cannot use expires: ${expires}, got -1`],
    [
      'expires 0.5',
      claims({ expires: 0.5 }),
      RangeError,
      `Cannot use expires: ${expires}, got 0.5`,
    ],
    [
      'expires NaN',
      claims({ expires: NaN }),
      RangeError,
      `Cannot use expires: ${expires}, got NaN`,
    ],
    [
      'expires Infinity',
      claims({ expires: Infinity }),
      RangeError,
      `Cannot use expires: ${expires}, got Infinity (milliseconds?)`,
    ],
    [
      'expires 86401',
      claims({ expires: 86401 }),
      RangeError,
      `Cannot use expires: ${expires}, got 86401 (milliseconds?)`,
    ],
    [
      'expires in milliseconds',
      claims({ expires: 3600000 }),
      RangeError,
      `Cannot use expires: ${expires}, got 3600000 (milliseconds?)`,
    ],
    [
      'expires as a text',
      claims({ expires: '600' }),
      TypeError,
      `Cannot use expires: ${expires}, got String`,
    ],
    [
      'expires null',
      claims({ expires: null }),
      TypeError,
      `Cannot use expires: ${expires}, got Null`,
    ],
    ['now -1', claims({ now: -1 }), RangeError, `Cannot use now: ${time}, got -1`],
    ['now with a fraction', claims({ now: 1.5 }), RangeError, `Cannot use now: ${time}, got 1.5`],
    [
      'now in milliseconds',
      claims({ now: 1764000000000 }),
      RangeError,
      `Cannot use now: ${time}, got 1764000000000 (milliseconds?)`,
    ],
    ['now as a Date', claims({ now: new Date(0) }), TypeError, `Cannot use now: ${time}, got Date`],
  ])('refuses %s', (_, run, error, message) => {
    expect(run).toThrow(new error(message))
  })

  it('takes every character that a client name may have, and 256 of them', () => {
    const characters = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).filter(
      (character) => !' <>#%"{}|\\^[]`'.includes(character),
    )
    expect(characters).toHaveLength(81)
    expect(capability().allowClientIncoming(characters.join('')).claims().scope).toContain(
      'clientName=',
    )
    expect(capability().allowClientIncoming('a'.repeat(256)).claims().scope).toHaveLength(
      'scope:client:incoming?clientName='.length + 256,
    )
  })

  it('leaves the builder as it was', () => {
    const builder = capability().allowClientIncoming('Alice').allowClientOutgoing('AP1')
    const before = scopes(builder)
    expect(() => builder.allowClientIncoming('Al ice')).toThrow(TypeError)
    expect(() => builder.allowClientOutgoing('AP2', null as never)).toThrow(TypeError)
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
      [filters?: Params | undefined]
    >()
    expectTypeOf(capability().allowClientIncoming('a')).toEqualTypeOf<TwilioCapability>()
    expectTypeOf(capability().claims).toEqualTypeOf<
      (options?: GenerateOptions) => CapabilityClaims
    >()
    expectTypeOf(capability().generate).toEqualTypeOf<
      (options?: GenerateOptions) => Promise<string>
    >()
    expectTypeOf<CapabilityClaims>().toEqualTypeOf<{ scope: string; iss: string; exp: number }>()
    expectTypeOf<GenerateOptions>().toEqualTypeOf<{ expires?: number; now?: number }>()
    expectTypeOf<ParamValue>().toEqualTypeOf<string | number | boolean>()
    expectTypeOf<Params>().toEqualTypeOf<
      Readonly<Record<string, ParamValue | readonly ParamValue[] | undefined>>
    >()
  })

  it('refuse what is refused when it runs', () => {
    const never = () => {
      // @ts-expect-error -- the auth token is missing
      new TwilioCapability(accountSid)
      // @ts-expect-error -- lifetimes are numbers of seconds
      capability().claims({ expires: '1h' })
      // @ts-expect-error -- the option is called expires
      capability().claims({ ttl: 600 })
      // @ts-expect-error -- null is no param
      capability().allowClientOutgoing(applicationSid, { a: null })
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
