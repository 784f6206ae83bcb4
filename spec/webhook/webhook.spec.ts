import fc from 'fast-check'
import {
  signWebhook,
  verifyWebhook,
  WebhookError,
  type Secret,
  type SignWebhookOptions,
  type WebhookContents,
  type WebhookErrorCode,
  type WebhookOptions,
  type WebhookReason,
} from 'twilio-tokens'
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest'
import {
  authToken,
  formText,
  formType,
  hasStreams,
  hasUpgrade,
  outcomeOf,
  send,
  sha256,
  voice,
  type Sent,
} from '../support/webhook.ts'

const another = '8f3b1c0d9e7a46528f3b1c0d9e7a4652'
const account = 'AC0123456789abcdef0123456789abcdef'
const settings = (value: string) => ({ 'x-twilio-webhooks-signature-settings': value })
const byKey = settings('key=k,algorithm=HMAC_SHA256')
const sharedKeys = { k: another }

afterEach(() => {
  vi.restoreAllMocks()
})

describe('messages of verifyWebhook()', () => {
  const plain = { body: 'To=1' }
  const start = 'Cannot verify webhook: '
  it.each<[string, Sent, Parameters<typeof verifyWebhook>[1], string]>([
    [
      'no signature',
      { ...plain, signature: null },
      authToken,
      'it must have the header X-Twilio-Signature',
    ],
    [
      'a shared key that is not given',
      { ...plain, headers: byKey },
      authToken,
      'its X-Twilio-Webhooks-Signature-Settings must name one of sharedKeys',
    ],
    [
      'no auth token for the account',
      plain,
      () => undefined,
      'there must be an auth token for its account',
    ],
    [
      'a body that is too long',
      { body: `a=${'a'.repeat(1_048_576)}` },
      authToken,
      'its body must not be read before, and have at most 1048576 bytes',
    ],
    [
      'a signature that is no base64',
      { ...plain, signature: 'x' },
      authToken,
      'its signature must be base64 of an HMAC with SHA-1',
    ],
    [
      'an empty form',
      { body: '', signed: `${voice}To1` },
      authToken,
      'its signature is not that of https://app.example/voice with an empty form',
    ],
    [
      'JSON without a hash',
      { body: '{"a":"1"}', type: 'application/json', signed: voice },
      another,
      'its body must be a form, or have a hash bodySHA256 in its query',
    ],
    [
      'a hash that is not that of the body',
      { url: `${voice}?bodySHA256=00`, body: '{}', type: 'application/json' },
      authToken,
      'its body must have the hash bodySHA256 of its query',
    ],
  ])('say what is wrong with %s', async (_, sent, secret, message) => {
    const error: unknown = await verifyWebhook(await send(sent), secret).catch(
      (error: unknown) => error,
    )
    expect(error).toBeInstanceOf(WebhookError)
    expect((error as WebhookError).message).toBe(start + message)
  })

  it('say which body cannot be read', async () => {
    const request = await send(plain)
    await request.text()
    await expect(verifyWebhook(request, authToken)).rejects.toMatchObject({
      message: `${start}its body must not be read before, and have at most 1048576 bytes`,
      cause: { message: 'The body was read before' },
    })
    const long = await send({ body: 'a'.repeat(1_048_577) })
    await expect(verifyWebhook(long, authToken)).rejects.toMatchObject({
      cause: { message: 'The body is too long' },
    })
    // Not a Request, because some runtimes reject such a stream themselves.
    const { url, method, headers } = await send(plain)
    const body = new ReadableStream({
      start: (controller) => {
        controller.enqueue('To=1')
      },
    })
    const text = { url, method, headers, body } as unknown as Request
    await expect(verifyWebhook(text, authToken)).rejects.toMatchObject({
      cause: { name: 'TypeError', message: 'The body is not a stream of bytes' },
    })
  })

  it.each<[string, unknown[], string]>([
    ['request', [voice, authToken], 'it must be a Request, got a string of 25 characters'],
    [
      'options',
      [new Request(voice), authToken, voice],
      'it must be a plain object, as in verifyWebhook(request, authToken, { url }), got a string of 25 characters',
    ],
    [
      'url',
      [new Request(voice), authToken, { url: '/voice' }],
      'it must be a URL with http, https, ws or wss, got a string of 6 characters',
    ],
    [
      'origin',
      [new Request(voice), authToken, { origin: voice }],
      'it must be scheme, host and port, without the option url, got a path',
    ],
  ])('say what the argument %s must be', async (argument, args, message) => {
    const promise = verifyWebhook(...(args as unknown as Parameters<typeof verifyWebhook>))
    await expect(promise).rejects.toHaveProperty('message', `Cannot use ${argument}: ${message}`)
  })
})

describe('verifyWebhook()', () => {
  it('returns the URL, the parameters of the form and the body', async () => {
    const body = 'To=%2b15005550006&Body=Hi+there&CallSid=CA1'
    const url = `${voice}?tenant=1`
    const { params, ...contents } = await verifyWebhook(await send({ url, body }), authToken)
    expect(contents).toEqual({ url, body })
    expect(params).toBeInstanceOf(URLSearchParams)
    expect(params.toString()).toBe('Body=Hi+there&CallSid=CA1&To=%2B15005550006')
  })

  it('returns the parameters of the query of a GET, in the order of a form', async () => {
    const url = `${voice}?To=%2b1&Body=b&Body=a&Body=b`
    // The media type of a body that is not there changes nothing.
    for (const type of [null, formType]) {
      const contents = await verifyWebhook(await send({ url, method: 'GET', type }), authToken)
      expect(contents.params.toString()).toBe('Body=a&Body=b&To=%2B1')
      expect(contents.body).toBe('')
    }
  })

  it('returns the parameters of the query of a JSON webhook, whose body is in its hash', async () => {
    const body = '\uFEFF{"a": "é"}'
    const url = `${voice}?tenant=1&bodySHA256=${await sha256(body)}`
    const request = await send({ url, body, type: 'application/json', signed: url })
    const contents = await verifyWebhook(request, authToken)
    expect(contents.body).toBe(body)
    expect(contents.params.get('tenant')).toBe('1')
  })

  it('returns a body that is not UTF-8 with replacement characters', async () => {
    const body = Uint8Array.of(0xff, 0xfe, 0x41)
    const url = `${voice}?bodySHA256=${await sha256(body)}`
    const contents = await verifyWebhook(await send({ url, body }), authToken)
    expect(contents.body).toBe('\uFFFD\uFFFDA')
  })

  it('leaves a question mark at the start of a form in its first name', async () => {
    const contents = await verifyWebhook(
      await send({ body: '?a=1', signed: `${voice}?a1` }),
      authToken,
    )
    expect([...contents.params]).toEqual([['?a', '1']])
  })

  it('accepts an object with the members of a Request', async () => {
    const { url, method, headers, body } = await send({ body: 'To=1' })
    // Firefox has no Request.body, but every runtime has blob().
    const blob = () => Promise.resolve(new Blob(['To=1']))
    for (const each of [
      { url, method, headers, body, blob },
      { url, method, headers, blob },
    ]) {
      const { params } = await verifyWebhook(each as unknown as Request, authToken)
      expect(params.get('To')).toBe('1')
    }
  })

  it('rejects a GET with a body that has no hash, which some frameworks pass on', async () => {
    const { url, method, headers } = await send({ method: 'GET', type: 'application/json' })
    const blob = () => Promise.resolve(new Blob(['{"amount":1}']))
    const request = { url, method, headers, blob } as unknown as Request
    expect(await outcomeOf(verifyWebhook(request, authToken))).toBe(
      'ERR_WEBHOOK_BODY json-without-hash',
    )
  })

  it('compares a signature only with hashes of its length', async () => {
    const verified = vi.spyOn(crypto.subtle, 'verify')
    const request = await send({ body: 'To=1', secret: another, hash: 'SHA-256' })
    expect(await outcomeOf(verifyWebhook(request, authToken))).toBe(
      'ERR_WEBHOOK_SIGNATURE signature-form',
    )
    const algorithms = verified.mock.calls.map(([, key]) => key.algorithm)
    expect(algorithms.length).toBeGreaterThan(0)
    for (const algorithm of algorithms) expect(algorithm).toHaveProperty('hash.name', 'SHA-256')
  })

  it('uses no secret that was not passed', async () => {
    const verified = vi.spyOn(crypto.subtle, 'verify')
    const request = await send({ body: 'To=1', headers: byKey, hash: 'SHA-256' })
    expect(await outcomeOf(verifyWebhook(request, () => authToken, { sharedKeys }))).toBe(
      'ERR_WEBHOOK_SIGNATURE unknown',
    )
    expect(new Set(verified.mock.calls.map(([, key]) => key)).size).toBe(1)
  })

  describe('arguments', () => {
    const request = new Request(voice)
    type Arguments = Parameters<typeof verifyWebhook>
    type Mistake = [title: string, argument: string, args: unknown[], says?: string]

    it.each<Mistake>([
      ['a path as the URL of the request', 'request', [{ url: '/voice', headers: new Headers() }]],
      ['the headers of Node', 'request', [{ url: voice, headers: {} }]],
      ['the auth token as the request', 'request', [authToken]],
      ['nothing as the request', 'request', []],
      ['null as the request', 'request', [null]],
      ['a promise of the request', 'request', [Promise.resolve(request)]],
      ['nothing as the auth token', 'authToken', [request]],
      ['a list of none', 'authToken', [request, []]],
      ['white space in a list', 'authToken[1]', [request, [authToken, `${another} `]]],
      ['a missing value as text', 'authToken', [request, 'undefined']],
      ['an unknown option', 'host', [request, authToken, { host: 'app.example' }]],
      ['a string as the options', 'options', [request, authToken, voice], '{ url }'],
      ...[
        ['host', 'use origin'],
        ['protocol', 'use origin'],
        ['baseUrl', 'use origin'],
        ['Url', 'use url'],
        ['sharedSecret', 'use sharedKeys'],
        ['authToken', 'use verifyWebhook(request, authToken)'],
        ['validate', 'the options are origin, url, sharedKeys'],
      ].map(([name = '', says = '']): Mistake => [
        `the option ${name}`,
        name,
        [request, authToken, { [name]: 'x' }],
        says,
      ]),
      ['a number as the URL', 'url', [request, authToken, { url: 1 }]],
      ['an empty URL', 'url', [request, authToken, { url: '' }]],
      ['a path as the URL', 'url', [request, authToken, { url: '/voice' }]],
      ['a URL of another scheme', 'url', [request, authToken, { url: 'ftp://app.example/' }]],
      ['a scheme that ends in http', 'url', [request, authToken, { url: 'shttp://app.example/' }]],
      ['a URL with a bad port', 'url', [request, authToken, { url: 'https://app.example:x/' }]],
      ['a URL with a line feed', 'url', [request, authToken, { url: `${voice}\n` }], 'white space'],
      ['a URL in quotes', 'url', [request, authToken, { url: `"${voice}"` }], 'quotation marks'],
      ['a placeholder', 'origin', [request, authToken, { origin: '<origin>' }], 'a placeholder'],
      ['a URL of one slash', 'url', [request, authToken, { url: 'https:/app.example/' }]],
      ['an origin with a path', 'origin', [request, authToken, { origin: voice }], 'got a path'],
      [
        'an origin with a query',
        'origin',
        [request, authToken, { origin: 'https://a.example?b' }],
        'a query',
      ],
      [
        'an origin with a fragment',
        'origin',
        [request, authToken, { origin: 'https://a.example/#b' }],
        'fragment',
      ],
      ['a host as the origin', 'origin', [request, authToken, { origin: 'app.example' }]],
      [
        'a URL and an origin',
        'origin',
        [request, authToken, { origin: 'https://a.example', url: voice }],
        'got both',
      ],
      ['a list of shared keys', 'sharedKeys', [request, authToken, { sharedKeys: [another] }]],
      [
        'a shared key that is not set',
        'sharedKeys.k',
        [request, authToken, { sharedKeys: { k: undefined } }],
      ],
      [
        'a placeholder in a list of a shared key',
        'sharedKeys.k[1]',
        [request, authToken, { sharedKeys: { k: [another, 'your_secret'] } }],
      ],
    ])('reject %s with a TypeError', async (_, argument, args, says = argument) => {
      const promise = verifyWebhook(...(args as unknown as Arguments))
      await expect(promise).rejects.toThrow(TypeError)
      await expect(promise).rejects.toMatchObject({ argument })
      await expect(promise).rejects.toThrow(says)
    })

    it('name the environment if the auth token is undefined', async () => {
      const promise = verifyWebhook(request, undefined as unknown as string)
      await expect(promise).rejects.toThrow(/authToken: .*environment/)
    })

    it('count as omitted if an option is undefined', async () => {
      const options = { url: undefined, origin: undefined, sharedKeys: undefined }
      const sent = await send({ body: 'To=1' })
      await verifyWebhook(sent, authToken, options as unknown as WebhookOptions)
    })

    it('are only own properties', async () => {
      const inherited = Object.create({ origin: 'https://other.example' }) as WebhookOptions
      const promise = verifyWebhook(await send(), authToken, inherited)
      await expect(promise).rejects.toMatchObject({ argument: 'options' })
    })
  })

  describe('order of checks', () => {
    const tooLong = new Uint8Array(1_048_577)
    // Each row lacks one thing less than the row before.
    const rows: [string, Sent, Secret, string][] = [
      ['the arguments', { signature: null, body: tooLong }, '', 'TypeError'],
      ['the signature header', { signature: null, body: tooLong }, another, 'ERR_WEBHOOK_UNSIGNED'],
      [
        'the settings header',
        { signature: 'x', body: tooLong, headers: settings('key=j') },
        another,
        'ERR_WEBHOOK_KEY',
      ],
      ['the size of the body', { signature: 'x', body: tooLong }, another, 'ERR_WEBHOOK_BODY'],
    ]
    it.each(rows)('has %s in its place', async (_, sent, token, expected) => {
      const outcome = outcomeOf(verifyWebhook(await send(sent), token))
      await expect(outcome.catch((error: unknown) => (error as Error).name)).resolves.toBe(expected)
    })

    it('has the account after the body, the hash after it, and the signature last', async () => {
      const json: Sent = { body: '{}', type: 'application/json', signature: 'x' }
      const asked: (string | undefined)[] = []
      const nobody = (sid: string | undefined) => {
        asked.push(sid)
        return undefined
      }
      const long = await send({ ...json, body: tooLong })
      expect(await outcomeOf(verifyWebhook(long, nobody))).toBe('ERR_WEBHOOK_BODY')
      expect(asked).toEqual([])
      expect(await outcomeOf(verifyWebhook(await send(json), nobody))).toBe('ERR_WEBHOOK_KEY')
      expect(asked).toEqual([undefined])
      expect(await outcomeOf(verifyWebhook(await send(json), authToken))).toBe(
        'ERR_WEBHOOK_BODY json-without-hash',
      )
      const url = `${voice}?bodySHA256=${await sha256('{}')}`
      expect(await outcomeOf(verifyWebhook(await send({ ...json, url }), authToken))).toBe(
        'ERR_WEBHOOK_SIGNATURE signature-form',
      )
    })

    it('does not read the body of an unsigned request', async () => {
      for (const signature of [null, '', ' ']) {
        const request = await send({ body: 'To=1', signature })
        expect(await outcomeOf(verifyWebhook(request, authToken))).toBe('ERR_WEBHOOK_UNSIGNED')
        expect(request.bodyUsed).toBe(false)
      }
    })
  })

  describe('auth tokens', () => {
    it('may be several, while one is rotated', async () => {
      for (const tokens of [
        [authToken, another],
        [another, authToken],
      ])
        await verifyWebhook(await send({ body: 'To=1' }), tokens)
    })

    it.each([
      ['the form', account, { body: `AccountSid=${account}&AccountSid=AC2` }],
      ['the query', account, { url: `${voice}?AccountSid=${account}`, method: 'GET' }],
      [
        'the form before the query',
        account,
        { url: `${voice}?AccountSid=AC2`, body: `AccountSid=${account}` },
      ],
      [
        'the query if the form has none',
        account,
        { url: `${voice}?AccountSid=${account}`, body: 'To=1' },
      ],
      ['nothing if there is none', undefined, { body: 'accountSid=AC1' }],
      ['nothing if it is not a SID', undefined, { body: 'AccountSid=__proto__' }],
      [
        'nothing if it is of another kind',
        undefined,
        { body: `AccountSid=${account.replace('AC', 'SK')}` },
      ],
      [
        'nothing if the first one is not a SID',
        undefined,
        { body: `AccountSid=x&AccountSid=${account}` },
      ],
    ] as [string, string | undefined, Sent][])(
      'may depend on the account in %s',
      async (_, expected, sent) => {
        const lookUp = vi.fn(() => Promise.resolve([another, authToken]))
        await verifyWebhook(await send(sent), lookUp)
        expect(lookUp.mock.calls).toEqual([[expected]])
      },
    )

    it('may be missing for an account', async () => {
      const outcome = outcomeOf(verifyWebhook(await send(), () => undefined))
      expect(await outcome).toBe('ERR_WEBHOOK_KEY')
    })

    it('pass on what their function throws', async () => {
      const failure = new Error('no database')
      const promise = verifyWebhook(await send(), () => Promise.reject(failure))
      await expect(promise).rejects.toBe(failure)
    })

    it.each([[''], [null], [[]], ['undefined'], [1]])(
      'must be secrets if a function returns them: %j is a TypeError',
      async (secret) => {
        const promise = verifyWebhook(await send(), () => secret as string)
        await expect(promise).rejects.toThrow(TypeError)
        await expect(promise).rejects.toMatchObject({ argument: 'authToken' })
      },
    )
  })

  describe('shared keys', () => {
    it.each([
      ['SHA-256', 'HMAC_SHA256'],
      ['SHA-1', 'HMAC_SHA1'],
    ])('sign with %s if the header says so', async (hash, algorithm) => {
      const headers = settings(`key=k,algorithm=${algorithm}`)
      const request = await send({ body: 'To=1', headers, secret: another, hash })
      const lookUp = vi.fn()
      await verifyWebhook(request, lookUp, { sharedKeys })
      expect(lookUp).not.toHaveBeenCalled()
    })

    it.each(['k', '__proto__', 'a key=b,c', 'key=k,algorithm=HMAC_SHA1', 'webhooks_sharedkey_01'])(
      'may have any name, such as %s',
      async (name) => {
        const sharedKeys = Object.fromEntries([[name, ['other', another]]])
        const headers = settings(`key=${name},algorithm=HMAC_SHA256`)
        const request = await send({ headers, secret: another, hash: 'SHA-256' })
        await verifyWebhook(request, authToken, { sharedKeys })
      },
    )

    it.each([
      '',
      'key=k',
      'algorithm=HMAC_SHA256',
      'key=,algorithm=HMAC_SHA256',
      'key=j,algorithm=HMAC_SHA256',
      'key=__proto__,algorithm=HMAC_SHA256',
      'key=toString,algorithm=HMAC_SHA256',
      'key=k,algorithm=HMAC_SHA512',
      'key=k,algorithm=hmac_sha256',
      'key=k, algorithm=HMAC_SHA256',
      'KEY=k,algorithm=HMAC_SHA256',
      'algorithm=HMAC_SHA256,key=k',
      'key=k,algorithm=HMAC_SHA256,x=1',
      'key=k,algorithm=HMAC_SHA256, key=k,algorithm=HMAC_SHA256',
      'key="k",algorithm=HMAC_SHA256',
    ])('are not found by the settings "%s"', async (value) => {
      const request = await send({ headers: settings(value), secret: another, hash: 'SHA-256' })
      // Not even a key without a name.
      const options = { sharedKeys: { ...sharedKeys, '': another, undefined: another } }
      const outcome = await outcomeOf(verifyWebhook(request, authToken, options))
      expect(outcome).toBe('ERR_WEBHOOK_KEY')
    })

    it('are not used without the header', async () => {
      const request = await send({ body: 'To=1', secret: another })
      const outcome = await outcomeOf(verifyWebhook(request, authToken, { sharedKeys }))
      expect(outcome).toBe('ERR_WEBHOOK_SIGNATURE secret-swapped')
    })

    it('are not replaced by the auth token', async () => {
      const request = await send({ headers: byKey, hash: 'SHA-256' })
      const outcome = await outcomeOf(verifyWebhook(request, authToken, { sharedKeys }))
      expect(outcome).toBe('ERR_WEBHOOK_SIGNATURE secret-swapped')
    })
  })

  describe('the options url and origin', () => {
    const inner = 'http://10.0.0.7:3000/in?a=1'
    it.each([
      [
        'origin with its port',
        inner,
        { origin: 'https://App.example:8443' },
        'https://App.example:8443/in?a=1',
      ],
      [
        'origin without its port',
        inner,
        { origin: 'https://app.example:8443/' },
        'https://app.example/in?a=1',
      ],
      [
        'origin with credentials',
        inner,
        { origin: 'https://u:p@app.example' },
        'https://u:p@app.example/in?a=1',
      ],
      ['url with its own query', inner, { url: `${voice}?b=2` }, `${voice}?b=2`],
      ['url with the query of the request', inner, { url: `${voice}?b=2` }, `${voice}?a=1`],
      ['url without a query and that of the request', inner, { url: voice }, `${voice}?a=1`],
      [
        'url with credentials',
        inner,
        { url: 'https://u:p@app.example/' },
        'https://u:p@app.example/',
      ],
      [
        'url without its credentials',
        inner,
        { url: 'https://u:p@app.example/' },
        'https://app.example/?a=1',
      ],
      ['url with capitals', inner, { url: 'HTTPS://App.example/x' }, 'HTTPS://App.example/x'],
      [
        'url without its capitals',
        inner,
        { url: 'HTTPS://App.example/x' },
        'https://app.example/x',
      ],
      ['url without its fragment', inner, { url: `${voice}#rc=3` }, voice],
      [
        'url with letters outside ASCII',
        inner,
        { url: 'https://müller.example/é' },
        'https://müller.example/é',
      ],
      [
        'url as a Request shows it',
        inner,
        { url: 'https://müller.example/é' },
        'https://xn--mller-kva.example/%C3%A9',
      ],
      [
        'url with dots in its path',
        inner,
        { url: 'https://app.example/a/../b' },
        'https://app.example/a/../b',
      ],
      ['url with a space', inner, { url: 'https://app.example/a b' }, 'https://app.example/a b'],
      [
        'url of a WebSocket over HTTP/2',
        inner,
        { url: 'wss://app.example/ws' },
        'wss://app.example/ws?a=1',
      ],
      [
        'url of a WebSocket without TLS',
        inner,
        { url: 'ws://app.example/ws' },
        'ws://app.example/ws?a=1',
      ],
    ])('accept %s', async (_, url, options, signed) => {
      const request = await send({ url, method: 'GET', signed })
      const contents = await verifyWebhook(request, authToken, options)
      expect(contents.url).toBe(signed)
    })

    it('accept the query of a WebSocket over HTTP/2 as parameters', async () => {
      const request = await send({ url: inner, method: 'GET', signed: 'wss://app.example/wsa1' })
      const options = { url: 'wss://app.example/ws' }
      const { url, params } = await verifyWebhook(request, authToken, options)
      expect(url).toBe('wss://app.example/ws')
      expect(params.get('a')).toBe('1')
    })

    it('become those of a WebSocket if the request is one', async () => {
      const headers = { connection: 'Upgrade', upgrade: 'WebSocket' }
      for (const options of [
        {},
        { origin: 'https://app.example' },
        { url: 'https://app.example/in' },
      ]) {
        const host = Object.keys(options).length > 0 ? 'app.example' : '10.0.0.7'
        const sent = { url: `https://${host}/in?a=1`, method: 'GET', headers }
        const request = await send({ ...sent, signed: `wss://${host}/in?a=1` })
        // A page cannot set Upgrade: there it is a GET, and was not signed so.
        expect(await outcomeOf(verifyWebhook(request, authToken, options))).toBe(
          hasUpgrade ? 'accepted' : 'ERR_WEBHOOK_SIGNATURE scheme',
        )
      }
    })
  })

  describe('the body', () => {
    const hashed = async (body: Uint8Array<ArrayBuffer>): Promise<Sent> => ({
      url: `${voice}?bodySHA256=${await sha256(body)}`,
      type: 'application/octet-stream',
      body,
    })

    it('may have 1 MiB', async () => {
      const body = new Uint8Array(1_048_576).fill(0x61)
      const contents = await verifyWebhook(await send(await hashed(body)), authToken)
      expect(contents.body).toHaveLength(1_048_576)
    })

    it('must not have one byte more', async () => {
      const promise = verifyWebhook(await send(await hashed(new Uint8Array(1_048_577))), authToken)
      await expect(promise).rejects.toMatchObject({
        code: 'ERR_WEBHOOK_BODY',
        cause: expect.any(RangeError),
      })
    })

    it('must not be read before', async () => {
      const request = await send({ body: 'To=1' })
      await request.text()
      const promise = verifyWebhook(request, authToken)
      await expect(promise).rejects.toMatchObject({
        code: 'ERR_WEBHOOK_BODY',
        cause: expect.any(Error),
      })
      await expect(promise).rejects.not.toHaveProperty('reason')
    })

    it('may be read from a clone', async () => {
      const request = await send({ body: 'To=1' })
      await request.clone().text()
      await verifyWebhook(request, authToken)
    })
  })

  describe('a body that is a stream', () => {
    if (!hasStreams) {
      it('is judged as the text that this runtime makes of it', async () => {
        const body = new ReadableStream()
        const request = await send({ body, type: 'text/plain', signed: voice })
        expect(await request.clone().text()).toBe('[object ReadableStream]')
        expect(await outcomeOf(verifyWebhook(request, authToken))).toBe(
          'ERR_WEBHOOK_BODY json-without-hash',
        )
      })
      return
    }

    const stream = (
      pull: (controller: ReadableStreamDefaultController) => unknown,
      cancel = vi.fn(),
    ) =>
      new ReadableStream(
        { pull: (controller) => void pull(controller), cancel },
        { highWaterMark: 0 },
      )
    const check = async (body: ReadableStream) =>
      verifyWebhook(await send({ body, type: formType, signed: `${voice}To1` }), authToken)

    it('may come in parts, from a buffer that is used again', async () => {
      const buffer = new Uint8Array(1)
      const bytes = [...new TextEncoder().encode('To=1')]
      const body = stream((controller) => {
        const byte = bytes.shift()
        if (byte === undefined) controller.close()
        else controller.enqueue(buffer.fill(byte))
      })
      await check(body)
    })

    it.each([
      ['that fails', new Error('reset')],
      ['that fails with nothing', undefined],
    ])('%s is rejected with its cause', async (_, cause) => {
      const body = stream((controller) => {
        controller.error(cause)
      })
      await expect(check(body)).rejects.toMatchObject({ code: 'ERR_WEBHOOK_BODY', cause })
    })

    it('of text is rejected', async () => {
      const body = stream((controller) => {
        controller.enqueue('To=1')
        controller.close()
      })
      expect(await outcomeOf(check(body))).toBe('ERR_WEBHOOK_BODY')
    })

    it('that never ends is rejected and canceled after 1 MiB', async () => {
      let chunks = 0
      const cancel = vi.fn(() => Promise.reject(new Error('cannot cancel')))
      const body = stream((controller) => {
        chunks++
        controller.enqueue(new Uint8Array(65_536))
      }, cancel)
      expect(await outcomeOf(check(body))).toBe('ERR_WEBHOOK_BODY')
      expect(chunks).toBeLessThanOrEqual(18)
      expect(cancel).toHaveBeenCalledOnce()
    })

    it('that stalls is waited for until the platform ends it', async () => {
      let controller: ReadableStreamDefaultController | undefined
      const body = new ReadableStream({
        start: (own) => {
          controller = own
        },
      })
      const outcome = outcomeOf(check(body))
      const wait = new Promise((resolve) => setTimeout(resolve, 20, 'waiting'))
      expect(await Promise.race([outcome, wait])).toBe('waiting')
      controller?.error(new Error('timeout'))
      expect(await outcome).toBe('ERR_WEBHOOK_BODY')
    })

    it('that another reader has locked is rejected', async () => {
      const request = await send({ body: 'To=1' })
      request.body?.getReader()
      expect(await outcomeOf(verifyWebhook(request, authToken))).toBe('ERR_WEBHOOK_BODY')
    })
  })

  it('compares at most two spellings of a large form', async () => {
    const verified = vi.spyOn(crypto.subtle, 'verify')
    const body = Array.from({ length: 200_000 }, (_, i) => (i % 1000).toString(36)).join('&')
    const outcome = await outcomeOf(verifyWebhook(await send({ body, signed: 'other' }), authToken))
    expect(outcome).toBe('ERR_WEBHOOK_SIGNATURE unknown')
    expect(verified).toHaveBeenCalledTimes(2)
  })

  it('says so if there is no crypto.subtle', async () => {
    const request = await send({
      body: '{}',
      type: 'application/json',
      url: `${voice}?bodySHA256=`,
    })
    // The edge VM does not let go of its crypto, but of the part.
    const isFree = Object.getOwnPropertyDescriptor(globalThis, 'crypto')?.configurable === true
    const [owner, name] = isFree ? [globalThis, 'crypto'] : [crypto, 'subtle']
    const own = Object.getOwnPropertyDescriptor(owner, name)
    Object.defineProperty(owner, name, { value: undefined, configurable: true })
    try {
      await expect(verifyWebhook(request, 'no key yet')).rejects.toThrow('crypto.subtle')
    } finally {
      if (own) Object.defineProperty(owner, name, own)
      else Reflect.deleteProperty(owner, name)
    }
  })
})

describe('signWebhook()', () => {
  it('returns a new request with the same method, headers and body', async () => {
    const init = {
      method: 'PUT',
      headers: { 'x-own': '1', 'content-type': formType },
      body: 'To=1',
    }
    const signed = await signWebhook(new Request(voice, init), authToken)
    expect(signed).toBeInstanceOf(Request)
    expect([signed.url, signed.method]).toEqual([voice, 'PUT'])
    expect(signed.headers.get('x-own')).toBe('1')
    expect(await signed.text()).toBe('To=1')
  })

  it('signs the example of the documentation of Twilio', async () => {
    const body =
      'CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212'
    const init = { method: 'POST', headers: { 'content-type': formType }, body }
    const request = new Request('https://mycompany.com/myapp.php?foo=1&bar=2', init)
    const signed = await signWebhook(request, '12345')
    expect(signed.headers.get('X-Twilio-Signature')).toBe('RSOYDt4T1cUTdK1PDd93/VVr8B8=')
    expect(signed.headers.get('X-Twilio-Webhooks-Signature-Settings')).toBeNull()
  })

  it.each([
    ['a body that is not a form', 'POST', voice, '{}', '?'],
    ['a body beside a query', 'POST', `${voice}?a=1&&b`, '{}', '?a=1&&b&'],
    ['a body beside an empty query', 'POST', `${voice}?`, '{}', '?'],
    [
      'a body whose hash is that of another',
      'POST',
      `${voice}?bodySHA256=x&a=1&bodySHA256=y`,
      '{}',
      '?a=1&',
    ],
    ['no body beside the hash of another', 'POST', `${voice}?bodySHA256=x`, '', '?'],
    ['no body', 'POST', voice, '', undefined],
    ['a GET beside a hash', 'GET', `${voice}?bodySHA256=x`, '', undefined],
  ])('adds the hash of %s, if it needs one', async (_, method, url, body, before) => {
    const init = { method, headers: { 'content-type': 'application/json' }, body: body || null }
    const signed = await signWebhook(new Request(url, init), authToken)
    const hashed = before && `${voice}${before}bodySHA256=${await sha256(body)}`
    expect(signed.url).toBe(hashed ?? url)
    await verifyWebhook(signed, authToken)
  })

  it.each([
    ['the request', 'https://inner.example/in?c=3', '?c=3'],
    ['the option url, if the request has none', 'https://inner.example/in', '?a=1&b=2'],
  ])('adds the hash of a body to the query of %s', async (_, own, query) => {
    const options = { url: `${voice}?a=1&b=2` }
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }
    const signed = await signWebhook(new Request(own, init), authToken, options)
    const hashed = `${query}&bodySHA256=${await sha256('{}')}`
    expect(signed.url).toBe(`https://inner.example/in${hashed}`)
    const { url } = await verifyWebhook(signed, authToken, options)
    expect(url).toBe(voice + hashed)
  })

  it('leaves a hash that is right where it is', async () => {
    const url = `${voice}?bodySHA256=${await sha256('{}')}&a=1`
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }
    const signed = await signWebhook(new Request(url, init), authToken)
    expect(signed.url).toBe(url)
  })

  it.each([
    ['k', undefined, 'HMAC_SHA256'],
    ['webhooks_sharedkey_01', undefined, 'HMAC_SHA256'],
    ['k', 'HMAC_SHA256', 'HMAC_SHA256'],
    ['k', 'HMAC_SHA1', 'HMAC_SHA1'],
  ] as const)('signs with the shared key %s and %s', async (name, algorithm, expected) => {
    const sharedKey = { name, algorithm } as SignWebhookOptions['sharedKey'] & object
    const signed = await signWebhook(new Request(voice), another, { sharedKey })
    expect(signed.headers.get('X-Twilio-Webhooks-Signature-Settings')).toBe(
      `key=${name},algorithm=${expected}`,
    )
    await verifyWebhook(signed, authToken, { sharedKeys: { [name]: another } })
  })

  it.each<[argument: string, args: unknown[], says?: string]>([
    ['request', [voice, authToken]],
    ['authToken', [new Request(voice), [authToken]]],
    ['authToken', [new Request(voice)]],
    ['sharedKeys', [new Request(voice), authToken, { sharedKeys: {} }]],
    ['url', [new Request(voice), authToken, { url: 'app.example' }]],
    ['sharedKey', [new Request(voice), authToken, { sharedKey: 'k' }]],
    ['sharedKey', [new Request(voice), authToken, { sharedKey: null }]],
    ['sharedKey', [new Request(voice), authToken, { sharedKey: '' }]],
    ['key', [new Request(voice), authToken, { sharedKey: { key: 'k' } }], 'use name'],
    ['keyId', [new Request(voice), authToken, { sharedKey: { keyId: 'k' } }], 'use name'],
    ['sid', [new Request(voice), authToken, { sharedKey: { sid: 'k' } }], 'use name'],
    ['digest', [new Request(voice), authToken, { sharedKey: { digest: 'k' } }], 'use algorithm'],
    [
      'secret',
      [new Request(voice), authToken, { sharedKey: { secret: 'k' } }],
      'use signWebhook(request, authToken)',
    ],
    [
      'algorithm',
      [new Request(voice), authToken, { algorithm: 'HMAC_SHA1' }],
      'use signWebhook(request, authToken, { sharedKey: { name: …, algorithm: … } })',
    ],
    ['host', [new Request(voice), authToken, { host: 'k' }], 'use origin'],
    ['sharedKey.name', [new Request(voice), authToken, { sharedKey: {} }]],
    ['sharedKey.name', [new Request(voice), authToken, { sharedKey: { name: 'k\n' } }]],
    [
      'sharedKey.algorithm',
      [new Request(voice), authToken, { sharedKey: { name: 'k', algorithm: 'SHA256' } }],
    ],
  ])('rejects a wrong %s: %#', async (argument, args, says = argument) => {
    const promise = signWebhook(...(args as unknown as Parameters<typeof signWebhook>))
    await expect(promise).rejects.toThrow(TypeError)
    await expect(promise).rejects.toMatchObject({ argument })
    await expect(promise).rejects.toThrow(says)
  })

  // Names that hold the name of an option, of another call or of a synonym, but mean something else.
  it.each([
    ...['secretKey', 'keySecret'].map((name) => [name, 'use signWebhook(request, authToken)']),
    ...['keyring', 'monkey', 'accountSid', 'identity', 'bodyHash'].map((name) => [
      name,
      'the options are name, algorithm',
    ]),
  ])('does not mistake %s for an option of a shared key', async (name = '', advice = '') => {
    const options = { sharedKey: { [name]: 'x' } } as unknown as SignWebhookOptions
    await expect(signWebhook(new Request(voice), authToken, options)).rejects.toHaveProperty(
      'message',
      `Cannot use ${name}: there is no such option, ${advice}`,
    )
  })

  it.each<[argument: string, options: unknown, message: string]>([
    [
      'options',
      'x',
      'it must be a plain object, as in signWebhook(request, authToken, { url }), got a string of 1 characters',
    ],
    [
      'validate',
      { validate: true },
      'there is no such option, the options are origin, url, sharedKey',
    ],
    ['secret', { secret: 'x' }, 'there is no such option, use signWebhook(request, authToken)'],
    [
      'sharedKey',
      { sharedKey: 'k' },
      'it must be a plain object, as in { name }, got a string of 1 characters',
    ],
    [
      'sharedKey.name',
      { sharedKey: { name: 'ék' } },
      'it must be printable ASCII, got another character',
    ],
    [
      'sharedKey.algorithm',
      { sharedKey: { name: 'k', algorithm: '' } },
      'it must be a string that is not empty, got an empty string',
    ],
    [
      'sharedKey.algorithm',
      { sharedKey: { name: 'k', algorithm: 'SHA256' } },
      'it must be HMAC_SHA256 or HMAC_SHA1, got a string of 6 characters',
    ],
  ])('says what is wrong with %s in %j', async (argument, options, message) => {
    const promise = signWebhook(new Request(voice), authToken, options as SignWebhookOptions)
    await expect(promise).rejects.toHaveProperty('message', `Cannot use ${argument}: ${message}`)
  })

  it('rejects a body that it cannot read', async () => {
    const request = new Request(voice, { method: 'POST', body: 'x' })
    await request.text()
    await expect(signWebhook(request, authToken)).rejects.toMatchObject({
      code: 'ERR_WEBHOOK_BODY',
      message: expect.stringContaining('Cannot sign webhook: its body must not be read before'),
    })
  })
})

describe('WebhookError', () => {
  const thrown = async () =>
    verifyWebhook(await send({ signed: 'other' }), authToken).then(
      () => expect.unreachable(),
      (error: unknown) => error as WebhookError,
    )

  it('has a name, a code and a reason', async () => {
    const error = await thrown()
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ name: 'WebhookError', code: 'ERR_WEBHOOK_SIGNATURE' })
    expect(error.reason).toBe('params-missing')
    expect(Object.keys(error).sort()).toEqual(['code', 'name', 'reason'])
  })

  it('has a reason only if there is one, and a cause only if there is one', () => {
    const plain = new WebhookError('ERR_WEBHOOK_UNSIGNED', 'x')
    expect(Object.keys(plain).sort()).toEqual(['code', 'name'])
    expect('cause' in plain).toBe(false)
    const cause = new Error('y')
    expect(new WebhookError('ERR_WEBHOOK_BODY', 'x', { cause }).cause).toBe(cause)
  })

  it('is recognized by name and code, also from another copy of the library', () => {
    const copy = Object.assign(new Error('x'), {
      name: 'WebhookError',
      code: 'ERR_WEBHOOK_KEY',
    })
    expect(copy).toBeInstanceOf(WebhookError)
    for (const other of [
      new Error('x'),
      Object.assign(new Error('x'), { name: 'WebhookError' }),
      Object.assign(new Error('x'), { code: 'ERR_WEBHOOK_KEY' }),
      Object.assign(new Error('x'), { name: 'WebhookError', code: 'ERR_OTHER' }),
      { name: 'WebhookError', code: 'ERR_WEBHOOK_KEY' },
      undefined,
      null,
    ])
      expect(other).not.toBeInstanceOf(WebhookError)
  })

  it('has subclasses that recognize only their own instances', () => {
    class Refusal extends WebhookError {}
    expect(new Refusal('ERR_WEBHOOK_KEY', 'x')).toBeInstanceOf(Refusal)
    expect(new WebhookError('ERR_WEBHOOK_KEY', 'x')).not.toBeInstanceOf(Refusal)
  })
})

describe('types', () => {
  it('state what a webhook is', () => {
    expectTypeOf(verifyWebhook).returns.resolves.toEqualTypeOf<WebhookContents>()
    expectTypeOf(signWebhook).returns.resolves.toEqualTypeOf<Request>()
    expectTypeOf<WebhookContents>().toEqualTypeOf<{
      url: string
      params: URLSearchParams
      body: string
    }>()
    expectTypeOf<WebhookError['code']>().toEqualTypeOf<WebhookErrorCode>()
    expectTypeOf<WebhookError['reason']>().toEqualTypeOf<WebhookReason | undefined>()
  })
})

// The law: what signWebhook() signs, verifyWebhook() accepts.

const isUrl = (text: string) => {
  try {
    return new URL(text).href !== ''
  } catch {
    return false
  }
}

const part = fc.stringMatching(/^[A-Za-z0-9._~!$&'()*+,;=:@%-]{0,8}$/)
const host = fc.stringMatching(/^[a-z][a-z0-9]{0,9}$/).map((name) => `${name}.example`)
const origin = fc
  .tuple(fc.constantFrom('https', 'http'), host, fc.constantFrom('', ':8443', ':80', ':443'))
  .map(([scheme, host, port]) => `${scheme}://${host}${port}`)
const url = fc
  .tuple(origin, fc.array(part, { maxLength: 3 }), fc.option(fc.array(part, { maxLength: 3 })))
  .map(
    ([origin, path, query]) => `${origin}/${path.join('/')}${query ? `?${query.join('&')}` : ''}`,
  )
  .filter(isUrl)

// No digits, so that a digit changes what is signed wherever it is added.
const text = fc.string({ unit: fc.constantFrom(...'abAB_ +&=%\'"\n\0é～😀-'), maxLength: 6 })
const pairs = fc.array(fc.tuple(text, text), { maxLength: 6 })
const escape = (byte: number) => `%${byte.toString(16).padStart(2, '0')}`

/** Writes a form in one of the ways in which the same pairs can be written. */
function write(pairs: readonly (readonly [string, string])[], choices: Iterator<number>): string {
  const choose = () => Number(choices.next().value)
  const encode = (text: string) =>
    Array.from(text, (character) => {
      const bytes = [...new TextEncoder().encode(character)].map(escape).join('')
      if (character === ' ') return ['+', '%20'][choose() % 2]
      if (/^[a-zA-Z]$/.test(character) && choose() % 4 > 0) return character
      return choose() % 2 ? bytes.toUpperCase() : bytes
    }).join('')
  return pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')
}

function* chosen(numbers: readonly number[]): Generator<number> {
  for (;;) yield* numbers
}

const choices = fc.array(fc.nat(7), { minLength: 7, maxLength: 23 })
const content = fc.oneof(
  fc.record({
    type: fc.constantFrom(formType, `${formType}; charset=UTF-8`, formType.toUpperCase()),
    body: fc.tuple(pairs, choices).map(([pairs, numbers]) => write(pairs, chosen(numbers))),
  }),
  fc.record({
    type: fc.constantFrom(
      'application/json',
      'text/plain',
      'multipart/form-data; boundary=b',
      null,
    ),
    body: fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Uint8Array.from(bytes)),
      fc.json(),
    ),
  }),
)
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PURGE']
const webhook = fc.record({
  url,
  method: fc.constantFrom(...methods),
  content,
  headers: fc.constantFrom({}, { upgrade: 'websocket' }, { 'x-forwarded-host': 'other.example' }),
})
const options = fc.oneof(
  fc.constant({}),
  fc.record({ origin }),
  fc.record({
    url: fc.oneof(
      url,
      url.map((url) => `${url.replace('//', '//u:p@')}#rc=3`),
    ),
  }),
)

type Webhook = typeof webhook extends fc.Arbitrary<infer T> ? T : never

const isBodiless = (method: string) => method === 'GET' || method === 'HEAD'
const bytesOf = (body: string | Uint8Array<ArrayBuffer>) =>
  typeof body === 'string' ? new TextEncoder().encode(body) : body

function make({ url, method, content: { type, body }, headers }: Webhook): Request {
  const all = new Headers(headers)
  if (type !== null) all.set('content-type', type)
  return new Request(url, {
    method,
    headers: all,
    body: isBodiless(method) ? null : bytesOf(body),
  })
}

/** The same request with something else in it. */
async function change(
  request: Request,
  { url = request.url, headers = {}, body }: { url?: string; headers?: object; body?: string },
): Promise<Request> {
  const all = new Headers(request.headers)
  for (const [name, value] of Object.entries(headers)) all.set(name, String(value))
  const bytes = body === undefined ? await request.clone().arrayBuffer() : bytesOf(body)
  return new Request(url, {
    method: request.method,
    headers: all,
    body: isBodiless(request.method) ? null : bytes,
  })
}

describe('law', () => {
  it('verifyWebhook() accepts what signWebhook() signs', async () => {
    await fc.assert(
      fc.asyncProperty(webhook, options, fc.boolean(), async (each, options, isShared) => {
        const { method, content } = each
        const sharedKey = isShared ? { sharedKey: { name: 'k' } } : {}
        const signed = await signWebhook(make(each), another, { ...options, ...sharedKey })
        expect(signed.method).toBe(method)
        const keys = isShared ? { sharedKeys } : {}
        const verified = await verifyWebhook(signed.clone(), isShared ? authToken : another, {
          ...options,
          ...keys,
        })
        const isForm = content.type?.toLowerCase().startsWith(formType) && !isBodiless(method)
        const sent = isBodiless(method) ? new Uint8Array() : bytesOf(content.body)
        const body = new TextDecoder('utf-8', { ignoreBOM: true }).decode(sent)
        expect(verified.body).toBe(body)
        const query = verified.url.includes('?')
          ? verified.url.slice(verified.url.indexOf('?'))
          : ''
        const pairs = [...new URLSearchParams(isForm ? `?${body}` : query)]
        const unique = new Set(pairs.map((pair) => JSON.stringify(pair)))
        expect(new Set([...verified.params].map((pair) => JSON.stringify(pair)))).toEqual(unique)
        expect([...verified.params]).toHaveLength(unique.size)
      }),
      { numRuns: 300 },
    )
  })

  it('other spellings of a form have the same signature and the same parameters', async () => {
    await fc.assert(
      fc.asyncProperty(pairs, choices, fc.array(fc.nat()), async (pairs, numbers, order) => {
        const first = write(pairs, chosen([1]))
        const init = { method: 'POST', headers: { 'content-type': formType }, body: first }
        const signed = await signWebhook(new Request(voice, init), authToken)
        const shuffled = [...pairs, ...pairs.slice(0, 2)]
          .map((pair, i) => ({ pair, at: order[i % order.length] ?? 0 }))
          .sort((a, b) => a.at - b.at)
          .map(({ pair }) => pair)
        const other = await change(signed, { body: write(shuffled, chosen(numbers)) })
        const { params } = await verifyWebhook(signed, authToken)
        expect((await verifyWebhook(other, authToken)).params.toString()).toBe(params.toString())
        expect([...params].map((pair) => pair.join('')).join('')).toBe(formText(first))
      }),
      { numRuns: 200 },
    )
  })

  it('whatever changes what is signed is rejected', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
    await fc.assert(
      fc.asyncProperty(webhook, fc.nat(26), fc.nat(62), async (each, at, by) => {
        const signed = await signWebhook(make(each), authToken)
        const signature = signed.headers.get('x-twilio-signature') ?? ''
        // Not the last character, whose unused bits make it no base64 at all.
        const i = at % 26
        const other = alphabet[(alphabet.indexOf(signature[i] ?? '') + 1 + by) % 64] ?? ''
        const changed = [
          await change(signed, {
            headers: {
              'x-twilio-signature': signature.slice(0, i) + other + signature.slice(i + 1),
            },
          }),
          await change(signed, { url: signed.url.replace('.example', '.example0') }),
          await change(signed, { url: `${signed.url}${signed.url.includes('?') ? '' : '?'}&0` }),
        ]
        const { method, content } = each
        if (!isBodiless(method)) {
          const isForm = content.type?.toLowerCase().startsWith(formType)
          const body = await signed.clone().text()
          changed.push(await change(signed, { body: isForm ? `${body}&0=0` : `${body}0` }))
        }
        for (const request of changed)
          expect(await outcomeOf(verifyWebhook(request, authToken))).not.toBe('accepted')
      }),
      { numRuns: 100 },
    )
  })
})
