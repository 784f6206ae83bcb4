// Why a webhook was rejected. A reason is proven by finding one change that makes the signature right, or seen in the request.
// Nothing here accepts a request: this runs after the rejection, and what it reads from forwarding headers only names the mistake.

import * as hmac from '../hmac.ts'
import * as utf8 from '../utf8.ts'
import type { WebhookReason } from './error.ts'
import {
  compare,
  formatUrl,
  isSocket,
  parsePairs,
  parseUrl,
  showUrl,
  signables,
  signedText,
  sortPairs,
  type Pair,
  type Signable,
  type Url,
} from './url.ts'

/** What is known about a request that was rejected. */
export interface Refusal {
  method: string
  headers: Headers
  body: string
  bytes: Uint8Array
  /** Whether the body is a form by its media type. */
  isForm: boolean
  /** The parameters of the form, as they arrived. */
  pairs: readonly Pair[]
  /** The URLs that were tried. */
  urls: readonly Url[]
  /** The signature, if it is base64 of a hash. */
  signature: Uint8Array<ArrayBuffer> | undefined
  /** The hash that the signature must have. */
  hash: hmac.Hash
  /** The secrets that were tried. */
  secrets: readonly string[]
  /** The other secrets that were passed. */
  others: readonly string[]
}

/** What a message says about a rejection, and the reason. */
export type Finding = readonly [detail: string, reason: WebhookReason]

/** What may have been signed instead of what arrived. */
type Change = readonly [
  reason: WebhookReason,
  signables: Iterable<Signable>,
  secrets: readonly string[],
]

/** Other parts of a URL, and why. Without a reason, none. */
type Patch = readonly [reason: WebhookReason | undefined, parts: Partial<Url>]

// A search in the largest body would take seconds; within these bounds it takes milliseconds.
const maxSize = 65_536 // bytes
const maxPairs = 1000
const maxTries = 64

/** Finds the reason why a signature is not right. */
export async function findReason(refusal: Refusal): Promise<Finding> {
  const { method, headers, isForm, pairs, signature, hash } = refusal
  const proven = await prove(refusal, changes(refusal))
  if (proven) return proven
  if (hashOf(signature) !== hash)
    return [`its signature must be base64 of an HMAC with ${hash}`, 'signature-form']
  const wrong = `its signature is not that of ${showUrls(refusal)}`
  const isEmpty = isForm || (method === 'POST' && !headers.has('content-type'))
  return isEmpty && pairs.length === 0
    ? [`${wrong} with an empty form`, 'params-missing']
    : [
        `${wrong}: check the URL at Twilio, whether its query was sorted, and whether the auth token is a sub-account's or a secondary one`,
        'unknown',
      ]
}

/** Finds the reason why the signature does not cover the body. */
export async function findBodyReason(refusal: Refusal): Promise<Finding> {
  if (refusal.body === '' || refusal.urls.some(({ query }) => statedHash(query)))
    return ['its body must have the hash bodySHA256 of its query', 'body-changed']
  return (
    (await prove(refusal, lostForms(refusal))) ?? [
      'its body must be a form, or have a hash bodySHA256 in its query',
      'json-without-hash',
    ]
  )
}

// Computes HMACs until one is right.
async function prove(refusal: Refusal, changes: Iterable<Change>): Promise<Finding | undefined> {
  const { bytes, pairs, signature } = refusal
  const hash = hashOf(signature)
  if (!signature || !hash || bytes.length > maxSize || pairs.length > maxPairs) return undefined
  const tried = new Set<string>()
  for (const [reason, signables, secrets] of changes)
    for (const { url, params } of signables)
      for (const secret of secrets) {
        const text = formatUrl(url) + params
        if (tried.has(secret + text)) continue
        if (tried.size === maxTries) return undefined
        tried.add(secret + text)
        if (await hmac.verify(await hmac.keyOf(secret, hash), signature, utf8.encode(text))) {
          const advice = /^(params|secret|alg)/.test(reason)
            ? ''
            : ': pass the option url or origin'
          return [
            `Twilio signed ${showUrl(url)}, got ${showUrls(refusal)} (${reason})${advice}`,
            reason,
          ]
        }
      }
  return undefined
}

// The body may be a form that lost its media type, or that was written anew as JSON. A generator, so that no large body is parsed.
function* lostForms({ body, urls, secrets }: Refusal): Generator<Change> {
  for (const pairs of [parsePairs(`?${body}`), jsonPairs(body)])
    for (const url of urls)
      if (pairs.length > 0) yield ['params-missing', signables(url, sortedText(pairs)), secrets]
}

// Every change that is tried. Single changes come first, because the number of tries is limited.
function* changes(refusal: Refusal): Generator<Change> {
  const { urls, pairs, signature, hash, secrets, others } = refusal
  const params = sortedText(pairs)
  for (const url of urls) {
    yield ['secret-swapped', signables(url, params), others]
    if (hashOf(signature) !== hash) yield ['algorithm', signables(url, params), secrets]
    else {
      yield ['params-missing', signables(url, '', false), secrets]
      for (const text of alterations(refusal))
        yield ['params-changed', signables(url, text, false), secrets]
    }
  }
  if (hashOf(signature) !== hash) return
  for (const isDouble of [false, true])
    for (const url of urls)
      for (const [place, parts] of places(refusal, url))
        for (const [origin, others] of origins(refusal, url)) {
          const reason = place ?? origin
          if (reason && Boolean(place && origin) === isDouble) {
            // Twilio seldom signs the port that a scheme has anyway: it is not tried with every change.
            const moved = signables({ ...url, ...parts, ...others }, params, !place)
            yield [reason, moved, secrets]
          }
        }
  for (const url of urls)
    for (const text of untrimmed(pairs))
      yield ['params-changed', signables(url, text, false), secrets]
}

// Where else the request may have been sent to, after where it was.
function origins({ method, headers }: Refusal, url: Url): Patch[] {
  const schemes = ['https://', 'http://', 'wss://', 'ws://']
  const { host, port } = parseUrl(`https://${headers.get('x-forwarded-host') ?? ''}`) ?? url
  return [
    [undefined, {}],
    ...schemes.slice(0, method === 'GET' ? 4 : 2).map((scheme): Patch => ['scheme', { scheme }]),
    ...(isSocket(url) ? schemes.slice(2) : schemes.slice(0, 2)).map((scheme): Patch => [
      'forwarded-host',
      { scheme, host, port },
    ]),
  ]
}

// What else the path and the query may have been, after what they were. What a header names is the most likely.
function places({ headers }: Refusal, { scheme, host, path, query }: Url): Patch[] {
  const slashes = [`${path}/`, path.replace(/\/$/, ''), path.replace(/\/+/g, '/'), `/${path}`]
  const prefix = (headers.get('x-forwarded-prefix') ?? '').split('/').filter(Boolean).join('/')
  const header = headers.get('x-original-url') ?? ''
  const original = parseUrl(header.startsWith('/') ? scheme + host + header : header)
  const reason = original?.path === path ? 'query-missing' : 'path-prefix'
  return [
    [undefined, {}],
    ...(prefix ? ([['path-prefix', { path: `/${prefix}${path}` }]] as const) : []),
    ...(original
      ? ([
          [reason, { path: original.path, query: original.query }],
          [reason, { path: original.path }],
          ['path-prefix', original],
        ] as const)
      : []),
    ...slashes.map((path): Patch => ['path-slash', { path }]),
    ['query-missing', { query: '' }],
    ...Array.from(encodings(query), (query): Patch => ['query-changed', { query }]),
  ]
}

// The other ways to encode a query: the case of the codes, spaces, and characters that not everybody encodes.
function encodings(query: string): Set<string> {
  const codes = /%../g
  const found = new Set([query, query.replace(codes, upper), query.replace(codes, lower)])
  for (const [mark = '', ...code] of ['+%20', ':%3A', '@%40', ',%2C', '~%7E'])
    for (const text of [...found])
      found.add(text.replaceAll(mark, code.join(''))).add(text.replaceAll(code.join(''), mark))
  return found
}

// What else may have been signed of a form: its parameters in another order, or before a parser changed them.
function alterations({ body, pairs }: Refusal): string[] {
  const values = (from: RegExp, to: string) =>
    sortedText(pairs.map(([name, value]) => [name, value.replace(from, to)]))
  const sorted = (key: (pair: Pair) => string) =>
    signedText([...pairs].sort((a, b) => compare(key(a), key(b))))
  return [
    sortedText(parsePairs(`?${body.replaceAll('+', '%2B')}`)),
    values(/ /g, '+'),
    values(/^ (?=\d)/, '+'),
    values(/\+/g, ' '),
    values(/(?!^)\+/g, ' '),
    signedText(pairs),
    sorted(([name]) => name),
    sorted(([name]) => lower(name)),
    sorted((pair) => pair.join('')),
    sorted((pair) => pair.join('\0')),
  ]
}

// The parameters as they were before a framework trimmed one of them: what people write or say first.
function* untrimmed(pairs: readonly Pair[]): Generator<string> {
  const rank = ([name, value]: Pair) =>
    Number(!/body|text|speech|message|name/i.test(name)) + Number(!/^\D+$|\s/.test(value))
  for (const pair of [...pairs].sort((a, b) => rank(a) - rank(b)))
    for (const around of ['| ', '|\n', ' |', '\n|']) {
      const value = around.replace('|', () => pair[1])
      yield sortedText(pairs.map((other) => (other === pair ? [pair[0], value] : other)))
    }
}

// The members of a JSON object, as a form has them.
function jsonPairs(body: string): Pair[] {
  try {
    // Typed as what it may be besides a string; what is an object or a list in a list matches nothing.
    const members = Object.entries(JSON.parse(body) as Record<string, number | null>)
    return members.flatMap(([name, value]) =>
      [value].flat().map((item): Pair => [name, String(item ?? '')]),
    )
  } catch {
    return []
  }
}

/** The hash of a signature, by its length. */
export function hashOf(signature: Uint8Array | undefined): hmac.Hash | undefined {
  return signature && (signature.length === 20 ? 'SHA-1' : 'SHA-256')
}

/** The first `bodySHA256` of a query: it counts, as in Twilio's libraries, and the signature covers all of them. */
export function statedHash(query: string): string | null {
  // A name may be encoded. Most queries have neither: this saves a microsecond per webhook.
  if (!/bodySHA256|%/.test(query)) return null
  return new URLSearchParams(query).get('bodySHA256')
}

function sortedText(pairs: readonly Pair[]): string {
  return signedText(sortPairs(pairs))
}

function showUrls({ urls }: Refusal): string {
  return [...new Set(urls.map(showUrl))].join(' or ')
}

function upper(text: string): string {
  return text.toUpperCase()
}

function lower(text: string): string {
  return text.toLowerCase()
}
