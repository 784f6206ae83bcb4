// Secrets and the comparison of signatures, for all that takes a secret: what an audit asks of each.

import {
  AccessToken,
  diagnose,
  inspect,
  TaskRouterCapability,
  TwilioCapability,
  verify,
} from 'twilio-tokens'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { printed, printedError } from './support/printed.ts'

const secrets = {
  authToken: 'b7e0c3d4a1f2958677665544332211ff',
  keySecret: 'q8Zx0Wm2Lr5TtYv7Nc4Bk1Hs6Jd3Gf9P',
}
const now = 1_800_000_000

const accountSid = 'AC123'
const keySid = 'SK123'
const workspaceSid = 'WS123'
const applicationSid = 'AP123'
const identity = 'andy'

const builders = [
  {
    name: 'TwilioCapability',
    secret: secrets.authToken,
    make: (secret: string, account = accountSid) =>
      new TwilioCapability(account, secret).allowClientIncoming(identity),
  },
  {
    name: 'AccessToken',
    secret: secrets.keySecret,
    make: (secret: string, account = accountSid) =>
      new AccessToken(account, keySid, secret, { identity }).grantVoice({ incomingAllow: true }),
  },
  {
    name: 'TaskRouterCapability',
    secret: secrets.authToken,
    make: (secret: string, account = accountSid) =>
      new TaskRouterCapability(account, secret, workspaceSid, 'WK123'),
  },
]

const capability = () => new TwilioCapability(accountSid, 'secret')
const access = (options = { identity }) => new AccessToken(accountSid, keySid, 'secret', options)
const taskRouter = (...channelSid: [string?]) =>
  new TaskRouterCapability(accountSid, 'secret', workspaceSid, ...channelSid)

/** Where a program may pass a secret by mistake. */
const places: [place: string, run: (secret: string) => unknown][] = [
  ['clientName', (secret) => capability().allowClientIncoming(`${secret} `)],
  ['clientName, too long', (secret) => capability().allowClientIncoming(secret.repeat(9))],
  ['applicationSid', (secret) => capability().allowClientOutgoing(secret)],
  ['params', (secret) => capability().allowClientOutgoing(applicationSid, secret as never)],
  [
    'a param',
    (secret) => capability().allowClientOutgoing(applicationSid, { token: { secret } as never }),
  ],
  ['the options of claims', (secret) => capability().claims(secret as never)],
  ['expires', (secret) => capability().claims({ expires: secret as never })],
  ['keySid', (secret) => new AccessToken(accountSid, secret, 'secret', { identity })],
  ['the options of AccessToken', (secret) => access(secret as never)],
  ['identity', (secret) => access({ identity: `${secret} ` }).grantVoice()],
  ['region', (secret) => access({ identity, region: `${secret} ` } as never)],
  ['serviceSid', (secret) => access().grantSync({ serviceSid: secret })],
  ['the payload of a grant', (secret) => access().grant('new', secret as never)],
  ['a member of a payload', (secret) => access().grant('new', { a: `${secret}\ud800` })],
  ['workspaceSid', (secret) => new TaskRouterCapability(accountSid, 'secret', secret)],
  ['channelSid', (secret) => taskRouter(secret)],
  ['method', (secret) => taskRouter().allow('https://x', secret)],
  ['filters', (secret) => taskRouter().allow('https://x', 'GET', secret as never)],
]

// Each test has secrets of its own: a key that is kept already would not be imported.
let count = 0
const fresh = (secret: string) => `${secret}${++count}`

afterEach(() => vi.restoreAllMocks())

describe.each(builders)('$name', ({ secret, make }) => {
  it('imports its secret as a key that cannot be read back', async () => {
    const imported = vi.spyOn(crypto.subtle, 'importKey')
    await make(fresh(secret)).generate({ now })
    expect(imported).toHaveBeenCalledOnce()
    const [format, , algorithm, extractable, usages] = imported.mock.calls[0] as unknown[]
    expect({ format, algorithm, extractable, usages }).toEqual({
      format: 'raw',
      algorithm: { name: 'HMAC', hash: 'SHA-256' },
      extractable: false,
      usages: ['sign', 'verify'],
    })
  })

  it('has no property that is enumerable, and prints no more than its class', async () => {
    const builder = make(secret)
    await builder.generate({ now })
    expect(printed({ secret })).toContain(secret) // it would be found
    expect(structuredClone(builder)).toEqual({})
    // The mark by which fromCapability knows its own: it holds the account and the scopes.
    const mark = Symbol.for('twilio-tokens.migratable')
    expect(Reflect.ownKeys(builder).filter((key) => key !== mark)).toEqual([])
    expect(JSON.stringify(builder)).toBe('{}')
    expect(JSON.stringify({ ...builder })).toBe('{}')
    expect(JSON.stringify(builder.claims({ now }))).not.toContain(secret)
    for (const value of [builder, Object.getPrototypeOf(builder), builder.constructor])
      expect(printed(value as object)).not.toContain(secret)
  })

  it('shows no secret when the platform fails', async () => {
    for (const method of ['importKey', 'sign'] as const) {
      vi.spyOn(crypto.subtle, method).mockRejectedValueOnce(new Error('no such algorithm'))
      const unused = fresh(secret)
      const error: unknown = await make(unused)
        .generate({ now })
        .catch((error: unknown) => error)
      expect(error).toBeInstanceOf(Error)
      expect(printed(error as Error)).not.toContain(secret)
    }
  })

  it.each([
    ['in the place of the account', (secret: string) => make('another', secret)],
    ['in a list', (secret: string) => make([secret] as unknown as string)],
    ['in an object', (secret: string) => make({ secret } as unknown as string)],
    ['with half a character behind it', (secret: string) => make(`${secret}\ud800`)],
  ])('shows no secret that is passed %s', (_, run) => {
    expect(() => run(secret)).toThrow(TypeError)
    expect(printedError(() => run(secret))).not.toContain(secret)
  })

  it('is checked only by crypto.subtle.verify, once for each secret, and never signed again to be compared', async () => {
    const token = await make(secret).generate({ now })
    const [signed, verified] = [vi.spyOn(crypto.subtle, 'sign'), vi.spyOn(crypto.subtle, 'verify')]
    await verify(token, ['another', secret, 'a third'], { now })
    expect(verified).toHaveBeenCalledTimes(2)
    await expect(verify(token, 'another', { now })).rejects.toHaveProperty(
      'code',
      'ERR_TOKEN_SIGNATURE',
    )
    await diagnose(token, { secret, now })
    expect(verified).toHaveBeenCalledTimes(4)
    expect(signed).not.toHaveBeenCalled()
  })

  it('is accepted only if crypto.subtle.verify accepts it', async () => {
    const token = await make(secret).generate({ now })
    const verified = vi.spyOn(crypto.subtle, 'verify')
    verified.mockResolvedValueOnce(false)
    await expect(verify(token, secret, { now })).rejects.toHaveProperty(
      'code',
      'ERR_TOKEN_SIGNATURE',
    )
    verified.mockRejectedValueOnce(new Error('the platform has failed'))
    await expect(verify(token, secret, { now })).rejects.toThrow('the platform has failed')
  })

  it('gives back contents and findings without a secret', async () => {
    const token = await make(secret).generate({ now })
    expect(printed(inspect(token))).not.toContain(secret)
    expect(printed(await verify(token, [secret], { now }))).not.toContain(secret)
    for (const wrong of [secret, secret.slice(1), 'another'])
      expect(
        printed(await diagnose(token, { secret: [wrong, secret], now: now + 7200 })),
      ).not.toContain(secret)
  })
})

describe('no message shows a secret', () => {
  it.each(places)('that is passed as %s', (_, run) => {
    expect(printedError(() => run(secrets.authToken))).not.toContain(secrets.authToken)
  })
})
