// Why a webhook was refused. A reason is proven by finding one change that makes the signature right, or seen in the request.
// Nothing here accepts a request: this runs after the refusal, and what it reads from forwarding headers only names the mistake.

import * as hmac from '../hmac.ts'
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
  type Url,
} from './url.ts'

/**
 * The mistake behind a webhook that was refused.
 *
 * - `scheme`, `forwarded-host`: Twilio signed another scheme, or the host that `X-Forwarded-Host` names
 * - `path-slash`, `path-prefix`: the path has a slash too many or too few, or a proxy cut off or rewrote a part of it
 * - `query-missing`, `query-changed`: the query was added, dropped or encoded anew
 * - `params-missing`, `params-changed`: the parameters of the form were lost or changed on the way
 * - `secret-swapped`, `algorithm`: another secret that was passed has signed, or another algorithm
 * - `body-changed`, `json-without-hash`: the body is not the one that `bodySHA256` stands for, or there is no such hash
 * - `signature-form`: the signature is not base64 of the right length
 * - `unknown`: none of these
 */
export type WebhookReason =
  | 'scheme'
  | 'forwarded-host'
  | 'path-slash'
  | 'path-prefix'
  | 'query-missing'
  | 'query-changed'
  | 'params-missing'
  | 'params-changed'
  | 'secret-swapped'
  | 'algorithm'
  | 'body-changed'
  | 'json-without-hash'
  | 'signature-form'
  | 'unknown'

/** What is known of a request that was refused. */
export interface Refusal {
  method: string
  headers: Headers
  body: string
  /** The length of the body in bytes. */
  size: number
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

/** A reason, and the sentence that states it. */
export interface Finding {
  reason: WebhookReason
  detail: string
}

/** What may have happened on the way: one thing, or one thing to the path or query and one to the origin. */
interface Change {
  reasons: readonly [WebhookReason, ...WebhookReason[]]
  url: Url
  params: string
  /** The secrets that may have signed, if they are not those that were tried. */
  secrets?: readonly string[]
}

/** A URL, and what has changed it. */
type Moved = readonly [reason: WebhookReason, url: Url]

// A search in the largest body would take seconds; within these bounds it takes milliseconds.
const maxSize = 65_536 // bytes
const maxPairs = 1000
const maxTries = 64

const advice: Readonly<Record<string, string>> = {
  scheme: 'the scheme differs, as it does if a proxy ends TLS (option origin)',
  'forwarded-host': 'its host is that of X-Forwarded-Host (option origin)',
  'path-slash': 'a slash of the path differs',
  'path-prefix': 'a proxy has changed the path (option url)',
  'query-missing': 'the query was added or lost on the way (option url)',
  'query-changed': 'the query was encoded anew on the way (option url)',
  'params-missing': 'the parameters of the form were added or lost on the way',
  'params-changed': 'the parameters of the form were changed or sorted on the way',
  'secret-swapped': 'another of the secrets that were passed has signed it',
  algorithm: 'it was signed with another algorithm',
}

/** Finds the reason why a signature is not right. */
export async function findReason(refusal: Refusal): Promise<Finding> {
  const { method, headers, isForm, pairs, signature, hash } = refusal
  const proven = await prove(refusal, changes(refusal))
  if (proven) return proven
  if (hashOf(signature) !== hash)
    return {
      reason: 'signature-form',
      detail: `its signature must be base64 of ${hash === 'SHA-1' ? 20 : 32} bytes`,
    }
  const wrong = `its signature is not that of ${showUrls(refusal)}`
  const isEmptyPost = method === 'POST' && headers.get('content-type') === null
  if (pairs.length === 0 && (isForm || isEmptyPost))
    return { reason: 'params-missing', detail: `${wrong} with an empty form` }
  return {
    reason: 'unknown',
    detail: `${wrong}: check that this URL is set at Twilio, that nothing sorts its query, and that the auth token is the primary one of the account that sends (a sub-account has its own)`,
  }
}

/** Finds the reason why the signature does not cover the body, for which `hashes` are the values of `bodySHA256`. */
export async function findBodyReason(
  refusal: Refusal,
  hashes: readonly (string | null)[],
): Promise<Finding> {
  const { body } = refusal
  if (body === '' || hashes.some(Boolean))
    return {
      reason: 'body-changed',
      detail: 'its body must have the SHA-256 that bodySHA256 in the query states',
    }
  return (
    (await prove(refusal, lostParams(refusal))) ?? {
      reason: 'json-without-hash',
      detail: 'its body must be a form, or have its SHA-256 as bodySHA256 in the query',
    }
  )
}

// Computes HMACs until one is right.
async function prove(refusal: Refusal, changes: Iterable<Change>): Promise<Finding | undefined> {
  const { size, pairs, signature } = refusal
  const hash = hashOf(signature)
  if (!signature || !hash || size > maxSize || pairs.length > maxPairs) return undefined
  const tried = new Set<string>()
  for (const { reasons, url, params, secrets = refusal.secrets } of changes) {
    const text = formatUrl(url) + params
    for (const secret of secrets) {
      const attempt = `${secret} ${text}`
      if (tried.has(attempt)) continue
      if (tried.size === maxTries) return undefined
      tried.add(attempt)
      const key = await hmac.keyOf(secret, hash)
      if (await hmac.verify(key, signature, new TextEncoder().encode(text))) {
        const why = reasons.map((reason) => advice[reason]).join(', and ')
        return {
          reason: reasons[0],
          detail: `Twilio signed ${showUrl(url)}, got ${showUrls(refusal)}: ${why}`,
        }
      }
    }
  }
  return undefined
}

// The body may be a form that lost its media type, or was written anew as JSON. A generator, so that no large body is parsed.
function* lostParams({ body, urls }: Refusal): Generator<Change> {
  for (const pairs of [parsePairs(`?${body}`), jsonPairs(body)])
    if (pairs.length > 0) yield* withParams(urls, 'params-missing', sortPairs(pairs)).flatMap(spell)
}

// Every change that is tried, the likeliest first, because the tries are bounded.
function* changes(refusal: Refusal): Generator<Change> {
  const { urls, pairs, signature, hash, secrets, others } = refusal
  const sorted = sortPairs(pairs)
  const swapped = withParams(urls, 'secret-swapped', sorted, others)
  if (hashOf(signature) !== hash) {
    yield* [...withParams(urls, 'algorithm', sorted, secrets), ...swapped].flatMap(spell)
    return
  }
  const params = signedText(sorted)
  const single: Change[] = []
  const double: Change[] = []
  for (const url of urls) {
    for (const [reason, moved] of origins(refusal, url))
      single.push({ reasons: [reason], url: moved, params })
    for (const [reason, moved] of paths(refusal, url)) {
      single.push({ reasons: [reason], url: moved, params })
      for (const [origin, both] of origins(refusal, moved))
        double.push({ reasons: [reason, origin], url: both, params })
    }
  }
  const altered = [
    ...withParams(urls, 'params-missing', []),
    ...alterations(refusal).flatMap((pairs) => withParams(urls, 'params-changed', pairs)),
  ].filter((change) => change.params !== params)
  yield* [...single, ...swapped, ...altered, ...double].flatMap(spellLikely)
  yield* single.flatMap(spell)
  for (const pairs of untrimmed(sorted))
    yield* withParams(urls, 'params-changed', sortPairs(pairs)).flatMap(spellLikely)
  yield* [...swapped, ...altered, ...double].flatMap(spell)
}

function withParams(
  urls: readonly Url[],
  reason: WebhookReason,
  pairs: readonly Pair[],
  secrets?: readonly string[],
): Change[] {
  const params = signedText(pairs)
  return urls.map((url) => ({ reasons: [reason], url, params, ...(secrets && { secrets }) }))
}

function spell(change: Change): Change[] {
  return signables(change.url, change.params).map(({ url, params }) => ({
    ...change,
    url,
    params,
  }))
}

// Not with the port that the scheme has anyway, nor with the other spelling of a bare host: Twilio hardly ever signs these.
function spellLikely(change: Change): Change[] {
  const { port, path } = change.url
  return spell(change).filter(
    ({ url }) => url.path === path && (url.port === '' || url.port === port),
  )
}

// Where else the request may have been sent to.
function* origins({ method, headers }: Refusal, url: Url): Generator<Moved> {
  for (const scheme of ['https://', 'http://', 'wss://', 'ws://'])
    if (scheme !== url.scheme && (method === 'GET' || !isSocket({ ...url, scheme })))
      yield ['scheme', { ...url, scheme }]
  const [first = ''] = (headers.get('x-forwarded-host') ?? '').split(',')
  const forwarded = parseUrl(`https://${first.trim()}`)
  if (!forwarded) return
  const { host, port } = forwarded
  if (host + port !== url.host + url.port)
    for (const scheme of isSocket(url) ? ['wss://', 'ws://'] : ['https://', 'http://'])
      yield ['forwarded-host', { ...url, scheme, host, port }]
}

// What else the path and the query may have been.
function* paths({ headers }: Refusal, url: Url): Generator<Moved> {
  const { path, query } = url
  const toggled = path.endsWith('/') ? path.slice(0, -1) : `${path}/`
  const merged = path.includes('//') ? path.replace(/\/+/g, '/') : `/${path}`
  for (const path of [toggled, merged]) yield ['path-slash', { ...url, path }]
  const [first = ''] = (headers.get('x-forwarded-prefix') ?? '').split(',')
  const prefix = first.trim().split('/').filter(Boolean).join('/')
  if (prefix !== '') yield ['path-prefix', { ...url, path: `/${prefix}${path}` }]
  const header = headers.get('x-original-url') ?? ''
  const original = parseUrl(header.startsWith('/') ? `https://${url.host}${header}` : header)
  if (original) {
    const reason = original.path === path ? 'query-missing' : 'path-prefix'
    const moved = { ...url, path: original.path }
    yield [reason, { ...moved, query: original.query }]
    if (original.query === '') yield [reason, moved]
    yield ['path-prefix', original]
  }
  if (query !== '') yield ['query-missing', { ...url, query: '' }]
  for (const changed of encodings(query)) yield ['query-changed', { ...url, query: changed }]
}

// The other ways to encode a query: each step alone, then both kinds together, as a parser that writes it anew does.
function encodings(query: string): string[] {
  const spaces = [
    (text: string) => text.replaceAll('+', '%20'),
    (text: string) => text.replaceAll('%20', '+'),
  ]
  const codes = [':%3A', '@%40', ',%2C', '~%7E'].flatMap((pair) => {
    const [raw, code] = [pair.slice(0, 1), pair.slice(1)]
    return [
      (text: string) => text.replaceAll(raw, code),
      (text: string) => text.replaceAll(code, raw).replaceAll(code.toLowerCase(), raw),
    ]
  })
  const cases = [
    (text: string) => text.replace(/%../g, (code) => code.toUpperCase()),
    (text: string) => text.replace(/%../g, (code) => code.toLowerCase()),
  ]
  // The encoding steps are at even places, the decoding steps at odd ones.
  const all = [0, 1].map(
    (odd) => (text: string) =>
      codes.reduce((result, step, i) => (i % 2 === odd ? step(result) : result), text),
  )
  const both = spaces.flatMap((space) => all.map((step) => (text: string) => step(space(text))))
  const found = [...spaces, ...codes, ...cases, ...all, ...both].map((step) => step(query))
  return [...new Set(found)].filter((text) => text !== query)
}

// What else may have been signed of a form: its parameters in another order, or before a parser changed them.
function alterations({ body, pairs }: Refusal): (readonly Pair[])[] {
  const values = (change: (value: string) => string): Pair[] =>
    sortPairs(pairs.map(([name, value]) => [name, change(value)]))
  const names = (fold: (name: string) => string): Pair[] =>
    [...pairs].sort(([a], [b]) => compare(fold(a), fold(b)))
  return [
    sortPairs(parsePairs(`?${body.replaceAll('+', '%2B')}`)),
    values((value) => value.replaceAll(' ', '+')),
    values((value) => value.replace(/^ (?=\d)/, '+')),
    values((value) => value.replaceAll('+', ' ')),
    values((value) => value.replace(/(?!^)\+/g, ' ')),
    pairs,
    names((name) => name),
    names((name) => name.toLowerCase()),
    names((name) => name.toUpperCase()),
    [...pairs].sort((a, b) => compare(a.join(''), b.join(''))),
    [...pairs].sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1])),
  ]
}

// The parameters as they were before a framework trimmed one of them, what people write or say first.
function* untrimmed(pairs: readonly Pair[]): Generator<Pair[]> {
  const isWritten = ([name]: Pair) => /body|text|speech|message|name/i.test(name)
  const isWords = ([, value]: Pair) => /[a-z]/.test(value) && !/^[A-Z]{2}[0-9a-f]{32}$/.test(value)
  const rank = (pair: Pair) => (isWritten(pair) ? 0 : 2) + (isWords(pair) ? 0 : 1)
  const ranked = [...pairs].sort((a, b) => rank(a) - rank(b))
  for (const pair of ranked)
    for (const [before, after] of [
      ['', ' '],
      ['', '\n'],
      [' ', ''],
      ['', '\r\n'],
      ['\n', ''],
      [' ', ' '],
    ]) {
      const value = `${before ?? ''}${pair[1]}${after ?? ''}`
      yield pairs.map((other) => (other === pair ? [pair[0], value] : other))
    }
}

// The members of a JSON object, as a form has them.
function jsonPairs(body: string): Pair[] {
  try {
    const members = Object.entries(Object(JSON.parse(body)) as Record<string, unknown>)
    return members.flatMap(([name, value]) =>
      [value]
        .flat()
        .map((item: unknown): Pair => [
          name,
          typeof item === 'string' ? item : item === null ? '' : JSON.stringify(item),
        ]),
    )
  } catch {
    return []
  }
}

// By its length: the form of a signature tells how it was made.
function hashOf(signature: Uint8Array | undefined): hmac.Hash | undefined {
  return signature && (signature.length === 20 ? 'SHA-1' : 'SHA-256')
}

function showUrls({ urls }: Refusal): string {
  return [...new Set(urls.map(showUrl))].join(' or ')
}
