import fc from 'fast-check'
import {
  AccessToken,
  inspect,
  TaskRouterCapability,
  TwilioCapability,
  verify,
  type CapabilityContents,
  type Scope,
} from 'twilio-tokens'
import { describe, expect, it } from 'vitest'
import { migrate, vouch } from '../lib/migrate.ts'
import { formatScope } from '../lib/scope.ts'
import { expectRefusal, refuse, type Refusal } from './support/refusal.ts'
import { sign } from './support/sign.ts'

const digits = '0123456789abcdef'.repeat(2)
const authToken = 'the auth token'
const now = 1_800_000_000

const capability = () => new TwilioCapability('AC1', authToken)
const fromCapability = (from: unknown) =>
  AccessToken.fromCapability(from as TwilioCapability, 'SK1', 'the key secret')
const grants = (from: unknown) => fromCapability(from).claims().grants

/** A token that another library may have signed. */
const tokenOf = (scope: string, iss = 'AC1') =>
  sign({ alg: 'HS256', typ: 'JWT' }, { scope, iss, exp: now + 60 }, authToken)

/** Contents with these scopes, as `verify` returns them. */
async function verified(...scopes: Scope[]): Promise<CapabilityContents> {
  const token = await tokenOf(scopes.map((scope) => formatScope(scope)).join(' '))
  return verify(token, authToken, { now, kind: 'capability' })
}

const incoming: Scope = { kind: 'incoming', clientName: 'Alice' }
const outgoing: Scope = { kind: 'outgoing', applicationSid: 'AP1', params: {} }

describe('fromCapability', () => {
  it('makes the client name the identity, and what the client may do a voice grant', () => {
    const both = capability()
      .allowClientIncoming('Alice')
      .allowClientOutgoing(`AP${digits}`, { city: 'Zürich', tags: ['a', 'b'], n: 1 })
    expect(fromCapability(both).claims({ now })).toEqual({
      jti: expect.any(String),
      grants: {
        identity: 'Alice',
        voice: {
          incoming: { allow: true },
          outgoing: {
            application_sid: `AP${digits}`,
            params: { city: 'Zürich', tags: ['a', 'b'], n: '1' },
          },
        },
      },
      iat: now,
      exp: now + 3600,
      iss: 'SK1',
      sub: 'AC1',
    })
  })

  it('accepts a builder and what verify has returned, with the same result', async () => {
    const builder = capability().allowClientOutgoing('AP1').allowClientIncoming('Alice')
    const contents = await verify(await builder.generate(), authToken)
    const expected = {
      identity: 'Alice',
      voice: { incoming: { allow: true }, outgoing: { application_sid: 'AP1' } },
    }
    expect(grants(builder)).toStrictEqual(expected)
    expect(grants(contents)).toStrictEqual(expected)
  })

  it('reads a builder as it is then', () => {
    const builder = capability().allowClientIncoming('Alice')
    expect(grants(builder)).toMatchObject({ identity: 'Alice' })
    expect(grants(builder.allowClientIncoming('Bob'))).toMatchObject({ identity: 'Bob' })
  })

  it('uses the client name of the outgoing scope if there is no other', async () => {
    expect(grants(await verified({ ...outgoing, clientName: 'Bob' }))).toEqual({
      identity: 'Bob',
      voice: { outgoing: { application_sid: 'AP1' } },
    })
    expect(grants(await verified(outgoing, incoming))).toMatchObject({ identity: 'Alice' })
  })

  it('accepts one client name that appears twice', async () => {
    expect(
      grants(await verified(incoming, { ...outgoing, clientName: 'Alice' }, incoming)),
    ).toEqual({
      identity: 'Alice',
      voice: { incoming: { allow: true }, outgoing: { application_sid: 'AP1' } },
    })
  })

  it('reads lists as the wire does: one element is a string, none is nothing', () => {
    const params = { one: ['a'], two: ['a', 'b'], none: [] }
    const builder = capability().allowClientIncoming('Alice').allowClientOutgoing('AP1', params)
    expect(grants(builder)).toMatchObject({
      voice: { outgoing: { params: { one: 'a', two: ['a', 'b'] } } },
    })
    const empty = capability().allowClientIncoming('Alice').allowClientOutgoing('AP1', { none: [] })
    expect(grants(empty)).toEqual({
      identity: 'Alice',
      voice: { incoming: { allow: true }, outgoing: { application_sid: 'AP1' } },
    })
  })

  it('keeps every param, of a builder and of its token', async () => {
    const param = fc.string({ unit: 'grapheme' })
    const value = fc.oneof(param, fc.array(param, { minLength: 2 }))
    await fc.assert(
      fc.asyncProperty(fc.dictionary(param, value, { minKeys: 1 }), async (params) => {
        const builder = capability().allowClientIncoming('a').allowClientOutgoing('AP1', params)
        const contents = await verify(await builder.generate(), authToken)
        for (const from of [builder, contents])
          expect(grants(from)['voice']).toEqual({
            incoming: { allow: true },
            outgoing: { application_sid: 'AP1', params },
          })
      }),
      { numRuns: 50 },
    )
  })

  const named = () => capability().allowClientIncoming('Alice')
  it.each<[title: string, from: () => unknown, got: string]>([
    ['an empty builder', capability, 'no client name'],
    ['an application alone', () => capability().allowClientOutgoing('AP1'), 'no client name'],
    ['an event stream', () => named().allowEventStream(), 'event stream'],
    [
      'an event stream of a token',
      () => verified(incoming, { kind: 'events', path: '/', filters: {} }),
      'event stream',
    ],
    [
      'two client names',
      () => verified(incoming, { ...outgoing, clientName: 'Bob' }),
      'several client names',
    ],
    [
      'two incoming client names',
      () => verified(incoming, { ...incoming, clientName: 'Bob' }),
      'several client names',
    ],
    [
      'two applications',
      () => verified(incoming, outgoing, { ...outgoing, applicationSid: 'AP2' }),
      'several applications',
    ],
    ['one application twice', () => verified(incoming, outgoing, outgoing), 'several applications'],
    [
      'an unknown scope',
      () => verified(incoming, { kind: 'other', uri: 'scope:service:godmode' }),
      'unknown scope',
    ],
  ])('rejects %s, because an access token cannot express it', async (_, from, got) => {
    const contents = await from()
    await expectRefusal(() => fromCapability(contents), 'TypeError', 'capability', ['express', got])
  })

  it.each<Refusal>([
    [
      'an account SID for the key',
      () => AccessToken.fromCapability(named(), 'AC1', 'x'),
      'TypeError',
      'keySid',
      'SK',
    ],
    [
      'an empty key secret',
      () => AccessToken.fromCapability(named(), 'SK1', ''),
      'TypeError',
      'keySecret',
      'empty',
    ],
    [
      'a client name with a space, as another library may have written it',
      async () => fromCapability(await verified({ ...incoming, clientName: 'tom jerry' })),
      'TypeError',
      'identity',
      'white space',
    ],
    [
      'a client name that is too long',
      async () => fromCapability(await verified({ ...incoming, clientName: 'a'.repeat(257) })),
      'RangeError',
      'identity',
      '257',
    ],
    [
      'an application that is none',
      async () => fromCapability(await verified(incoming, { ...outgoing, applicationSid: 'app' })),
      'TypeError',
      'outgoingApplicationSid',
      'AP',
    ],
  ])('rejects %s', refuse)
})

describe('the mark of contents', () => {
  const token = () => capability().allowClientIncoming('Alice').generate()
  const contents = async () => verify(await token(), authToken)

  it('is not enumerable, and in no JSON', async () => {
    for (const marked of [await contents(), capability()]) {
      const symbols = Object.getOwnPropertySymbols(marked)
      expect(symbols).toEqual([Symbol.for('twilio-tokens.migratable')])
      for (const symbol of symbols)
        expect(Object.getOwnPropertyDescriptor(marked, symbol)).toMatchObject({
          ...{ enumerable: false, writable: false, configurable: false },
        })
    }
    expect(Object.keys(await contents())).toEqual(['kind', 'accountSid', 'expiresAt', 'scopes'])
    const signed = await token()
    expect(await verify(signed, authToken)).toEqual(inspect(signed))
  })

  it('is registered, so that the twin of this module recognizes it', () => {
    const foreign = {}
    const read = () => ({ accountSid: 'AC1', scopes: [incoming] })
    Object.defineProperty(foreign, Symbol.for('twilio-tokens.migratable'), { value: read })
    const voice = { incomingAllow: true }
    expect(migrate(foreign)).toEqual({ accountSid: 'AC1', identity: 'Alice', voice })
  })

  it('stays out of copies if Object.prototype is polluted', () => {
    Object.defineProperty(Object.prototype, 'enumerable', { value: true, configurable: true })
    const marked = {}
    try {
      vouch(marked, () => ({ accountSid: 'AC1', scopes: [] }))
    } finally {
      Reflect.deleteProperty(Object.prototype, 'enumerable')
    }
    expect(Object.getOwnPropertySymbols({ ...marked })).toEqual([])
  })

  it.each<[title: string, from: () => unknown, got?: string]>([
    ['what inspect has returned', async () => inspect(await token())],
    ['a copy by spread', async () => ({ ...(await contents()) })],
    ['a copy by Object.assign', async () => Object.assign({}, await contents())],
    ['a copy by structuredClone', async () => structuredClone(await contents())],
    ['a copy through JSON', async () => JSON.parse(JSON.stringify(await contents())) as unknown],
    [
      'an object that inherits from contents',
      async () => Object.create(await contents()) as unknown,
    ],
    [
      'an object of the same shape',
      () => ({ kind: 'capability', accountSid: 'AC1', expiresAt: now, scopes: [incoming] }),
    ],
    ['a copy of a builder', () => ({ ...capability() })],
    ['a builder of access tokens', () => new AccessToken('AC1', 'SK1', 'x', { identity: 'a' })],
    ['a builder of TaskRouter tokens', () => new TaskRouterCapability('AC1', 'x', 'WS1')],
    [
      'the contents of an access token',
      async () =>
        verify(await new AccessToken('AC1', 'SK1', 'x', { identity: 'a' }).generate(), 'x'),
    ],
    ['an empty object', () => ({})],
    ['a token', token, 'a string'],
    ['null', () => null, 'null'],
    ['nothing', () => undefined, 'nothing'],
    ['a list of contents', async () => [await contents()], 'an array'],
  ])('is missing from %s', async (_, from, got = 'verify it here') => {
    const value = await from()
    await expectRefusal(() => fromCapability(value), 'TypeError', 'capability', ['verify', got])
  })

  it('is missing from a Promise, which must be awaited', async () => {
    const run = () => fromCapability(contents())
    await expectRefusal(run, 'TypeError', 'capability', ['await'])
  })
})
