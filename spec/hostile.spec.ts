// Hostile surroundings: arguments that change while they are read, a polluted prototype, replaced globals, and the longest inputs.

import {
  AccessToken,
  diagnose,
  inspect,
  signWebhook,
  TaskRouterCapability,
  TwilioCapability,
  verify,
  verifyWebhook,
  type Secret,
} from 'twilio-tokens'
import { afterEach, describe, expect, it } from 'vitest'
import { sign } from './support/sign.ts'
import { longest, shapes } from './support/fuzz/shapes.ts'
import { replace } from './support/replace.ts'

const secret = 'b7e0c3d4a1f2958677665544332211ff'
const now = 1_400_000_000
const capability = () => new TwilioCapability('AC123', secret)
const access = (options: object = { identity: 'andy' }) =>
  new AccessToken('AC123', 'SK123', secret, options as { identity: string })
const taskRouter = () => new TaskRouterCapability('AC123', secret, 'WS123', 'WK123')
const token = () => capability().allowClientIncoming('andy').generate({ now })

/** Passes a value on as it is, or in a disguise. */
type Disguise = <T extends object>(value: T) => T

/** Every argument that is an object, in a call that uses it. What differs in every token is left out. */
const calls: [title: string, call: (as: Disguise) => unknown][] = [
  ['the options of claims()', (as) => capability().claims(as({ expires: 60, now }))],
  ['the options of generate()', (as) => capability().generate(as({ expires: 60, now }))],
  [
    'the params of allowClientOutgoing()',
    (as) =>
      capability()
        .allowClientOutgoing('AP123', as({ a: 'b', list: as([1, 'c', true]) }))
        .claims({ now }),
  ],
  [
    'the filters of allowEventStream()',
    (as) =>
      capability()
        .allowEventStream(as({ a: 'b', list: as(['c']) }))
        .claims({ now }),
  ],
  [
    'the options of new AccessToken()',
    (as) => withoutId(access(as({ identity: 'andy', region: 'ie1', notBefore: now }))),
  ],
  [
    'the options of grantVoice()',
    (as) =>
      withoutId(
        access().grantVoice(
          as({
            incomingAllow: true,
            outgoingApplicationSid: 'AP123',
            outgoingApplicationParams: as({ a: as({ b: as([1, 2]) }) }),
            pushCredentialSid: 'CR123',
            endpointId: 'phone',
          }),
        ),
      ),
  ],
  ['the options of grantVideo()', (as) => withoutId(access().grantVideo(as({ room: 'a' })))],
  [
    'the options of grantChat()',
    (as) => withoutId(access().grantChat(as({ serviceSid: 'IS123', endpointId: 'phone' }))),
  ],
  [
    'the options of grantSync()',
    (as) => withoutId(access().grantSync(as({ serviceSid: 'IS123', endpointId: 'phone' }))),
  ],
  [
    'the options of grantTaskRouter()',
    (as) => withoutId(access().grantTaskRouter(as({ workspaceSid: 'WS123', role: 'worker' }))),
  ],
  [
    'the payload of grant()',
    (as) => withoutId(access().grant('new', as({ a: as([as({ b: 1 })]), c: null }))),
  ],
  [
    'the filters of allow()',
    (as) =>
      taskRouter()
        .allow(
          'https://x.twilio.com/a',
          'GET',
          as({ queryFilter: as({ a: as({ required: true }) }), postFilter: as({}) }),
        )
        .claims({ now }),
  ],
  [
    'the options and the secrets of verify()',
    async (as) =>
      verify(
        await token(),
        as(['another', secret]),
        as({ kind: 'capability' as const, now, clockTolerance: 5 }),
      ),
  ],
  [
    'the secrets that the function of verify() returns',
    async (as) => verify(await token(), () => as(['another', secret]), { now }),
  ],
  [
    'the options and the secrets of diagnose()',
    async (as) =>
      diagnose(await token(), as({ secret: as(['another', secret]), now, clockTolerance: 5 })),
  ],
  [
    'the options and the secrets of verifyWebhook()',
    async (as) =>
      received(
        await signWebhook(webhook(), secret),
        as(['another', secret]),
        as({ origin: 'https://app.example', sharedKeys: as({ a: as(['b', 'c']) }) }),
      ),
  ],
  [
    'the options and the shared keys of verifyWebhook()',
    async (as) =>
      received(
        await signWebhook(webhook(), 'c', { sharedKey: { name: 'a' } }),
        secret,
        as({ url: 'https://app.example/voice', sharedKeys: as({ a: as(['b', 'c']) }) }),
      ),
  ],
  [
    'the options of signWebhook()',
    async (as) => {
      const sharedKey = as({ name: 'a', algorithm: 'HMAC_SHA1' as const })
      const signed = await signWebhook(webhook(), secret, as({ sharedKey }))
      return [...signed.headers]
    },
  ],
]

const webhook = () =>
  new Request('https://app.example/voice', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'To=andy&From=Zo%C3%AB',
  })

/** What `verifyWebhook` returns, as texts. */
async function received(...args: Parameters<typeof verifyWebhook>): Promise<string[]> {
  const { url, params, body } = await verifyWebhook(...args)
  return [url, String(params), body]
}

function withoutId(builder: AccessToken): object {
  return { ...builder.claims({ now }), jti: '' }
}

/** Getters that return their value once, and something else when they are asked again. */
const getters: Disguise = (value) => {
  const disguise = (Array.isArray(value) ? [] : {}) as typeof value
  for (const [name, member] of Object.entries(value)) {
    let reads = 0
    const get = (): unknown => (reads++ === 0 ? member : `read ${reads} times`)
    Object.defineProperty(disguise, name, { get, enumerable: true })
  }
  return disguise
}

/** A Proxy that does the same. Names of the language and a list's length are no members. */
const proxies: Disguise = (value) => {
  const reads = new Map<PropertyKey, number>()
  return new Proxy(value, {
    get(target, name, receiver) {
      const count = (reads.get(name) ?? 0) + 1
      reads.set(name, count)
      const isMember = typeof name === 'string' && name !== 'length' && Object.hasOwn(target, name)
      return isMember && count > 1
        ? `read ${count} times`
        : (Reflect.get(target, name, receiver) as unknown)
    },
  })
}

const plain: Disguise = (value) => value

/** A promise of what a call returns, also if it throws. */
const promised = (call: () => unknown) => Promise.resolve().then(call)

/** An object of another realm, whose prototype is another Object's. */
const foreigners: Disguise = (value) => {
  const { Array: ForeignArray, Object: ForeignObject } = otherRealm()
  return Object.assign(Array.isArray(value) ? new ForeignArray() : new ForeignObject(), value)
}

interface Host {
  process?: { getBuiltinModule?: (name: string) => unknown }
  document?: {
    body: { append: (element: object) => void }
    createElement: (name: 'iframe') => { contentWindow: typeof globalThis; remove: () => void }
  }
}

let realm: Pick<typeof globalThis, 'Array' | 'Object' | 'Promise'> | undefined

/** The globals of another realm; the only ones where a runtime has no others. */
function otherRealm(): NonNullable<typeof realm> {
  const { process, document } = globalThis as Host
  const vm = process?.getBuiltinModule?.('node:vm') as
    { runInNewContext?: (code: string) => unknown } | undefined
  try {
    realm ??= vm?.runInNewContext?.('({ Array, Object, Promise })') as typeof realm
  } catch {
    // workerd has the module, and no realm but its own.
  }
  if (realm === undefined && document) {
    const frame = document.createElement('iframe')
    document.body.append(frame)
    realm = frame.contentWindow
  }
  return (realm ??= globalThis)
}

/** An object whose every trap throws an error of the caller's own. */
class Trap extends Error {}
const traps: Disguise = (value) =>
  new Proxy(
    value,
    new Proxy(
      {},
      {
        get: () => () => {
          throw new Trap('a trap')
        },
      },
    ),
  )

describe('an argument is read once', () => {
  it.each(calls)('%s, with getters', async (_, call) => {
    expect(await call(getters)).toEqual(await call(plain))
  })

  it.each(calls)('%s, behind a Proxy', async (_, call) => {
    expect(await call(proxies)).toEqual(await call(plain))
  })

  it.each(calls)(
    '%s, with an error that a Proxy throws, which reaches the caller',
    async (_, call) => {
      await expect(promised(() => call(traps))).rejects.toThrow(Trap)
    },
  )

  it.each(calls)('%s, with a Proxy that was revoked, which is a TypeError', async (_, call) => {
    const revoked: Disguise = (value) => {
      const { proxy, revoke } = Proxy.revocable(value, {})
      revoke()
      return proxy
    }
    await expect(promised(() => call(revoked))).rejects.toThrow(TypeError)
  })

  it.each(calls)('%s, of another realm', async (_, call) => {
    expect(await call(foreigners)).toEqual(await call(plain))
  })

  it('a promise of another realm, which the function of verify() returns', async () => {
    const { Promise: ForeignPromise } = otherRealm()
    const contents = await verify(await token(), () => ForeignPromise.resolve(secret), { now })
    expect(contents.kind).toBe('capability')
  })

  it('and not again when the promise is awaited: what changes later has no effect', async () => {
    const options = { now, expires: 60 }
    const secrets: string[] = [secret]
    const generated = capability().generate(options)
    options.expires = 86_400
    const accepted = verify(await generated, secrets, { now })
    const findings = diagnose(await generated, { secret: secrets, now })
    secrets[0] = 'another'
    secrets.push('more')
    expect((await accepted).expiresAt).toBe(now + 60)
    expect((await findings).filter(({ severity }) => severity === 'error')).toEqual([])
  })
})

const restore: (() => void)[] = []
afterEach(undo)

function undo(): void {
  for (const each of restore.splice(0).reverse()) each()
}

function change(owner: object, name: PropertyKey, value: unknown): void {
  const back = replace(owner, name, { value })
  if (back) restore.push(back)
}

/** What the library does, as texts. */
async function everything(): Promise<string[]> {
  const voice = { incomingAllow: true, outgoingApplicationSid: 'AP123' }
  const tokens = [
    await capability()
      .allowClientIncoming('andy')
      .allowClientOutgoing('AP123', { a: ['b', 'c d'] })
      .allowEventStream({ e: 'f' })
      .generate({ now }),
    await taskRouter().allowUpdateActivities().generate({ now }),
  ]
  const results: unknown[] = [tokens, withoutId(access().grantVoice(voice))]
  for (const text of [...tokens, await access().grantVoice(voice).generate({ now }), 'a.b.c']) {
    const never = () => 'rejected'
    const contents: unknown = await verify(text, secret, { now }).catch(never)
    results.push(contents === 'rejected' ? contents : { ...(contents as object), id: '' })
    results.push(await verify(text, 'another', { now }).catch(never))
    results.push((await diagnose(text, { secret, now })).map(({ code, title }) => [code, title]))
  }
  const moved = AccessToken.fromCapability(
    capability().allowClientIncoming('andy').allowClientOutgoing('AP123'),
    'SK123',
    secret,
  )
  return [...results, withoutId(moved)].map((result) => JSON.stringify(result))
}

/** Names that the library reads somewhere: claims, options, members of descriptors, types. */
const names = [
  ...['alg', 'typ', 'cty', 'crit', 'twr', 'kid', 'iss', 'sub', 'exp', 'nbf', 'iat', 'jti'],
  ...['scope', 'grants', 'policies', 'version', 'workspace_sid', 'channel', 'allow', 'identity'],
  ...['expires', 'now', 'clockTolerance', 'kind', 'secret', 'region', 'notBefore', 'room'],
  ...['incomingAllow', 'outgoingApplicationSid', 'outgoingApplicationParams', 'serviceSid'],
  ...['queryFilter', 'postFilter', 'query_filter', 'post_filter', 'clientName', 'params'],
  ...['voice', 'data_sync', 'required', 'requiredBy', 'path', 'type', 'members', 'cause', 'code'],
]

describe('surroundings', () => {
  // Deno's own crypto reads the member `required` of an object that inherits it.
  const borne = names.filter((name) => !('Deno' in globalThis && name === 'required'))
  it.each(borne)('change nothing if every object inherits %s', async (name) => {
    const before = await everything()
    for (const value of ['HS256', true, 86_400, { a: 1 }]) {
      change(Object.prototype, name, value)
      const after = await everything()
      undo()
      expect(after).toEqual(before)
    }
  })

  it('change nothing if lists inherit a member', async () => {
    const before = await everything()
    change(Array.prototype, 'polluted', 'x')
    const after = await everything()
    undo()
    expect(after).toEqual(before)
  })

  it('change no claims and no contents if lists inherit an item', async () => {
    const text = await token()
    const both = () => [
      capability()
        .allowClientIncoming('andy')
        .allowClientOutgoing('AP123', { a: ['b'] })
        .claims({ now }),
      inspect(text),
      taskRouter().allowUpdateActivities().claims({ now }),
      withoutId(access().grantVoice({ incomingAllow: true, outgoingApplicationSid: 'AP123' })),
    ]
    const before = both()
    // Not across an await: Deno's own loop does not bear it.
    change(Array.prototype, '0', 'x')
    const after = both()
    undo()
    expect(after).toEqual(before)
  })

  it.each([
    'Buffer',
    'TextEncoder',
    'TextDecoder',
    'structuredClone',
    'btoa',
    'atob',
    'Uint8Array',
  ])('change nothing if %s is replaced after the first use', async (name) => {
    const before = await everything()
    const original = (globalThis as Record<string, unknown>)[name]
    if (name === 'Uint8Array') {
      // As a program may that counts what is allocated: a class that extends the original one.
      change(globalThis, name, class extends (original as typeof Uint8Array) {})
    } else {
      change(globalThis, name, () => {
        throw new Error(`${name} was replaced`)
      })
    }
    const after = await everything()
    undo()
    expect(after).toEqual(before)
  })

  it('do not make a wrong signature right if the methods of strings and lists are replaced', async () => {
    const forged = (await token()).replace(/.{43}$/, 'A'.repeat(43))
    change(String.prototype, 'split', () => ['e30', 'e30', ''])
    change(Array.prototype, 'includes', () => true)
    change(Array.prototype, 'some', () => true)
    const outcome = await verify(forged, secret, { now }).then(
      () => 'accepted',
      () => 'rejected',
    )
    undo()
    expect(outcome).toBe('rejected')
  })
})

describe('the longest input', () => {
  const expectNoHang = async (call: () => unknown, about?: string) => {
    let time = Infinity
    // More than once, because the machine may do something else.
    for (let round = 0; round < 20 && time >= 1000; round++) {
      const start = performance.now()
      await promised(call).catch(() => undefined)
      time = performance.now() - start
    }
    expect(time, about).toBeLessThan(1000)
  }

  it.each(Object.entries(shapes))('of %s takes no more than a second', async (_, make) => {
    const text = await make(longest)
    expect(text.length).toBeLessThanOrEqual(65_536)
    expect(text.length).toBeGreaterThan(60_000)
    await expectNoHang(() => inspect(text))
    await expectNoHang(() => verify(text, 'secret', { now }))
    await expectNoHang(() => diagnose(text, { secret: 'secret', now }))
  })

  it.each<[title: string, call: (text: string) => unknown]>([
    ['a client name', (text) => capability().allowClientIncoming(text)],
    ['a SID', (text) => new TwilioCapability(text, secret)],
    ['a secret', (text) => new TwilioCapability('AC123', text)],
    ['an identity', (text) => access({ identity: text })],
    ['a region', (text) => access({ identity: 'andy', region: text })],
    ['the name of an option', (text) => access({ identity: 'andy', [text]: 1 })],
    ['a param', (text) => capability().allowClientOutgoing('AP123', { a: text }).claims({ now })],
    ['the name of a param', (text) => capability().allowClientOutgoing('AP123', { [text]: 'a' })],
    ['a URL', (text) => taskRouter().allow(`https://x.twilio.com/${text}`, 'GET')],
    ['a host', (text) => taskRouter().allow(`https://${text}.twilio.com`, 'GET')],
    ['a method', (text) => taskRouter().allow('https://x.twilio.com', text)],
    ['a list of secrets', (text) => verify('a.b.c', [...text] as Secret)],
  ])('as %s takes no more than a second', async (_, call) => {
    for (const part of [
      'a',
      '-',
      'a.',
      ' ',
      'x-',
      '_a',
      '<',
      '=&',
      'yourx',
      '\ud83d\ude00',
      'A1',
    ]) {
      const text = part.repeat(Math.ceil(100_000 / part.length))
      await expectNoHang(() => call(text), part)
    }
  })
})

it('the tokens of these specs are signed as the library signs', async () => {
  const claims = capability().allowClientIncoming('andy').claims({ now })
  expect(await sign({ alg: 'HS256', typ: 'JWT' }, claims, secret)).toBe(await token())
})
