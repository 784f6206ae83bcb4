// The ways in which webhooks have been forged, replayed or bent, each accepted or refused with the reason. Who attacks has
// overheard a signed webhook and can send any request, but does not know the secret.
//
// Three of them cannot be refused, because the signature is the same: what a signature does not cover is in the documentation.

import { verifyWebhook, type Secret, type WebhookOptions } from 'twilio-tokens'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  authToken,
  formText,
  formType,
  hasUpgrade,
  outcomeOf,
  send,
  sha256,
  signatureOf,
  voice,
  type Sent,
} from '../support/webhook.ts'

type Row = [attack: string, sent: Sent, outcome: string, options?: WebhookOptions]

const event = '{"amount":900}'
const forged = '{"amount":1}'
const [eventHash, forgedHash, emptyHash] = [
  await sha256(event),
  await sha256(forged),
  await sha256(''),
]
const eventUrl = `${voice}?bodySHA256=${eventHash}`
const json = 'application/json'
const form = 'From=%2B1&To=%2B2'
const signature = await signatureOf(voice + formText(form))
const fromHex = (hex: string) =>
  Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16))
const base64 = (length: number) => btoa('x'.repeat(length))

const unknown = 'ERR_WEBHOOK_SIGNATURE unknown'
const formless = 'ERR_WEBHOOK_SIGNATURE signature-form'
const changed = 'ERR_WEBHOOK_BODY body-changed'
const hashless = 'ERR_WEBHOOK_BODY json-without-hash'
const lost = 'ERR_WEBHOOK_BODY params-missing'

const texts: Row[] = [
  ['a value moved into its name', { body: 'AB=C', signed: `${voice}ABC` }, 'accepted'],
  ['a name moved into the value before it', { body: 'A=1B2', signed: `${voice}A1B2` }, 'accepted'],
  [
    'a form moved into the path',
    { url: `${voice}To1`, method: 'GET', signed: `${voice}To1` },
    'accepted',
  ],
  [
    'a form moved into the query of a GET',
    { url: `${voice}?To=1`, method: 'GET', signed: `${voice}To1` },
    unknown,
  ],
  ['a query moved into the form', { body: 'a=1', signed: `${voice}?a=1` }, unknown],
  [
    'a part of the query moved into the form',
    { url: `${voice}?a=1`, body: 'b=2', signed: `${voice}?a=1&b=2` },
    unknown,
  ],
  [
    'names and values split anew and in another order',
    { body: 'A1=&B=2', signed: `${voice}B2A1` },
    unknown,
  ],
  ['names exchanged', { body: 'From=2&To=1', signed: `${voice}From1To2` }, unknown],
  ['a name repeated in another order', { body: 'A=2&A=1', signed: `${voice}A1A2` }, 'accepted'],
  ['a pair repeated', { body: 'A=1&A=1', signed: `${voice}A1` }, 'accepted'],
  ['a second value for a name', { body: 'A=1&A=0', signed: `${voice}A1` }, unknown],
  ['a parameter added', { body: 'A=1&Admin=1', signed: `${voice}A1` }, unknown],
  ['a parameter left out', { body: 'A=1', signed: `${voice}A1B2` }, unknown],
  ['a name in other letters', { body: 'to=1', signed: `${voice}To1` }, unknown],
  ['__proto__ left out', { body: 'A=1', signed: `${voice}A1__proto__p` }, unknown],
  ['__proto__ and constructor, signed', { body: '__proto__=p&constructor=c' }, 'accepted'],
  [
    'a pair that is empty beside what was signed',
    { body: 'A=1&=', signed: `${voice}A1` },
    'accepted',
  ],
]

const bodies: Row[] = [
  [
    'an event with another body',
    { url: eventUrl, body: forged, type: json, signed: eventUrl },
    changed,
  ],
  [
    'an event with the hash of another body',
    { url: `${voice}?bodySHA256=${forgedHash}`, body: forged, type: json, signed: eventUrl },
    unknown,
  ],
  ['an event as an empty form', { url: eventUrl, body: '', signed: eventUrl }, changed],
  ['an event as a form of an empty pair', { url: eventUrl, body: '=', signed: eventUrl }, changed],
  ['an event as a form without pairs', { url: eventUrl, body: '&&', signed: eventUrl }, changed],
  [
    'an event as a form',
    { url: eventUrl, body: 'a=1', signed: eventUrl },
    'ERR_WEBHOOK_SIGNATURE params-missing',
  ],
  ['an event without body and media type', { url: eventUrl, signed: eventUrl }, changed],
  [
    'an event without body as a DELETE',
    { url: eventUrl, method: 'DELETE', signed: eventUrl },
    changed,
  ],
  [
    'an event as a GET, which has no body',
    { url: eventUrl, method: 'GET', signed: eventUrl },
    'accepted',
  ],
  [
    'an event as a GET that claims to be a form',
    { url: eventUrl, method: 'GET', type: formType, signed: eventUrl },
    'accepted',
  ],
  ['a GET as a POST with a body', { body: forged, type: json, signed: voice }, hashless],
  ['a GET as an empty POST', { signed: voice }, 'accepted'],
  [
    'a form as JSON',
    { body: JSON.stringify({ To: '1' }), type: json, signed: `${voice}To1` },
    lost,
  ],
  [
    'an empty hash',
    { url: `${voice}?bodySHA256=`, body: forged, type: json, signed: `${voice}?bodySHA256=` },
    hashless,
  ],
  ['an empty hash without a body', { url: `${voice}?bodySHA256=` }, changed],
  ['the right hash without a body', { url: `${voice}?bodySHA256=${emptyHash}` }, 'accepted'],
  [
    'a hash that was not signed',
    { url: eventUrl, body: event, type: json, signed: voice },
    'ERR_WEBHOOK_SIGNATURE query-missing',
  ],
  [
    'two hashes, the first of them right',
    {
      url: `${eventUrl}&bodySHA256=${forgedHash}`,
      body: event,
      type: json,
      signed: `${eventUrl}&bodySHA256=${forgedHash}`,
    },
    'accepted',
  ],
  [
    'two hashes, the second of them right',
    {
      url: `${eventUrl}&bodySHA256=${forgedHash}`,
      body: forged,
      type: json,
      signed: `${eventUrl}&bodySHA256=${forgedHash}`,
    },
    changed,
  ],
  [
    'a second hash that was not signed',
    { url: `${eventUrl}&bodySHA256=${forgedHash}`, body: event, type: json, signed: eventUrl },
    unknown,
  ],
  [
    'the own hash before the signed one',
    {
      url: `${voice}?bodySHA256=${forgedHash}&bodySHA256=${eventHash}`,
      body: forged,
      type: json,
      signed: eventUrl,
    },
    unknown,
  ],
  [
    'a hash that is percent-encoded and signed so',
    {
      url: eventUrl.replace('bodySHA256', '%62odySHA256'),
      body: event,
      type: json,
      signed: eventUrl.replace('bodySHA256', '%62odySHA256'),
    },
    'accepted',
  ],
  [
    'a hash that is percent-encoded',
    {
      url: eventUrl.replace('bodySHA256', '%62odySHA256'),
      body: event,
      type: json,
      signed: eventUrl,
    },
    unknown,
  ],
  [
    'a hash in capitals',
    { url: `${voice}?bodySHA256=${eventHash.toUpperCase()}`, body: event, type: json },
    changed,
  ],
  ['a hash that is cut', { url: eventUrl.slice(0, -1), body: event, type: json }, changed],
  ['a hash with a zero more', { url: `${eventUrl}0`, body: event, type: json }, changed],
  [
    'a hash under a name in small letters',
    { url: eventUrl.toLowerCase(), body: event, type: json, signed: eventUrl.toLowerCase() },
    hashless,
  ],
  [
    'a hash in the fragment',
    { url: `${voice}#bodySHA256=${eventHash}`, body: event, type: json, signed: voice },
    hashless,
  ],
  [
    'gzip in place of the form',
    {
      body: fromHex('1f8b0800000000000003'),
      type: formType,
      headers: { 'content-encoding': 'gzip' },
      signed: `${voice}To1`,
    },
    unknown,
  ],
  ['a byte order mark before the form', { body: '\uFEFFTo=1', signed: `${voice}To1` }, unknown],
  [
    'a byte order mark before the event',
    { url: eventUrl, body: `\uFEFF${event}`, type: json },
    changed,
  ],
  [
    'bytes that are not UTF-8 in place of others',
    { body: fromHex('413dff'), type: formType, signed: `${voice}A\uFFFD` },
    'accepted',
  ],
  [
    'invalid UTF-8 in an event',
    { url: eventUrl, body: fromHex('ff'), type: json, signed: eventUrl },
    changed,
  ],
]

const types: Row[] = [
  ...[
    `${formType}x`,
    `x${formType}`,
    'application/x-www-form',
    'application/x-www-form-urlencoded+json',
    'multipart/form-data; boundary=b',
    'text/plain',
    `${formType}, ${formType}`,
    `${formType}; charset=utf-8, ${json}`,
    `${json}, ${formType}`,
    `"${formType}"`,
  ].map((type): Row => [`the media type ${type}`, { body: form, type }, lost]),
  ...[
    `${formType};charset=iso-8859-1`,
    `${formType} ; charset="utf-8"`,
    `${formType};`,
    formType.toUpperCase(),
  ].map((type): Row => [`the media type ${type}`, { body: form, type }, 'accepted']),
]

const path = '/admin/refund'
const overheard = { signed: voice + formText(form), body: form }
const addresses: Row[] = [
  [
    'X-Forwarded-Host of an overheard URL',
    {
      ...overheard,
      url: 'https://other.example/voice',
      headers: { 'x-forwarded-host': 'app.example', 'x-forwarded-proto': 'https' },
    },
    'ERR_WEBHOOK_SIGNATURE forwarded-host',
  ],
  [
    'X-Forwarded-Proto of an overheard URL',
    { ...overheard, url: 'http://app.example/voice', headers: { 'x-forwarded-proto': 'https' } },
    'ERR_WEBHOOK_SIGNATURE scheme',
  ],
  [
    'X-Original-URL of an overheard path',
    { ...overheard, url: `https://app.example${path}`, headers: { 'x-original-url': '/voice' } },
    'ERR_WEBHOOK_SIGNATURE path-prefix',
  ],
  [
    'X-Original-URL of an overheard URL',
    { ...overheard, url: `https://other.example${path}`, headers: { 'x-original-url': voice } },
    'ERR_WEBHOOK_SIGNATURE path-prefix',
  ],
  [
    'X-Forwarded-Prefix of an overheard path',
    { ...overheard, url: 'https://app.example/ce', headers: { 'x-forwarded-prefix': '/voi' } },
    unknown,
  ],
  [
    'Host of an overheard URL',
    { ...overheard, url: 'https://other.example/voice', headers: { host: 'app.example' } },
    unknown,
  ],
  [
    'Forwarded of an overheard URL',
    {
      ...overheard,
      url: 'https://other.example/voice',
      headers: { forwarded: 'host=app.example;proto=https' },
    },
    unknown,
  ],
  ['another host', { ...overheard, url: 'https://app.example.attacker.example/voice' }, unknown],
  ['a host that ends alike', { ...overheard, url: 'https://my-app.example/voice' }, unknown],
  [
    'another port beside the signed one',
    {
      url: 'https://app.example:8443/voice',
      body: form,
      signed: `https://app.example:443/voice${formText(form)}`,
    },
    unknown,
  ],
  [
    'a path that leads to the signed one',
    { ...overheard, url: 'https://app.example/x/../voice' },
    'accepted',
  ],
  [
    'a path that leads away from the signed one',
    { ...overheard, url: `${voice}/..${path}` },
    unknown,
  ],
  ['encoded dots that lead away', { ...overheard, url: `${voice}/%2e%2e${path}` }, unknown],
  [
    'an encoded slash in the path',
    {
      ...overheard,
      url: 'https://app.example%2Fvoice/'.replace('%2F', '/').replace('/voice/', '/%2Fvoice'),
    },
    unknown,
  ],
  [
    'two slashes',
    { ...overheard, url: 'https://app.example//voice' },
    'ERR_WEBHOOK_SIGNATURE path-slash',
  ],
  ['a letter that is encoded', { ...overheard, url: 'https://app.example/%76oice' }, unknown],
  [
    'a query that was added',
    { ...overheard, url: `${voice}?admin=1` },
    'ERR_WEBHOOK_SIGNATURE query-missing',
  ],
  [
    'credentials in the option url, another in the signed one',
    { ...overheard, signed: voice.replace('//', '//u:q@') + formText(form) },
    unknown,
    { url: voice.replace('//', '//u:p@') },
  ],
  [
    'the own query beside the option url, whose query was signed',
    {
      ...overheard,
      url: 'https://inner.example/voice?tenant=2',
      signed: `${voice}?tenant=1${formText(form)}`,
    },
    'accepted',
    { url: `${voice}?tenant=1` },
  ],
  [
    'the own query beside the option url, with another signature',
    {
      ...overheard,
      url: 'https://inner.example/voice?tenant=2',
      signed: `${voice}?tenant=3${formText(form)}`,
    },
    unknown,
    { url: `${voice}?tenant=1` },
  ],
  [
    'the own hash beside the option url, which was signed',
    {
      url: `https://inner.example/voice?bodySHA256=${forgedHash}`,
      body: forged,
      type: json,
      signed: voice,
    },
    'ERR_WEBHOOK_SIGNATURE query-missing',
    { url: voice },
  ],
  [
    'no hash beside the option url, whose hash was signed',
    { url: 'https://inner.example/voice', body: forged, type: json, signed: eventUrl },
    changed,
    { url: eventUrl },
  ],
]

const headers = { upgrade: 'websocket', connection: 'Upgrade' }
const socket = voice.replace('https', 'wss')
const sockets: Row[] = [
  [
    'an https signature on a WebSocket',
    { method: 'GET', headers, signed: voice },
    'ERR_WEBHOOK_SIGNATURE scheme',
  ],
  ['a wss signature on a GET', { method: 'GET', signed: socket }, 'ERR_WEBHOOK_SIGNATURE scheme'],
  ['a wss signature on a POST', { signed: socket }, 'ERR_WEBHOOK_SIGNATURE params-missing'],
  [
    'an https signature on a POST with Upgrade',
    { ...overheard, headers },
    'ERR_WEBHOOK_SIGNATURE scheme',
  ],
  [
    'a wss signature on a POST with Upgrade',
    { ...overheard, headers, signed: socket + formText(form) },
    'accepted',
  ],
  ['an upgrade to another protocol', { ...overheard, headers: { upgrade: 'h2c' } }, 'accepted'],
  [
    'a query that was signed as parameters on a GET',
    { url: `${voice}?a=1`, method: 'GET', signed: `${voice}a1` },
    unknown,
  ],
  [
    'the parameters of a WebSocket in another order',
    { url: `${voice}?b=2&a=1`, method: 'GET', headers, signed: `${socket}a1b2` },
    'accepted',
  ],
  [
    'other parameters of a WebSocket',
    { url: `${voice}?a=2`, method: 'GET', headers, signed: `${socket}a1` },
    unknown,
  ],
]

const signatures: Row[] = [
  ['no signature', { body: form, signature: null }, 'ERR_WEBHOOK_UNSIGNED'],
  ['an empty signature', { body: form, signature: '' }, 'ERR_WEBHOOK_UNSIGNED'],
  [
    'a signature in the query',
    {
      url: `${voice}?X-Twilio-Signature=${encodeURIComponent(signature)}`,
      body: form,
      signature: null,
    },
    'ERR_WEBHOOK_UNSIGNED',
  ],
  ['a signature twice', { body: form, signature: `${signature}, ${signature}` }, formless],
  [
    'a wrong signature before the right one',
    { body: form, signature: `${base64(20)}, ${signature}` },
    formless,
  ],
  ['a signature without padding', { body: form, signature: signature.slice(0, -1) }, formless],
  ['a signature with more padding', { body: form, signature: `${signature}=` }, formless],
  [
    'a signature in base64url',
    {
      body: form,
      signature: signature
        .replace(/.$/, '')
        .replaceAll('+', '-')
        .replaceAll('/', '_')
        .replace(/^./, '_')
        .concat('='),
    },
    formless,
  ],
  ['a signature of 19 bytes', { body: form, signature: base64(19) }, formless],
  ['a signature of 21 bytes', { body: form, signature: base64(21) }, formless],
  ['a signature of 32 bytes', { body: form, signature: base64(32) }, formless],
  [
    'a signature of 35 bytes, the last 32 of which are right',
    {
      body: form,
      headers: { 'x-twilio-webhooks-signature-settings': 'key=k,algorithm=HMAC_SHA256' },
      signature: base64(3) + (await signatureOf(voice + formText(form), authToken, 'SHA-256')),
    },
    formless,
    { sharedKeys: { k: authToken } },
  ],
  ['a signature of zeros', { body: form, signature: btoa('\0'.repeat(20)) }, unknown],
  [
    'a signature with a line feed in it',
    { body: form, signature: `${signature.slice(0, 9)} ${signature.slice(9)}` },
    formless,
  ],
  [
    'a signature in hexadecimal',
    {
      body: form,
      signature: Array.from(atob(signature), (byte) =>
        byte.charCodeAt(0).toString(16).padStart(2, '0'),
      ).join(''),
    },
    formless,
  ],
  [
    'a signature with set unused bits',
    {
      body: form,
      signature: signature.replace(
        /.=$/,
        (end) => `${String.fromCharCode(end.charCodeAt(0) + 1)}=`,
      ),
    },
    formless,
  ],
  ['a signature by the empty key', { body: form, secret: '\0' }, unknown],
  ['a signature by the text undefined', { body: form, secret: 'undefined' }, unknown],
  [
    'a signature by another account',
    { body: form, secret: '8f3b1c0d9e7a46528f3b1c0d9e7a4652' },
    unknown,
  ],
]

const judge = async (sent: Sent, options: WebhookOptions = {}, token: Secret = authToken) =>
  outcomeOf(verifyWebhook(await send(sent), token, options))

afterEach(() => {
  vi.restoreAllMocks()
})

const rows = [...texts, ...bodies, ...types, ...addresses, ...signatures]

describe('attacks', () => {
  it.each(rows)('verifyWebhook() judges %s', async (_, sent, outcome, options) => {
    expect(await judge(sent, options)).toBe(outcome)
  })

  it.each(sockets)('verifyWebhook() judges %s', async (_, sent, outcome) => {
    // A page cannot set Upgrade, so there its absence is judged.
    const isLost = sent.headers === headers && !hasUpgrade
    expect(await judge(sent)).toBe(isLost ? await judge({ ...sent, headers: {} }) : outcome)
  })

  it('verifyWebhook() accepts names that objects have, and 100,000 of them', async () => {
    const body = Array.from({ length: 100_000 }, (_, i) => `p${i}=`).join('&')
    expect(await judge({ body })).toBe('accepted')
    const names = '__proto__=1&constructor=2&toString=3&hasOwnProperty=4'
    const { params } = await verifyWebhook(await send({ body: names }), authToken)
    expect(params.toString()).toBe('__proto__=1&constructor=2&hasOwnProperty=4&toString=3')
    expect(Object.prototype).not.toHaveProperty('1')
  })

  it.each([['SHA-1'], ['SHA-256']])(
    'one secret as auth token and shared key keeps its hashes apart, %s first',
    async (first) => {
      const secret = `one secret for both, ${first} first`
      const options = { sharedKeys: { k: secret } }
      const settings = { 'x-twilio-webhooks-signature-settings': 'key=k,algorithm=HMAC_SHA256' }
      const check = (hash: string) =>
        judge({ secret, hash, headers: hash === 'SHA-1' ? {} : settings }, options, secret)
      const second = first === 'SHA-1' ? 'SHA-256' : 'SHA-1'
      expect([await check(first), await check(second), await check(first)]).toEqual([
        'accepted',
        'accepted',
        'accepted',
      ])
      // With the hash of the other, neither is accepted.
      for (const [headers, hash] of [
        [{}, 'SHA-256'],
        [settings, 'SHA-1'],
      ] as const)
        expect(await judge({ secret, hash, headers }, options, secret)).toBe(
          'ERR_WEBHOOK_SIGNATURE algorithm',
        )
    },
  )

  it('a crypto.subtle that reads its bytes late judges each request by its own', async () => {
    const { verify } = crypto.subtle
    const late = () => new Promise((resolve) => setTimeout(resolve, 5))
    const wrapped = vi.spyOn(crypto.subtle, 'verify').mockImplementation(async (...args) => {
      await late()
      return verify.apply(crypto.subtle, args)
    })
    const sound = { body: 'From=1&To=2' }
    const other = { body: 'From=1&To=3', signed: `${voice}From1To2` }
    const outcomes = await Promise.all([judge(sound), judge(other), judge(sound), judge(other)])
    expect(outcomes).toEqual(['accepted', unknown, 'accepted', unknown])
    expect(wrapped).toHaveBeenCalled()
  })

  it('a polluted Object.prototype adds no option', async () => {
    const polluted = Object.prototype as { url?: string; sharedKeys?: object }
    try {
      polluted.url = 'https://other.example/voice'
      polluted.sharedKeys = { k: 'of an attacker' }
      const settings = { 'x-twilio-webhooks-signature-settings': 'key=k,algorithm=HMAC_SHA1' }
      const forgery = { secret: 'of an attacker', headers: settings }
      expect([await judge({ body: form }), await judge(forgery)]).toEqual([
        'accepted',
        'ERR_WEBHOOK_KEY',
      ])
    } finally {
      delete polluted.url
      delete polluted.sharedKeys
    }
  })

  it.each([
    ['undefined', undefined],
    ['the text undefined', 'undefined'],
    ['an empty text', ''],
    ['a list with nothing in it', [undefined]],
  ])('a secret that is %s is the mistake of the caller', async (_, secret) => {
    const request = await send({ body: form, secret: 'undefined' })
    const promise = verifyWebhook(request, secret as Secret)
    await expect(promise).rejects.toThrow(TypeError)
  })
})
