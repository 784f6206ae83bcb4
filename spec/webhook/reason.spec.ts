import fc from 'fast-check'
import { verifyWebhook, WebhookError, type Secret, type WebhookOptions } from 'twilio-tokens'
import { afterEach, describe, expect, it, vi } from 'vitest'
import variants from '../field/webhook-variants.json' with { type: 'json' }
import reported from '../field/webhooks.json' with { type: 'json' }
import {
  authToken,
  formText,
  formType,
  hasUpgrade,
  outcomeOf,
  send,
  signatureOf,
  voice,
  type Sent,
} from '../support/webhook.ts'

interface FieldCase {
  id: string
  about: string
  request: {
    url: string
    method: string
    headers: Record<string, string>
    body?: string
    bodyBase64?: string
  }
  authToken: Secret | { byAccount: Record<string, Secret> }
  options: WebhookOptions
  accept: boolean
  url?: string
  params?: [string, string][]
  code?: string | string[]
  reason?: string | string[]
  proof?: boolean
  says?: string[]
  throws?: string
  argument?: string
}

const field = [...(reported as unknown[]), ...(variants as unknown[])] as FieldCase[]
const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0))
const isOne = (value: string | undefined, allowed: string | string[] | undefined) =>
  value === undefined ? allowed === undefined : [allowed].flat().includes(value)

function requestOf({ request: { url, method, headers, body, bodyBase64 } }: FieldCase): Request {
  const content = bodyBase64 === undefined ? body : bytesOf(bodyBase64)
  const hasBody = method !== 'GET' && method !== 'HEAD'
  return new Request(url, { method, headers, body: hasBody ? (content ?? null) : null })
}

function tokenOf({ authToken: token }: FieldCase): Parameters<typeof verifyWebhook>[1] {
  if (typeof token === 'string' || !('byAccount' in token)) return token
  return (accountSid) => {
    if (accountSid !== undefined) expect(accountSid).toMatch(/^AC[0-9A-Za-z]+$/)
    const name = accountSid ?? 'none'
    return Object.hasOwn(token.byAccount, name) ? token.byAccount[name] : undefined
  }
}

const stringsIn = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : Object.values(value ?? {}).flatMap(stringsIn)

/** Nothing that an error shows may contain a secret or the signature that came. */
function expectNoSecrets(error: Error, { request, authToken: token, options }: FieldCase): void {
  const own = JSON.stringify(error, Object.getOwnPropertyNames(error))
  const shown = [error.message, error.stack, own].join()
  const secrets = [token, options.sharedKeys, request.headers['x-twilio-signature']]
  for (const secret of secrets.flatMap(stringsIn).filter(({ length }) => length >= 20))
    expect(shown).not.toContain(secret)
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('field/webhooks.json', () => {
  it('has all cases of its source', () => {
    expect(reported).toHaveLength(239)
  })

  // Where a page cannot set Upgrade, such a request is an ordinary GET.
  const isLost = ({ request: { headers } }: FieldCase) => 'upgrade' in headers && !hasUpgrade
  const accepted = field.filter(({ accept }) => accept)
  const refused = field.filter(({ accept }) => !accept)

  it.each(accepted)('verifyWebhook() accepts case $id, $about', async (each) => {
    const verified = verifyWebhook(requestOf(each), tokenOf(each), each.options)
    const { url: set, origin } = each.options
    if (isLost(each) && !/^ws/i.test(set ?? origin ?? '')) {
      await expect(verified).rejects.toHaveProperty('code', 'ERR_WEBHOOK_SIGNATURE')
      return
    }
    const { url, params, body } = await verified
    const pairs = new Set((each.params ?? []).map((pair) => JSON.stringify(pair)))
    expect(url).toBe(each.url)
    expect(new Set([...params].map((pair) => JSON.stringify(pair)))).toEqual(pairs)
    expect([...params]).toHaveLength(pairs.size)
    if (each.request.bodyBase64 === undefined) expect(body).toBe(each.request.body ?? '')
  })

  it.each(refused)('verifyWebhook() rejects case $id, $about', async (each) => {
    const verified = verifyWebhook(requestOf(each), tokenOf(each), each.options)
    if (isLost(each) && each.code === 'ERR_WEBHOOK_SIGNATURE') {
      const { url, headers } = each.request
      const isGet =
        headers['x-twilio-signature'] === (await signatureOf(url, String(each.authToken)))
      expect((await outcomeOf(verified)) === 'accepted').toBe(isGet)
      return
    }
    const error = await verified.then(
      () => expect.unreachable(),
      (error: unknown) => error as Error & { argument?: string },
    )
    expectNoSecrets(error, each)
    if (each.throws !== undefined) {
      expect(error).toMatchObject({ name: each.throws })
      expect(error.argument?.startsWith(each.argument ?? '')).toBe(true)
      return
    }
    if (!(error instanceof WebhookError)) throw error
    const { code, reason, message } = error
    expect(isOne(code, each.code)).toBe(true)
    if (each.reason === undefined || !isOne(reason, each.reason)) expect(reason).toBe(each.reason)
    for (const text of [each.says ?? []].flat()) expect(message).toContain(text)
  })
})

// Webhooks of messages, and the ways in which they may arrive other than they were signed.

interface Message {
  /** Replaces HOST, PATH, QUERY and OTHER in a text by what this message has for them. */
  fill: (text: string) => string
  form: string
}

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}[a-z0-9]$/)
const number = fc.stringMatching(/^[1-9][0-9]{9}$/)
const text = fc
  .array(fc.stringMatching(/^[A-Za-z',.!?]{1,9}$/), { minLength: 1, maxLength: 8 })
  .map((words) => words.join(' '))
const parts = {
  HOST: fc.stringMatching(/^[a-z][a-z0-9]{0,9}$/).map((name) => `${name}.example`),
  PATH: fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join('/')),
  QUERY: fc.tuple(word, word).map((pair) => pair.join('=')),
  OTHER: word,
}
const form = fc
  .record({ sid: fc.stringMatching(/^[0-9a-f]{32}$/), from: number, to: number, text, word })
  .map(({ sid, from, to, text, word }) => [
    ['ToCountry', 'US'],
    ['SmsMessageSid', `SM${sid}`],
    ['NumMedia', '0'],
    ['ToCity', ''],
    ['FromZip', from.slice(0, 5)],
    ['SmsStatus', 'received'],
    ['FromCity', 'OAKLAND'],
    ['Body', text],
    ['To', `+1${to}`],
    ['AccountSid', `AC${sid}`],
    ['From', `+1${from}`],
    ['ApiVersion', '2010-04-01'],
    ['callbackSource', word],
  ])
  .map((pairs) => new URLSearchParams(pairs).toString())
const message: fc.Arbitrary<Message> = fc
  .record({ parts: fc.record(parts), form })
  .map(({ parts, form }): Message => ({
    fill: (text) => text.replace(/HOST|PATH|QUERY|OTHER/g, (name) => parts[name as 'HOST']),
    form,
  }))

async function expectReason(
  reason: string,
  sent: (message: Message) => Sent,
  token: Secret = authToken,
  options: WebhookOptions = {},
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(message, async (each) => {
      const outcome = await outcomeOf(verifyWebhook(await send(sent(each)), token, options))
      expect(outcome).toMatch(new RegExp(`^ERR_WEBHOOK_(BODY|SIGNATURE) ${reason}$`))
    }),
    { numRuns: 20 },
  )
}

const from = (host: string) => ({ 'x-forwarded-host': host })
const cut = (prefix: string) => ({ 'x-forwarded-prefix': prefix })
const was = (url: string) => ({ 'x-original-url': url })

type UrlRow = [
  reason: string,
  about: string,
  shown: string,
  signed: string,
  headers?: Record<string, string>,
]

const urls: UrlRow[] = [
  ['scheme', 'TLS ends before it', 'http://HOST/PATH', 'https://HOST/PATH'],
  ['scheme', 'TLS ends before port 3000', 'http://HOST:3000/PATH?QUERY', 'https://HOST/PATH?QUERY'],
  ['scheme', 'TLS ends and port 443 was signed', 'http://HOST/PATH', 'https://HOST:443/PATH'],
  ['scheme', 'http is set at Twilio', 'https://HOST/PATH?QUERY', 'http://HOST/PATH?QUERY'],
  [
    'forwarded-host',
    'a gateway names its host',
    'http://localhost:3000/PATH',
    'https://HOST/PATH',
    from('HOST'),
  ],
  [
    'forwarded-host',
    'two gateways name theirs',
    'http://10.0.0.7/PATH?QUERY',
    'https://HOST/PATH?QUERY',
    from('HOST, inner.example'),
  ],
  [
    'forwarded-host',
    'a gateway names its port',
    'http://app/PATH',
    'https://HOST:8443/PATH',
    from('HOST:8443'),
  ],
  [
    'forwarded-host',
    'a port that is named was not signed',
    'http://app:8080/PATH',
    'https://HOST/PATH',
    from('HOST:8443'),
  ],
  [
    'forwarded-host',
    'a gateway has no TLS',
    'https://inner.example/PATH',
    'http://HOST/PATH',
    from('HOST'),
  ],
  [
    'path-slash',
    'a slash is missing at the end',
    'https://HOST/PATH?QUERY',
    'https://HOST/PATH/?QUERY',
  ],
  ['path-slash', 'a slash was added at the end', 'https://HOST/PATH/', 'https://HOST/PATH'],
  ['path-slash', 'two slashes became one', 'https://HOST/PATH', 'https://HOST//PATH'],
  ['path-slash', 'two slashes inside became one', 'https://HOST/PATH/x', 'https://HOST/PATH//x'],
  ['path-slash', 'one slash became two', 'https://HOST//PATH', 'https://HOST/PATH'],
  ['path-slash', 'a slash is missing and TLS ends', 'http://HOST/PATH', 'https://HOST/PATH/'],
  [
    'path-prefix',
    'a prefix is cut off',
    'https://HOST/PATH?QUERY',
    'https://HOST/OTHER/PATH?QUERY',
    cut('/OTHER'),
  ],
  [
    'path-prefix',
    'a prefix is the whole path',
    'https://HOST/',
    'https://HOST/OTHER',
    cut('/OTHER'),
  ],
  [
    'path-prefix',
    'a prefix with a slash is cut off',
    'https://HOST:8443/PATH',
    'https://HOST/OTHER/PATH',
    cut('/OTHER/'),
  ],
  [
    'path-prefix',
    'a path was rewritten',
    'https://HOST/OTHER?QUERY',
    'https://HOST/PATH/x?QUERY',
    was('/PATH/x'),
  ],
  [
    'path-prefix',
    'a path and a query were rewritten',
    'https://HOST/OTHER',
    'https://HOST/PATH/x?QUERY',
    was('/PATH/x?QUERY'),
  ],
  [
    'path-prefix',
    'a whole URL was rewritten',
    'http://10.0.0.7/OTHER',
    'https://HOST/PATH/x?QUERY',
    was('https://HOST/PATH/x?QUERY'),
  ],
  [
    'path-prefix',
    'a prefix is cut off and TLS ends',
    'http://HOST/PATH',
    'https://HOST/OTHER/PATH',
    cut('/OTHER'),
  ],
  [
    'path-prefix',
    'a prefix is cut off on another host',
    'http://app:3000/PATH?QUERY',
    'https://HOST/OTHER/PATH?QUERY',
    { ...cut('/OTHER'), ...from('HOST') },
  ],
  ['query-missing', 'a rewrite added a query', 'https://HOST/PATH?QUERY', 'https://HOST/PATH'],
  [
    'query-missing',
    'a query was added on another host',
    'http://app/PATH?QUERY',
    'https://HOST/PATH',
    from('HOST'),
  ],
  [
    'query-missing',
    'a proxy dropped the query and names it',
    'https://HOST/PATH',
    'https://HOST/PATH?QUERY',
    was('/PATH?QUERY'),
  ],
  [
    'query-changed',
    'a plus became %20',
    'https://HOST/PATH?QUERY&q=a%20b',
    'https://HOST/PATH?QUERY&q=a+b',
  ],
  [
    'query-changed',
    '%20 became a plus',
    'https://HOST/PATH?QUERY&q=a+b',
    'https://HOST/PATH?QUERY&q=a%20b',
  ],
  [
    'query-changed',
    'a colon was encoded',
    'https://HOST/PATH?q=sip%3Ab',
    'https://HOST/PATH?q=sip:b',
  ],
  [
    'query-changed',
    'a colon was decoded',
    'https://HOST/PATH?q=sip:b',
    'https://HOST/PATH?q=sip%3Ab',
  ],
  [
    'query-changed',
    'an at sign was encoded',
    'https://HOST/PATH?q=a%40b',
    'https://HOST/PATH?q=a@b',
  ],
  [
    'query-changed',
    'an at sign was decoded',
    'https://HOST/PATH?q=a@b',
    'https://HOST/PATH?q=a%40b',
  ],
  ['query-changed', 'a comma was encoded', 'https://HOST/PATH?q=a%2Cb', 'https://HOST/PATH?q=a,b'],
  ['query-changed', 'a comma was decoded', 'https://HOST/PATH?q=a,b', 'https://HOST/PATH?q=a%2Cb'],
  ['query-changed', 'a tilde was encoded', 'https://HOST/PATH?q=%7Eb', 'https://HOST/PATH?q=~b'],
  ['query-changed', 'a tilde was decoded', 'https://HOST/PATH?q=~b', 'https://HOST/PATH?q=%7Eb'],
  [
    'query-changed',
    'the codes became capitals',
    'https://HOST/PATH?q=%C3%A9',
    'https://HOST/PATH?q=%c3%a9',
  ],
  [
    'query-changed',
    'the codes became small letters',
    'https://HOST/PATH?q=%c3%a9',
    'https://HOST/PATH?q=%C3%A9',
  ],
  [
    'query-changed',
    'a parser wrote the query anew',
    'https://HOST/PATH?q=sip%3Aa%40b+c',
    'https://HOST/PATH?q=sip:a@b%20c',
  ],
  [
    'query-changed',
    'a plus became %20 on another host',
    'http://app/PATH?q=a%20b',
    'https://HOST/PATH?q=a+b',
    from('HOST'),
  ],
]

const gets: UrlRow[] = [
  ['scheme', 'TLS ends before a GET', 'http://HOST/PATH?QUERY', 'https://HOST/PATH?QUERY'],
  [
    'scheme',
    'a WebSocket over HTTP/2 has no Upgrade',
    'https://HOST/PATH?QUERY',
    'wss://HOST/PATH?QUERY',
  ],
  [
    'scheme',
    'a WebSocket without TLS over HTTP/2 has no Upgrade',
    'http://HOST/PATH?QUERY',
    'ws://HOST/PATH?QUERY',
  ],
  [
    'path-slash',
    'a slash is missing and port 443 was signed',
    'https://HOST/PATH',
    'https://HOST:443/PATH/',
  ],
  [
    'forwarded-host',
    'a gateway before a GET names its host',
    'http://10.0.0.7:8080/PATH?QUERY',
    'https://HOST/PATH?QUERY',
    from('HOST'),
  ],
  [
    'query-changed',
    'a colon in a GET was encoded and TLS ends',
    'http://HOST/PATH?q=sip%3A%2B1',
    'https://HOST/PATH?q=sip:%2B1',
  ],
]

// What is sent, and the text of the parameters that was signed, both from the form of a message.
type FormRow = [
  reason: string,
  about: string,
  body: (form: string) => string,
  signed: (form: string) => string,
  type?: string | null,
]

const asSent = (form: string) => form
const withBody = (change: (text: string) => string) => (form: string) => {
  const params = new URLSearchParams(form)
  params.set('Body', change(params.get('Body') ?? ''))
  return params.toString()
}
const trimmed = (change: (text: string) => string) => (form: string) =>
  formText(withBody(change)(form))
const spaced = withBody((text) => `${text} so`)
const plain = withBody(() => 'Hi')
const more = (pairs: string) => (form: string) => `${form}&${pairs}`
const sortedBy =
  (add: (form: string) => string, key: (name: string, value: string) => string) => (form: string) =>
    [...new URLSearchParams(add(form))]
      .sort((a, b) => compare(key(...a), key(...b)))
      .map((pair) => pair.join(''))
      .join('')
const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b))
const reasons = more('Reason=Participant&ReasonConferenceEnded=test')
const small = more('accountName=x')
const twice = more('To=2&To=1')
const equal = more('To=1&To=1')

const forms: FormRow[] = [
  [
    'params-missing',
    'the form became JSON',
    (form) => JSON.stringify(Object.fromEntries(new URLSearchParams(form))),
    formText,
    'application/json',
  ],
  ['params-missing', 'the form lost its media type', asSent, formText, null],
  ['params-missing', 'the form became plain text', asSent, formText, 'text/plain'],
  ['params-missing', 'the URL alone was signed', asSent, () => ''],
  ['params-changed', 'a space was trimmed at the end', asSent, trimmed((text) => `${text} `)],
  ['params-changed', 'a line feed was trimmed at the end', asSent, trimmed((text) => `${text}\n`)],
  ['params-changed', 'a space was trimmed at the start', asSent, trimmed((text) => ` ${text}`)],
  [
    'params-changed',
    'a line feed was trimmed at the start',
    asSent,
    trimmed((text) => `\n${text}`),
  ],
  [
    'params-changed',
    'another value was trimmed',
    asSent,
    (form) => formText(form.replace('OAKLAND', 'OAKLAND+')),
  ],
  [
    'params-changed',
    'every plus became a space',
    (form) => plain(form).replaceAll('%2B', '+'),
    (form) => formText(plain(form)),
  ],
  [
    'params-changed',
    'the plus of numbers became a space',
    (form) => form.replaceAll('%2B', '%20'),
    formText,
  ],
  [
    'params-changed',
    'the plus of a WhatsApp number became a space',
    (form) => form.replace('From=%2B', 'From=whatsapp:%20'),
    (form) => formText(form.replace('From=%2B', 'From=whatsapp:%2B')),
  ],
  [
    'params-changed',
    'every plus but that of a WhatsApp number became a space',
    (form) => withBody(() => 'a+b')(form).replace('From=', 'From=whatsapp:'),
    (form) => formText(withBody(() => 'a b')(form).replace('From=', 'From=whatsapp:')),
  ],
  [
    'params-changed',
    'a message of one space was trimmed',
    withBody(() => ''),
    (form) => formText(withBody(() => ' ')(form)),
  ],
  [
    'params-changed',
    'every space became a plus',
    (form) => spaced(form).replaceAll('+', '%2B'),
    (form) => formText(spaced(form)),
  ],
  ['params-changed', 'the parameters were not sorted', asSent, sortedBy(asSent, () => '')],
  [
    'params-changed',
    'the names were sorted without regard to case',
    small,
    sortedBy(small, (name) => name.toLowerCase()),
  ],
  [
    'params-changed',
    'names and values were sorted as one text',
    reasons,
    sortedBy(reasons, (name, value) => name + value),
  ],
  [
    'params-changed',
    'equal pairs were kept',
    equal,
    sortedBy(equal, (name, value) => `${name}\0${value}`),
  ],
  [
    'params-changed',
    'the values of one name were not sorted',
    twice,
    sortedBy(twice, (name, value) => `${name}\0${['2', '1'].indexOf(value)}`),
  ],
]

const another = '8f3b1c0d9e7a46528f3b1c0d9e7a4652'
const byKey = { 'x-twilio-webhooks-signature-settings': 'key=k,algorithm=HMAC_SHA256' }
const sharedKeys = { k: another, j: [voice, `${another}2`] }

const keys: [reason: string, about: string, sent: Sent, token: Secret, options: WebhookOptions][] =
  [
    [
      'secret-swapped',
      'a shared key has signed without its header',
      { secret: another },
      authToken,
      { sharedKeys },
    ],
    [
      'secret-swapped',
      'the auth token has signed as a shared key',
      { headers: byKey, hash: 'SHA-256' },
      authToken,
      { sharedKeys },
    ],
    [
      'secret-swapped',
      'another shared key has signed',
      { headers: byKey, secret: `${another}2`, hash: 'SHA-256' },
      authToken,
      { sharedKeys },
    ],
    ['algorithm', 'the auth token has signed with SHA-256', { hash: 'SHA-256' }, authToken, {}],
    [
      'algorithm',
      'the shared key has signed with SHA-1',
      { headers: byKey, secret: another },
      authToken,
      { sharedKeys },
    ],
    [
      'algorithm',
      'the second auth token has signed with SHA-256',
      { hash: 'SHA-256' },
      [another, authToken],
      {},
    ],
  ]

/** What became of a request, and the texts whose HMACs were computed, in this order. */
async function triesOf(
  sent: Sent,
  token: Secret = authToken,
  options: WebhookOptions = {},
): Promise<{ outcome: string; texts: string[] }> {
  const request = await send(sent)
  const verified = vi.spyOn(crypto.subtle, 'verify')
  const outcome = await outcomeOf(verifyWebhook(request, token, options))
  const texts = verified.mock.calls.map(([, , , data]) => new TextDecoder().decode(data))
  return { outcome, texts }
}

describe('verifyWebhook()', () => {
  it.each(urls)('proves %s if %s', async (reason, _, shown, signed, headers = {}) => {
    await expectReason(reason, ({ fill, form }) => ({
      url: fill(shown),
      body: form,
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, text]) => [name, fill(text)]),
      ),
      signed: fill(signed) + formText(form),
    }))
  })

  it.each(gets)('proves %s if %s', async (reason, _, shown, signed, headers = {}) => {
    await expectReason(reason, ({ fill }) => ({
      method: 'GET',
      url: fill(shown),
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, text]) => [name, fill(text)]),
      ),
      signed: fill(signed),
    }))
  })

  it.each(forms)('proves %s if %s', async (reason, _, body, signed, type = formType) => {
    await expectReason(reason, ({ form }) => ({
      body: body(form),
      type,
      signed: voice + signed(form),
    }))
  })

  it.each([
    ['a plus that stands for itself became a space', 'Body=a+b%20c', 'Bodya+b c'],
    ['a plus became %20', 'Body=a%20b', 'Bodya+b'],
    ['equal pairs were kept, but sorted', 'To=b&To=a&To=a&ToCity=x', 'ToaToaTobToCityx'],
  ])('proves params-changed of a short form if %s', async (_, body, signed) => {
    const request = await send({ body, signed: voice + signed })
    const outcome = await outcomeOf(verifyWebhook(request, authToken))
    expect(outcome).toBe('ERR_WEBHOOK_SIGNATURE params-changed')
  })

  it.each(keys)('proves %s if %s', async (reason, _, sent, token, options) => {
    await expectReason(reason, ({ form }) => ({ ...sent, body: form }), token, options)
  })

  it.each([
    ['params-missing', 'the form is empty', { body: '', signed: `${voice}To1` }],
    ['params-missing', 'there is no body', { signed: `${voice}To1` }],
    ['signature-form', 'the signature is not base64', { body: 'To=1', signature: 'sha1=abc' }],
    ['unknown', 'the form was forged', { body: 'To=1', signed: `${voice}To2` }],
    ['unknown', 'a GET was forged', { method: 'GET', signed: `${voice}To2` }],
    [
      'signature-form',
      'the signature has the length of another hash, and TLS ends',
      { url: 'http://app.example/voice', body: 'To=1', signed: `${voice}To1`, hash: 'SHA-256' },
    ],
  ])('sees %s if %s', async (reason, _, sent) => {
    const outcome = await outcomeOf(verifyWebhook(await send(sent), authToken))
    expect(outcome).toBe(`ERR_WEBHOOK_SIGNATURE ${reason}`)
  })

  // Everything that adds changes: many secrets, options, headers, and a query and a form with everything that is altered.
  const rich: Sent = {
    url: "http://app:3000//a/b/?q=sip%3Aa%40b,c~d+e%20f'g&r=%c3%A9",
    body: Array.from({ length: 60 }, (_, i) => `Body${i}=+a+b%2B${i}`).join('&'),
    headers: { ...from('c.example:8443'), ...cut('/d'), ...was('https://e.example/f?g=1') },
    signed: 'something else',
  }

  it('computes at most 64 HMACs to find a reason', async () => {
    const verified = vi.spyOn(crypto.subtle, 'verify')
    const tokens = [authToken, another]
    const options = { url: 'https://u:p@g.example/?h', sharedKeys }
    await outcomeOf(verifyWebhook(await send(rich), tokens, options))
    const checks = verified.mock.calls.length - 64
    expect(checks).toBeGreaterThan(0)
    // What remains is the check itself, which a body that is too large for a search does alone.
    verified.mockClear()
    const body = `${String(rich.body)}&${'x'.repeat(65_536)}`
    await outcomeOf(verifyWebhook(await send({ ...rich, body }), tokens, options))
    expect(verified).toHaveBeenCalledTimes(checks)
  })

  it.each([
    ['64 KiB', 'x'.repeat(65_536), 'x'.repeat(65_537)],
    ['1000 parameters', 'a&'.repeat(1000), 'a&'.repeat(1001)],
  ])('looks for the reason in a form of at most %s', async (_, most, more) => {
    const proven = [most, more].map(async (body) => {
      const signed = `https://app.example/voice/${formText(body)}`
      return outcomeOf(verifyWebhook(await send({ body, signed }), authToken))
    })
    expect(await Promise.all(proven)).toEqual([
      'ERR_WEBHOOK_SIGNATURE path-slash',
      'ERR_WEBHOOK_SIGNATURE unknown',
    ])
  })

  it.each<[part: string, before: string, signed: (url: string) => string, WebhookOptions?]>([
    ['a query', `${voice}?`, (url) => url.replace('/voice', '/voice/')],
    ['a path', 'https://app.example/', (url) => `${url}/`],
    [
      'the query of the request beside the option url',
      'https://inner.example/?',
      () => `${voice}/`,
      { url: voice },
    ],
  ])('looks for the reason in %s of at most 64 KiB', async (_, before, signed, options) => {
    const start = before.search(/.$/) // of the part, with its delimiter
    const proven = [65_536, 65_537].map(async (length) => {
      const url = before.padEnd(start + length, 'x')
      const sent: Sent = { method: 'GET', url, signed: signed(url) }
      return outcomeOf(verifyWebhook(await send(sent), authToken, options))
    })
    expect(await Promise.all(proven)).toEqual([
      'ERR_WEBHOOK_SIGNATURE path-slash',
      'ERR_WEBHOOK_SIGNATURE unknown',
    ])
  })

  it.each([
    [
      'another secret',
      { signed: `${voice}To1`, secret: another },
      ' with another secret that was passed, got https://app.example/voice (secret-swapped)',
    ],
    [
      'another algorithm',
      { signed: `${voice}To1`, hash: 'SHA-256' },
      ' with SHA-256, got https://app.example/voice (algorithm)',
    ],
    [
      'the URL alone',
      { signed: voice },
      ' without parameters, got https://app.example/voice (params-missing)',
    ],
    [
      'other parameters',
      { signed: `${voice}To1 ` },
      ' with other parameters, got https://app.example/voice (params-changed)',
    ],
    [
      'another scheme',
      { url: 'http://app.example/voice' },
      ', got http://app.example/voice (scheme): pass the option url or origin',
    ],
    [
      'another slash than in both spellings of the option url',
      {},
      ', got https://App.example/voice/ or https://app.example/voice/ (path-slash): pass the option url or origin',
      { url: 'https://App.example/voice/' },
    ],
  ] as [string, Sent, string, WebhookOptions?][])(
    'says what Twilio signed and what came: %s',
    async (_, sent, words, options = {}) => {
      const request = await send({ body: 'To=1', signed: `${voice}To1`, ...sent })
      await expect(
        verifyWebhook(request, authToken, { sharedKeys: { k: another }, ...options }),
      ).rejects.toHaveProperty(
        'message',
        `Cannot verify webhook: Twilio signed https://app.example/voice${words}`,
      )
    },
  )

  it('shows no URL that holds a secret', async () => {
    const messageOf = async (url: string, signed: string, token: Secret = authToken) =>
      verifyWebhook(await send({ url, body: 'To=1', signed }), token).then(String, String)
    for (const secret of [authToken, authToken.toUpperCase()]) {
      const url = `${voice}/${secret}`
      expect(await messageOf(url, 'something else')).toContain(
        'that of https://app.example/…: check',
      )
      expect(await messageOf(url, `${url}/To1`)).toContain(
        'signed https://app.example/…, got https://app.example/… (',
      )
    }
    expect(await messageOf(`https://${authToken}.example/a`, 'something else')).toContain(
      'that of …: check',
    )
    // A piece is shown, because a stranger could ask for one piece after another.
    const piece = `${voice}/${authToken.slice(1)}`
    expect(await messageOf(piece, 'something else')).toContain(piece)
    expect(await messageOf(`${voice}/example`, 'something else', 'example')).toContain('/example')
  })

  it.each([
    ['first', [authToken, another]],
    ['second', [another, authToken]],
  ])('shows no URL that holds the %s of two secrets', async (_, tokens) => {
    const request = await send({ url: `${voice}/${authToken}`, signed: 'something else' })
    await expect(verifyWebhook(request, tokens)).rejects.toThrow(
      /^(?!.*b64bba).* that of https:\/\/app\.example\/… with an empty form$/,
    )
  })

  it.each([
    ['a path of slashes', `https://app.example/${'/'.repeat(65_535)}`, 'To=1'],
    ['a long path', `https://app.example/${'a/'.repeat(50_000)}`, 'To=1'],
    ['a form of equal pairs', voice, `${'a'.repeat(62)}=x&`.repeat(1000)],
  ])('ends soon with %s', async (_, url, body) => {
    const request = await send({ url, body, signed: 'something else' })
    const start = performance.now()
    expect(await outcomeOf(verifyWebhook(request, authToken))).toBe('ERR_WEBHOOK_SIGNATURE unknown')
    expect(performance.now() - start).toBeLessThan(5000) // some milliseconds, if nothing hangs
  })

  it('does not parse a large body that is not a form', async () => {
    const parsed = vi.spyOn(JSON, 'parse')
    const body = JSON.stringify({ To: 'x'.repeat(65_536) })
    const request = await send({ body, type: 'application/json', signed: `${voice}To1` })
    const outcome = await outcomeOf(verifyWebhook(request, authToken))
    expect(outcome).toBe('ERR_WEBHOOK_BODY json-without-hash')
    expect(parsed).not.toHaveBeenCalled()
  })

  it.each(['null', '1', '"To"', '[]', '[["To", "1"]]', '{}', '{"To": {"a": [1]}}', '{', ''])(
    'sees that the JSON body %s has no hash',
    async (json) => {
      const request = await send({ body: `${json} `, type: 'application/json', signed: 'other' })
      const outcome = await outcomeOf(verifyWebhook(request, authToken))
      expect(outcome).toBe('ERR_WEBHOOK_BODY json-without-hash')
    },
  )

  it.each([
    ['{}', 'SHA-1'],
    ['[]', 'SHA-1'],
    ['{"To": 1}', 'SHA-1'],
    ['&', 'SHA-1'],
    ['{}', 'SHA-256'],
  ])(
    'sees that the body %s has no hash, although the URL alone was signed with %s',
    async (body, hash) => {
      const request = await send({ body, type: 'application/json', signed: voice, hash })
      const outcome = await outcomeOf(verifyWebhook(request, authToken))
      expect(outcome).toBe('ERR_WEBHOOK_BODY json-without-hash')
    },
  )

  it('tries a body that is neither JSON nor a form only as a form', async () => {
    const { texts } = await triesOf({ body: '{', type: 'application/json', signed: 'other' })
    expect(texts).toEqual([`${voice}{`, 'https://app.example:443/voice{'])
  })

  it('sees that the body has another hash if only the option url has one', async () => {
    const options = { url: `${voice}?bodySHA256=00` }
    const url = 'https://inner.example/voice?a=1'
    const request = await send({ url, body: '{}', type: 'application/json' })
    expect(await outcomeOf(verifyWebhook(request, authToken, options))).toBe(
      'ERR_WEBHOOK_BODY body-changed',
    )
  })

  it('reads numbers, booleans, lists and null of a JSON body as a form has them', async () => {
    const body = JSON.stringify({ NumMedia: 2, Final: true, To: ['2', '1'], Body: null })
    const signed = `${voice}BodyFinaltrueNumMedia2To1To2`
    const request = await send({ body, type: 'application/json', signed })
    const outcome = await outcomeOf(verifyWebhook(request, authToken))
    expect(outcome).toBe('ERR_WEBHOOK_BODY params-missing')
  })

  it('tries what headers name first, so that two secrets leave tries for it', async () => {
    const request = await send({
      url: 'http://10.0.0.7:3000/voice?a=b%20c%3Ad',
      signed: 'https://app.example/api/voice?a=b%20c%3Ad',
      headers: { ...cut('/api'), ...from('app.example') },
    })
    await expect(outcomeOf(verifyWebhook(request, [another, authToken]))).resolves.toBe(
      'ERR_WEBHOOK_SIGNATURE path-prefix',
    )
  })

  it('tries the host that a header names first, so that 32 secrets leave tries for it', async () => {
    const tokens = Array.from({ length: 32 }, (_, i) => `${another}${i}`)
    const sent = {
      url: 'http://10.0.0.7:3000/voice',
      signed: voice,
      secret: `${another}31`,
      headers: from('app.example'),
    }
    expect((await triesOf(sent, tokens)).outcome).toBe('ERR_WEBHOOK_SIGNATURE forwarded-host')
  })

  it.each<[string, Sent, WebhookOptions]>([
    ['a request with everything that is altered', rich, {}],
    ['the option url', { body: 'To=1', signed: 'something else' }, { url: voice }],
  ])('computes no HMAC twice with %s', async (_, sent, options) => {
    const { texts } = await triesOf(sent, authToken, options)
    expect(new Set(texts).size).toBe(texts.length)
  })

  it.each(['/a/bc', '/a/bc/'])(
    'tries only other schemes, ports and slashes if the request names nothing else: %s',
    async (path) => {
      const url = `https://app.example${path}`
      const { outcome, texts } = await triesOf({ url, method: 'GET', signed: 'something else' })
      expect(outcome).toBe('ERR_WEBHOOK_SIGNATURE unknown')
      for (const text of texts)
        expect(text).toMatch(/^(https?|wss?):\/\/app\.example(:443|:80)?\/+a\/+bc\/*$/)
    },
  )

  it.each([
    ['ws://app.example/voice', 'forwarded-host'],
    ['wss://app.example/voice', 'forwarded-host'],
    ['https://app.example/voice', 'unknown'],
  ])('looks for a WebSocket on the host that a header names: %s is %s', async (signed, reason) => {
    const sent = { method: 'GET', signed, headers: from('app.example') }
    const { outcome } = await triesOf(sent, authToken, { url: 'wss://inner.example/voice' })
    expect(outcome).toBe(`ERR_WEBHOOK_SIGNATURE ${reason}`)
  })

  // 24 parameters, each of which can be trimmed in four ways: only those that are tried first are within the limit.
  const others = (pair: (i: number) => string) => Array.from({ length: 24 }, (_, i) => pair(i))
  const numbers = others((i) => `Digits${i}=${i}`)
  const words = others((i) => `Status${i}=in-progress`)
  it.each([
    ['a message', numbers, 'Body=Hi'],
    ['a name, before other values without digits', words, 'name=Al'],
    ['a message without digits', others((i) => `Text${i}=${i}a`), 'Text=sent'],
    ['a message of digits and words', others((i) => `Text${i}=${i}`), 'Text=Room+1'],
    ['a value without digits', numbers, 'Status=sent'],
    ['a value of digits and words', numbers, 'FromAddress=1+Main+St'],
    ['a name, even if it has digits', numbers, 'SpeechResult=1'],
  ])('looks early for white space that was trimmed from %s', async (_, others, pair) => {
    const body = [...others, pair].join('&')
    const signed = voice + formText(`${body}+`)
    const { outcome } = await triesOf({ body, signed })
    expect(outcome).toBe('ERR_WEBHOOK_SIGNATURE params-changed')
  })

  it('looks for white space that was trimmed before it looks for two changes', async () => {
    const { outcome } = await triesOf({
      url: `${voice}/a/b?q=a+b:c@d,e`,
      body: 'Body=Hi',
      signed: `${voice}/a/b?q=a+b:c@d,eBodyHi `,
      headers: from('inner.example'),
    })
    expect(outcome).toBe('ERR_WEBHOOK_SIGNATURE params-changed')
  })

  it('looks for white space in each of two parameters that join to the same text', async () => {
    const signed = `${voice}Bodyyx Bodyyx`
    const { outcome } = await triesOf({ body: 'Body=yx&Bodyy=x', signed })
    expect(outcome).toBe('ERR_WEBHOOK_SIGNATURE params-changed')
  })

  it('says what to check if no reason was found', async () => {
    const request = await send({ body: 'To=1', signed: `${voice}To2` })
    const message = /sorted.* sub-account's .*secondary/
    await expect(verifyWebhook(request, authToken)).rejects.toThrow(message)
  })

  it('names the URL that was signed and the one that came, without credentials and query', async () => {
    const request = await send({
      url: 'http://app:3000/voice?token=hidden',
      signed: 'https://user:hidden@app.example/x/voice?token=hidden',
      headers: { ...cut('/x'), ...from('app.example') },
    })
    const options = { url: 'http://user:hidden@app:3000/voice?token=hidden' }
    await expect(verifyWebhook(request, authToken, options)).rejects.toMatchObject({
      reason: 'path-prefix',
      message: expect.stringMatching(
        /^(?!.*hidden).*https:\/\/app\.example\/x\/voice.*http:\/\/app:3000\/voice/,
      ),
    })
  })
})
