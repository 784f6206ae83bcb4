import { verifyWebhook } from 'twilio-tokens'
import { describe, expect, it } from 'vitest'
import {
  formatUrl,
  isSocket,
  parseUrl,
  signables,
  sortPairs,
  type Pair,
} from '../../lib/webhook/url.ts'
import { hasUpgrade, outcomeOf, signatureOf } from '../support/webhook.ts'
import disagreements from '../vectors/webhook-disagree.json' with { type: 'json' }
import vectors from '../vectors/webhook.json' with { type: 'json' }

interface Vector {
  name: string
  url: string
  method: string
  contentType: string | null
  body: string | null
  authToken: string
  signature: string | null
  websocket?: boolean
  viaRequest?: boolean
}

const agreements: (Vector & { valid: boolean })[] = vectors
const recommendations: (Vector & { recommend: boolean | null })[] = disagreements

/** The request as it comes: a Request cannot have credentials or a WebSocket's scheme in its URL. */
function requestOf({ url, method, contentType, body, signature, websocket = false }: Vector) {
  const shown = new URL(url.replace(/^ws/, 'http'))
  shown.username = shown.password = ''
  const headers = new Headers()
  if (contentType !== null) headers.set('content-type', contentType)
  if (signature !== null) headers.set('x-twilio-signature', signature)
  if (websocket) headers.set('upgrade', 'websocket')
  // Bytes, because a string would bring a media type of its own.
  return new Request(shown, { method, headers, body: body && new TextEncoder().encode(body) })
}

/** Whether a vector is accepted with its URL in the Request, and with its URL in the option. */
async function verdicts(vector: Vector): Promise<[request: boolean, option: boolean]> {
  const { url, authToken } = vector
  const request = await outcomeOf(verifyWebhook(requestOf(vector), authToken))
  const option = await outcomeOf(verifyWebhook(requestOf(vector), authToken, { url }))
  return [request === 'accepted', option === 'accepted']
}

/** Whether a WebSocket is accepted as a GET of the same URL, which it is where a page cannot set Upgrade. */
async function asGet({ url, authToken, signature, websocket }: Vector) {
  if (hasUpgrade || !websocket) return undefined
  return signature === (await signatureOf(url.replace(/^ws/, 'http'), authToken))
}

describe('vectors/webhook.json', () => {
  it('has all cases of its source', () => {
    expect(agreements).toHaveLength(105)
  })

  const titled = agreements.map(
    (vector) => [vector.valid ? 'accepts' : 'rejects', vector.name, vector] as const,
  )
  it.each(titled)('verifyWebhook() %s the vector "%s"', async (_does, _name, vector) => {
    const { valid, viaRequest = true } = vector
    const isGet = await asGet(vector)
    expect(await verdicts(vector)).toEqual([isGet ?? (valid && viaRequest), valid])
  })
})

describe('vectors/webhook-disagree.json', () => {
  // What a Request does not show: capitals of scheme and host, and credentials.
  const onlyInOption = [
    'urls: HTTPS in capitals',
    'twilio: capitals in scheme, host and credentials',
    'credentials and a port, signed without the port',
  ]

  it('has all cases of its source', () => {
    expect(recommendations).toHaveLength(29)
    expect(recommendations.map(({ name }) => name)).toEqual(expect.arrayContaining(onlyInOption))
  })

  const titled = recommendations.map((vector) => ({
    ...vector,
    does: { true: 'accepts', false: 'rejects', null: 'judges' }[`${vector.recommend}`],
  }))
  it.each(titled)('verifyWebhook() $does the disputed vector "$name"', async (vector) => {
    const { name, recommend } = vector
    const [request, option] = await verdicts(vector)
    if (recommend === null) return
    const isShown = !onlyInOption.includes(name)
    expect([request, option]).toEqual([(await asGet(vector)) ?? (recommend && isShown), recommend])
  })
})

describe('parseUrl()', () => {
  it.each([
    'https://app.example',
    'https://app.example/',
    'HTTPS://user:pa@ss@App.Example:8443/a//b/?',
    'wss://[2001:db8::1]:8443/relay?a=1&b=?c/d:e@f',
    'http://localhost:3000?a=b:1@2',
    'https://müller.example/España?año=2023',
  ])('splits %s so that formatUrl() joins it again', (text) => {
    const url = parseUrl(text)
    expect(url && formatUrl(url)).toBe(text)
  })

  it('cuts the fragment off', () => {
    expect(formatUrl({ ...parsed('https://app.example/a?b=1#c?d/e') })).toBe(
      'https://app.example/a?b=1',
    )
  })

  it.each(['', '/voice', 'app.example/voice', 'https://', 'https:///voice', 'mailto:a@b.example'])(
    'returns nothing for "%s"',
    (text) => {
      expect(parseUrl(text)).toBeUndefined()
    },
  )
})

describe('isSocket()', () => {
  it.each([
    ['wss', true],
    ['ws', true],
    ['WSS', true],
    ['https', false],
    ['http', false],
    ['news', false],
  ])('knows whether %s is the scheme of a WebSocket', (scheme, expected) => {
    expect(isSocket(parsed(`${scheme}://app.example/`))).toBe(expected)
  })
})

describe('signables()', () => {
  const texts = (url: string, params = '') =>
    Array.from(
      signables(parsed(url), params),
      (signable) => formatUrl(signable.url) + signable.params,
    )

  it.each([
    ['https with and without its port', 'https://a.example/b', '', ['', ':443']],
    ['http with and without its port', 'http://a.example/b', '', ['', ':80']],
    ['another port, and none', 'https://a.example:81/b', '', [':81', '']],
  ])('has %s', (_, url, params, ports) => {
    const { scheme, host, path } = parsed(url)
    expect(texts(url, params)).toEqual(ports.map((port) => scheme + host + port + path))
  })

  it('has a bare host with and without its slash', () => {
    for (const url of ['https://a.example?b=1', 'https://a.example/?b=1'])
      expect(new Set(texts(url))).toEqual(
        new Set([
          'https://a.example?b=1',
          'https://a.example/?b=1',
          'https://a.example:443?b=1',
          'https://a.example:443/?b=1',
        ]),
      )
  })

  it('has apostrophes of the query as they are, all raw, and all encoded', () => {
    const found = texts("https://a.example/it's?b='%27").filter((text) => !text.includes(':443'))
    expect(found).toEqual([
      "https://a.example/it's?b='%27",
      "https://a.example/it's?b=''",
      "https://a.example/it's?b=%27%27",
    ])
  })

  it('has the query of a WebSocket as parameters too, but not if there are others', () => {
    const found = texts('wss://a.example/b?d=1&c=2&c=1&c=2')
    expect(found).toEqual([
      'wss://a.example/b?d=1&c=2&c=1&c=2',
      'wss://a.example/bc1c2d1',
      'wss://a.example:443/b?d=1&c=2&c=1&c=2',
      'wss://a.example:443/bc1c2d1',
    ])
    expect(texts('wss://a.example/b?c=1', 'd2')).toHaveLength(2)
    expect(texts('https://a.example/b?c=1')).toHaveLength(2)
  })
})

describe('sortPairs()', () => {
  it('sorts names, then values, by UTF-16 units, and keeps each pair once', () => {
    const pairs: Pair[] = [
      ['b', '2'],
      ['～', ''],
      ['😀', ''],
      ['a', '10'],
      ['B', '1'],
      ['a', '9'],
      ['b', '2'],
      ['a\0', '1'],
    ]
    const sorted = ['B=1', 'a=10', 'a=9', 'a\0=1', 'b=2', '😀=', '～=']
    expect(sortPairs(pairs).map((pair) => pair.join('='))).toEqual(sorted)
    expect(pairs).toHaveLength(8)
  })
})

function parsed(text: string) {
  const url = parseUrl(text)
  if (!url) throw new Error(`${text} is no URL`)
  return url
}
