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
  signature: Signature | undefined
  /** The hash that the signature must have. */
  hash: hmac.Hash
  /** The secrets that were tried. */
  secrets: readonly string[]
  /** The other secrets that were passed. */
  others: readonly string[]
}

/** A signature, and the hash that it has by its length. */
export interface Signature {
  bytes: Uint8Array<ArrayBuffer>
  hash: hmac.Hash
}

/** What a message says about a rejection, and the reason. */
export type Finding = readonly [detail: string, reason: WebhookReason]

/** What may have been signed instead of what arrived. */
type Change = readonly [
  reason: WebhookReason,
  signables: Iterable<Signable>,
  secrets: readonly string[],
]

/** Other parts of a URL, and why. Empty for none. */
type Patch = readonly [reason?: WebhookReason, parts?: Partial<Url>]

// A search in the largest body would take seconds; within these bounds it takes milliseconds.
const maxSize = 65_536 // bytes of a body, characters of a path or a query
const maxPairs = 1000
const maxTries = 64

/** Finds the reason why a signature is not right. */
export async function findReason(refusal: Refusal): Promise<Finding> {
  const { method, headers, isForm, pairs, signature, hash } = refusal
  const hasOtherHash = signature?.hash !== hash
  const proven = await prove(refusal, hasOtherHash ? keyChanges(refusal) : changes(refusal))
  if (proven) return proven
  if (hasOtherHash)
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
  const { bytes, pairs, urls, signature } = refusal
  const isLong = ({ path, query }: Url) => path.length > maxSize || query.length > maxSize
  const isLarge = bytes.length > maxSize || urls.some(isLong)
  if (!signature || isLarge || pairs.length > maxPairs) return undefined
  const { hash } = signature
  const tried = new Set<string>()
  // What was tried before this search must not use up its tries.
  if (hash === refusal.hash)
    for (const url of urls)
      for (const { url: other, params } of signables(url, sortedText(pairs)))
        for (const secret of refusal.secrets) tried.add(secret + formatUrl(other) + params)
  const most = tried.size + maxTries
  for (const [reason, signables, secrets] of changes)
    for (const { url, params } of signables)
      for (const secret of secrets) {
        const text = formatUrl(url) + params
        if (tried.has(secret + text)) continue
        if (tried.size === most) return undefined
        tried.add(secret + text)
        if (await hmac.verify(await hmac.keyOf(secret, hash), signature.bytes, utf8.encode(text))) {
          const [way, advice] = /params|secret|algorithm/.test(reason)
            ? [wayOf(reason, hash, params), '']
            : ['', ': pass the option url or origin']
          const signed = showUrls({ ...refusal, urls: [url] })
          return [
            `Twilio signed ${signed}${way}, got ${showUrls(refusal)} (${reason})${advice}`,
            reason,
          ]
        }
      }
  return undefined
}

// What differs where the URL may be the same.
function wayOf(reason: WebhookReason, hash: hmac.Hash, params: string): string {
  if (reason === 'secret-swapped') return ' with another secret that was passed'
  if (reason === 'algorithm') return ` with ${hash}`
  return params === '' ? ' without parameters' : ' with other parameters'
}

// The body may be a form that lost its media type, or that was written anew as JSON. A generator, so that no large body is parsed.
function* lostForms({ body, urls, secrets }: Refusal): Generator<Change> {
  for (const pairs of [parsePairs(`?${body}`), jsonPairs(body)])
    for (const url of urls)
      if (pairs.length > 0) yield ['params-missing', signables(url, sortedText(pairs)), secrets]
}

// What is tried if the signature is that of another hash: other secrets too, but the same URL and the same parameters.
function* keyChanges({ urls, pairs, secrets, others }: Refusal): Generator<Change> {
  const params = sortedText(pairs)
  for (const url of urls) {
    yield ['secret-swapped', signables(url, params), others]
    yield ['algorithm', signables(url, params), secrets]
  }
}

// Every change that is tried. Single and likely changes come first, because the number of tries is limited. Twilio seldom signs the
// port that a scheme has anyway: it is tried with all of them only in the end.
function* changes(refusal: Refusal): Generator<Change> {
  for (const hasDefaultPort of [false, true]) yield* changesWith(refusal, hasDefaultPort)
}

function* changesWith(refusal: Refusal, hasDefaultPort: boolean): Generator<Change> {
  const { urls, pairs, secrets, others } = refusal
  const params = sortedText(pairs)
  for (const url of urls) {
    yield ['secret-swapped', signables(url, params), others]
    yield ['params-missing', signables(url, '', hasDefaultPort), secrets]
    for (const text of alterations(refusal))
      yield ['params-changed', signables(url, text, hasDefaultPort), secrets]
  }
  for (const isUnlikely of [false, true]) {
    for (const url of urls)
      for (const [place, parts] of places(refusal, url))
        for (const [origin, others] of origins(refusal, url)) {
          const reason = place ?? origin
          if (reason && Boolean(place && origin) === isUnlikely) {
            const moved = { ...url, ...parts, ...others }
            yield [reason, signables(moved, params, hasDefaultPort || !place), secrets]
          }
        }
    for (const url of urls)
      for (const text of untrimmed(pairs, isUnlikely))
        yield ['params-changed', signables(url, text, hasDefaultPort), secrets]
  }
}

// Where else the request may have been sent to, after where it was: the host that a header names goes first, if it is another.
function origins({ method, headers }: Refusal, url: Url): Patch[] {
  const schemes = ['https://', 'http://', 'wss://', 'ws://']
  const { host, port } = parseUrl(`https://${headers.get('x-forwarded-host') ?? ''}`) ?? url
  const forwarded = (isSocket(url) ? schemes.slice(2) : schemes.slice(0, 2)).map(
    (scheme): Patch => ['forwarded-host', { scheme, host, port }],
  )
  const others = schemes
    .slice(0, method === 'GET' ? 4 : 2)
    .map((scheme): Patch => ['scheme', { scheme }])
  return [[], ...(host === url.host ? [others, forwarded] : [forwarded, others]).flat()]
}

// What else the path and the query may have been, after what they were. What a header names is the most likely.
function* places({ headers }: Refusal, { scheme, host, path, query }: Url): Generator<Patch> {
  yield []
  const prefix = (headers.get('x-forwarded-prefix') ?? '').split('/').filter(Boolean).join('/')
  if (prefix)
    for (const rest of path === '/' ? ['/', ''] : [path])
      yield ['path-prefix', { path: `/${prefix}${rest}` }]
  const header = headers.get('x-original-url')
  const original = header && parseUrl(header.startsWith('/') ? scheme + host + header : header)
  if (original) {
    const reason = original.path === path ? 'query-missing' : 'path-prefix'
    yield [reason, { path: original.path, query: original.query }]
    yield [reason, { path: original.path }]
    yield ['path-prefix', original]
  }
  const doubled: string[] = []
  for (let at = 0; at >= 0 && doubled.length !== maxTries; at = path.indexOf('/', at + 1))
    doubled.push(`${path.slice(0, at)}/${path.slice(at)}`)
  const single = path.replace(/\/+/g, '/')
  for (const other of [`${path}/`, path.replace(/\/$/, ''), single, ...doubled])
    yield ['path-slash', { path: other }]
  yield ['query-missing', { query: '' }]
  for (const other of encodings(query)) yield ['query-changed', { query: other }]
}

// The other ways to encode a query: the case of the codes, spaces, and characters that not everybody encodes.
function encodings(query: string): Set<string> {
  const codes = /%../g
  const found = new Set([query, query.replace(codes, upper), query.replace(codes, lower)])
  const marks = { '+': '%20', ':': '%3A', '@': '%40', ',': '%2C', '~': '%7E' }
  for (const [mark, code] of Object.entries(marks))
    for (const text of [...found])
      found.add(text.replaceAll(mark, code)).add(text.replaceAll(code, mark))
  return found
}

// What else may have been signed of a form: its parameters in another order, or before a parser changed them.
function alterations({ body, pairs }: Refusal): string[] {
  const values = (change: (value: string) => string) =>
    sortedText(pairs.map(([name, value]) => [name, change(value)]))
  // A number, also after whatsapp:
  const withNumber = (value: string) => value.replace(/(^|:) (?=\d)/, '$1+')
  const withSpaces = (value: string) => value.replaceAll('+', ' ')
  const sorted = (key: (pair: Pair) => string) =>
    signedText([...pairs].sort((a, b) => compare(key(a), key(b))))
  return [
    sortedText(parsePairs(`?${body.replaceAll('+', '%2B')}`)),
    values((value) => value.replaceAll(' ', '+')),
    values(withNumber),
    values(withSpaces),
    values((value) => withNumber(withSpaces(value))),
    signedText(pairs),
    sorted(([name]) => name),
    sorted(([name]) => lower(name)),
    sorted((pair) => pair.join('')),
    sorted((pair) => pair.join('\0')),
  ]
}

// The parameters as they were before a framework trimmed one of them: what people write or say, or what is less likely.
function* untrimmed(pairs: readonly Pair[], isUnlikely: boolean): Generator<string> {
  const rank = ([name, value]: Pair) =>
    Number(!/body|text|speech|name/i.test(name)) + Number(!/^\D*$|\s/.test(value))
  // Each pair once: what repeats would change nothing, again and again.
  const different = new Map(pairs.map((pair) => [pair.join('\0'), pair])).values()
  const ranked = [...different].filter((pair) => rank(pair) > 0 === isUnlikely)
  for (const pair of ranked.sort((a, b) => rank(a) - rank(b)))
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

/** The first `bodySHA256` of a query: it counts, as in Twilio's libraries, and the signature covers all of them. */
export function statedHash(query: string): string | null {
  // A name may be encoded. Most queries have neither: this saves a microsecond per webhook.
  if (!/bodySHA256|%/.test(query)) return null
  return new URLSearchParams(query).get('bodySHA256')
}

function sortedText(pairs: readonly Pair[]): string {
  return signedText(sortPairs(pairs))
}

// A URL may hold a secret, if people have put it there.
function showUrls({ urls, secrets, others }: Refusal): string {
  const isShowable = (text: string) =>
    ![...secrets, ...others].some((secret) => holds(text, secret))
  const show = (url: Url) =>
    [showUrl(url), `${showUrl({ ...url, path: '' })}/…`].find(isShowable) ?? '…'
  return [...new Set(urls.map(show))].join(' or ')
}

// All of the secret: if a piece of it were enough, a stranger could ask for one piece after another.
function holds(text: string, secret: string): boolean {
  return secret.length > 7 && text.toLowerCase().includes(secret.toLowerCase())
}

function upper(text: string): string {
  return text.toUpperCase()
}

function lower(text: string): string {
  return text.toLowerCase()
}
