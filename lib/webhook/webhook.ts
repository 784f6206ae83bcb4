// Webhooks: whether a request comes from Twilio, https://www.twilio.com/docs/usage/webhooks/webhooks-security
//
//   X-Twilio-Signature = base64(HMAC-SHA1(auth token, signed))        for what is signed, see url.ts
//   X-Twilio-Webhooks-Signature-Settings = "key=" name ",algorithm=" ("HMAC_SHA256" / "HMAC_SHA1")    if a shared key signs

import * as base64url from '../base64url.ts'
import * as check from '../check.ts'
import * as hmac from '../hmac.ts'
import { isReadableSid } from '../names.ts'
import { findBodyReason, findReason, type Finding, type WebhookReason } from './reason.ts'
import {
  formatUrl,
  parsePairs,
  parseUrl,
  signables,
  signedText,
  sortPairs,
  type Pair,
  type Url,
} from './url.ts'

/** A secret, or several while one is rotated. */
type Secret = string | readonly string[]

/** Options for checking a webhook. */
export interface WebhookOptions {
  /**
   * The URL as it is set at Twilio, character by character with credentials and capitals, if `request.url` is another. The
   * query of the request is tried in place of its query too, because Twilio adds parameters to the URL that is set.
   */
  url?: string
  /** Scheme, host and port as Twilio sees them, such as `https://app.example`: path and query are those of the request. */
  origin?: string
  /** The secrets of shared keys by the names of the keys, for webhooks that a shared key signs. */
  sharedKeys?: Readonly<Record<string, Secret>>
}

/** Options for signing a webhook. */
export interface SignWebhookOptions {
  /** The URL as Twilio would have it, if `request.url` is another. */
  url?: string
  /** Scheme, host and port as Twilio would have them: path and query are those of the request. */
  origin?: string
  /** The shared key that signs, whose secret is then passed as the auth token; `HMAC_SHA256` if no algorithm is named. */
  sharedKey?: { name: string; algorithm?: 'HMAC_SHA1' | 'HMAC_SHA256' }
}

/** What Twilio has signed. */
export interface WebhookContents {
  /** The URL in the spelling that was signed. Without its query if that was signed as parameters, as with some WebSockets. */
  url: string
  /**
   * The parameters of the form, or of the query if the body is not a form: sorted by name and value, each pair once. Neither
   * order nor repetition is signed.
   */
  params: URLSearchParams
  /** The body as text, with its byte order mark if it has one. The signature does not cover the spelling of a form. */
  body: string
}

/**
 * Why a webhook was refused, in the order in which `verifyWebhook` looks; the codes are the contract, the messages are not.
 *
 * - `ERR_WEBHOOK_UNSIGNED`: it has no signature
 * - `ERR_WEBHOOK_KEY`: the shared key that it names, or the auth token of its account, is not known
 * - `ERR_WEBHOOK_BODY`: its body cannot be read, is over 1 MiB, or is not covered by the signature
 * - `ERR_WEBHOOK_SIGNATURE`: its signature is wrong
 */
export type WebhookErrorCode =
  'ERR_WEBHOOK_UNSIGNED' | 'ERR_WEBHOOK_KEY' | 'ERR_WEBHOOK_BODY' | 'ERR_WEBHOOK_SIGNATURE'

/**
 * A webhook that was refused.
 *
 * @see https://www.twilio.com/docs/usage/webhooks/webhooks-security
 * @example
 * ```ts
 * import { verifyWebhook, WebhookError } from 'twilio-tokens'
 *
 * const forged = new Request('https://app.example/voice', { method: 'POST' })
 * try {
 *   await verifyWebhook(forged, 'the auth token of that account')
 * } catch (error) {
 *   if (!(error instanceof WebhookError) || error.code !== 'ERR_WEBHOOK_UNSIGNED') throw error
 * }
 * ```
 */
export class WebhookError extends Error {
  /** Distinguishes it from other errors, also if another copy of this library has thrown it. */
  override readonly name = 'WebhookError'
  /** What is wrong, for programs. */
  readonly code: WebhookErrorCode
  /** The mistake behind `ERR_WEBHOOK_SIGNATURE`, or behind `ERR_WEBHOOK_BODY` if a hash is missing or wrong. */
  declare readonly reason?: WebhookReason

  /**
   * Creates an error with a code for programs and a message for people.
   *
   * @param code What is wrong, for programs.
   * @param message What is wrong, for people; without a secret or a signature.
   * @param options The error that led to this one, and the mistake behind it.
   */
  constructor(
    code: WebhookErrorCode,
    message: string,
    options: { cause?: unknown; reason?: WebhookReason } = {},
  ) {
    const { reason, ...rest } = options
    super(message, rest)
    this.code = code
    if (reason) this.reason = reason
  }

  /** Recognizes an error of another copy of this library too. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    const { name, code } = Object(value) as { name?: unknown; code?: unknown }
    const isError = Object.prototype.toString.call(value) === '[object Error]'
    return isError && name === 'WebhookError' && typeof code === 'string'
  }
}

// Twilio's own webhooks have some kilobytes.
const maxSize = 1_048_576 // bytes

const form = /^application\/x-www-form-urlencoded[ \t]*(;[^,]*)?$/i
const settingsForm = /^key=(.+),algorithm=HMAC_SHA(1|256)$/s
const base64 = /^([A-Za-z0-9+/]{27}|[A-Za-z0-9+/]{43})=$/

// To ignore the byte order mark is to keep it: the hash of the body covers it.
const utf8 = /* @__PURE__ */ new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Checks that Twilio has sent a request: its signature, and the hash of a body that is not a form.
 *
 * The signature contains no time, so a request that was overheard can be sent again: compare `CallSid` or `MessageSid` and
 * the status with what you have seen. Nothing separates names and values, so text can move between neighbors.
 *
 * A body of more than 1 MiB is refused, and no more of it is kept. A body that stalls is waited for: the platform ends it.
 *
 * @param request The request, before anything reads its body: at most 1,048,576 bytes.
 * @param authToken The auth token of the account, a list of them while one is rotated, or a function that returns those of
 *   the account whose SID it gets: unchecked, or `undefined` if the request names none.
 * @param options What the request cannot tell: the URL or the origin as Twilio sees it, and shared keys.
 * @returns What Twilio has signed: use this instead of the request.
 * @throws {TypeError} if an argument has the wrong type or form.
 * @throws {WebhookError} with the code of the first check that fails; answer 403.
 * @see https://www.twilio.com/docs/usage/webhooks/webhooks-security
 * @example
 * ```ts
 * import { signWebhook, verifyWebhook } from 'twilio-tokens'
 *
 * const body = new URLSearchParams({ To: '+15005550006' })
 * const request = await signWebhook(new Request('https://app.example/voice', { method: 'POST', body }), 'the auth token')
 * const { params } = await verifyWebhook(request, ['the new auth token', 'the auth token'])
 * if (params.get('To') !== '+15005550006') throw new Error('the number that is called')
 * ```
 */
export async function verifyWebhook(
  request: Request,
  authToken:
    Secret | ((accountSid: string | undefined) => Secret | undefined | Promise<Secret | undefined>),
  options: WebhookOptions = {},
): Promise<WebhookContents> {
  const own = requestUrl(request)
  const tokens = typeof authToken === 'function' ? [] : check.secrets('authToken', authToken)
  const urls = urlsOf(request, own, check.plainObject('options', options))
  const keys = sharedKeysOf(options)

  const header = request.headers.get('x-twilio-signature')
  if (!header) throw refused('ERR_WEBHOOK_UNSIGNED', 'it must have the header X-Twilio-Signature')
  const settings = request.headers.get('x-twilio-webhooks-signature-settings')
  const [, name = '', bits = '1'] = settingsForm.exec(settings ?? '') ?? []
  const hash = `SHA-${bits}` as hmac.Hash // the pattern allows no others
  const keySecrets = keys.get(name)
  if (settings !== null && !keySecrets)
    throw refused(
      'ERR_WEBHOOK_KEY',
      'X-Twilio-Webhooks-Signature-Settings must name one of sharedKeys, and HMAC_SHA256 or HMAC_SHA1',
    )

  const message = await readMessage(request)
  let secrets = keySecrets ?? tokens
  if (!keySecrets && typeof authToken === 'function') {
    const secret = await authToken(accountSid(message, own))
    if (secret === undefined)
      throw refused('ERR_WEBHOOK_KEY', 'there must be an auth token for its account')
    secrets = check.secrets('authToken', secret)
  }

  const signature = decodeSignature(header)
  const others = [...keys.values(), tokens].flat().filter((secret) => !secrets.includes(secret))
  const { method, headers } = request
  const refusal = { ...message, method, headers, urls, signature, hash, secrets, others }
  const covering = await coveringUrls(message, urls)
  if (covering.length === 0)
    throw refusedFor('ERR_WEBHOOK_BODY', await findBodyReason(refusal, urls.map(bodyHash)))

  const { isForm, pairs, body } = message
  if (signature?.length === (hash === 'SHA-1' ? 20 : 32)) {
    const sorted = sortPairs(pairs)
    const formText = signedText(sorted)
    for (const { url, params, queryPairs } of covering.flatMap((url) => signables(url, formText))) {
      const text = formatUrl(url)
      const data = new TextEncoder().encode(text + params)
      for (const secret of secrets)
        if (await hmac.verify(await hmac.keyOf(secret, hash), signature, data)) {
          const signed = queryPairs ?? (isForm ? sorted : sortPairs(parsePairs(url.query)))
          return { url: text, params: new URLSearchParams(signed), body }
        }
    }
  }
  throw refusedFor('ERR_WEBHOOK_SIGNATURE', await findReason(refusal))
}

/**
 * Signs a request as Twilio does, so that you can test a handler: the inverse of `verifyWebhook`.
 *
 * A body that is not a form gets its hash as `bodySHA256` in the query, as Twilio adds it.
 *
 * @param request The request, whose body is read: at most 1,048,576 bytes.
 * @param authToken The auth token of the account, or the secret of the shared key.
 * @param options The URL or the origin as Twilio would have it, or the shared key that signs.
 * @returns A new request with the signature.
 * @throws {TypeError} if an argument has the wrong type or form.
 * @throws {WebhookError} `ERR_WEBHOOK_BODY` if the body cannot be read or is too large.
 * @see https://www.twilio.com/docs/usage/webhooks/webhooks-security
 * @example
 * ```ts
 * import { signWebhook } from 'twilio-tokens'
 *
 * const body = new URLSearchParams({ To: '+15005550006' })
 * const request = await signWebhook(new Request('https://app.example/voice', { method: 'POST', body }), 'the auth token')
 * if (request.headers.get('X-Twilio-Signature') === null) throw new Error('a signature')
 * ```
 */
export async function signWebhook(
  request: Request,
  authToken: string,
  options: SignWebhookOptions = {},
): Promise<Request> {
  const own = requestUrl(request)
  const [secret = ''] = check.secrets('authToken', authToken)
  let [url = own] = urlsOf(request, own, check.plainObject('options', options))
  const settings = settingsOf(options)

  const message = await readMessage(request)
  let { query } = own
  if (!isBodyFree(message)) {
    query = await withBodyHash(message, query === '' ? url.query : query)
    url = { ...url, query }
  }
  const text = formatUrl(url) + signedText(sortPairs(message.pairs))
  const hash = settings && !settings.endsWith('SHA1') ? 'SHA-256' : 'SHA-1'
  const key = await hmac.keyOf(secret, hash)
  const headers = new Headers(request.headers)
  headers.set(
    'X-Twilio-Signature',
    encodeSignature(await hmac.sign(key, new TextEncoder().encode(text))),
  )
  if (settings) headers.set('X-Twilio-Webhooks-Signature-Settings', settings)
  const body = message.size > 0 ? message.bytes : null
  return new Request(formatUrl({ ...own, query }), { method: request.method, headers, body })
}

/** What a request holds besides its URL and its headers. */
interface Message {
  method: string
  bytes: Uint8Array<ArrayBuffer>
  size: number
  body: string
  /** Whether the body is a form by its media type. */
  isForm: boolean
  /** The parameters of the form, as they arrived. */
  pairs: Pair[]
}

async function readMessage(request: Request): Promise<Message> {
  const { method, headers } = request
  const bytes = await readBody(request)
  const body = utf8.decode(bytes)
  // A GET has no body, whatever media type it names.
  const isForm = !isGet(method) && form.test(headers.get('content-type') ?? '')
  const pairs = isForm ? parsePairs(`?${body}`) : []
  return { method, bytes, size: bytes.length, body, isForm, pairs }
}

// No more than the limit is ever kept.
async function readBody(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  let problem = 'could not be read'
  try {
    if (request.bodyUsed || request.body?.locked) {
      problem = 'was read before: pass the request first, or a clone of it'
      throw new TypeError(`The body ${problem}`)
    }
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of chunksOf(request)) {
      if ({}.toString.call(chunk) !== '[object Uint8Array]')
        throw new TypeError('The body must be a stream of bytes')
      size += chunk.length
      if (size > maxSize) {
        problem = `must have at most ${maxSize} bytes`
        throw new RangeError(`The body ${problem}`)
      }
      chunks.push(new Uint8Array(chunk)) // a copy, because the stream may use its buffer again
    }
    const bytes = new Uint8Array(size)
    let at = 0
    for (const chunk of chunks) {
      bytes.set(chunk, at)
      at += chunk.length
    }
    return bytes
  } catch (cause) {
    throw refused('ERR_WEBHOOK_BODY', `its body ${problem}`, { cause })
  }
}

async function* chunksOf(request: Request): AsyncGenerator<Uint8Array> {
  const stream = request.body as Request['body'] | undefined // in Firefox there is none
  if (stream === undefined) yield new Uint8Array(await request.arrayBuffer())
  if (!stream) return
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    // Not awaited, because a stream may never answer.
    reader.cancel().catch(() => undefined)
  }
}

// Whether the signature covers the whole message without a hash of its body.
function isBodyFree({ method, size, pairs }: Message): boolean {
  // A form of one pair without name and value adds nothing to what is signed, so it must not replace a body.
  return pairs.some(([name, value]) => name + value !== '') || (size === 0 && isGet(method))
}

// The URLs whose signature covers the body: Twilio puts the hash of a body that is not a form into the query.
async function coveringUrls(message: Message, urls: readonly Url[]): Promise<readonly Url[]> {
  if (isBodyFree(message)) return urls
  const hashes = urls.map(bodyHash)
  const right = hashes.some((hash) => hash !== null) ? await hashOf(message) : ''
  const isEmpty = message.isForm || message.size === 0
  return urls.filter((_, i) => (hashes[i] === null ? isEmpty : hashes[i] === right))
}

// The first one counts, as in Twilio's libraries; the signature covers them all.
function bodyHash({ query }: { query: string }): string | null {
  return new URLSearchParams(query).get('bodySHA256')
}

async function hashOf({ bytes }: Message): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function withBodyHash(message: Message, query: string): Promise<string> {
  const hash = bodyHash({ query })
  if (hash === null ? message.isForm || message.size === 0 : hash === (await hashOf(message)))
    return query
  const others = query
    .slice(1)
    .split('&')
    .filter((part) => part !== '' && bodyHash({ query: part }) === null)
  return `?${[...others, `bodySHA256=${await hashOf(message)}`].join('&')}`
}

// The account that a request names, unchecked: the form's, else the query's.
function accountSid({ pairs }: Message, { query }: Url): string | undefined {
  const [, sid] = [...pairs, ...parsePairs(query)].find(([name]) => name === 'AccountSid') ?? []
  return isReadableSid(sid, 'AC') ? sid : undefined
}

function isGet(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}

// Base64 is base64url with two other characters and padding.
function decodeSignature(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    if (!base64.test(text)) return undefined
    return base64url.decode(text.slice(0, -1).replaceAll('+', '-').replaceAll('/', '_'))
  } catch {
    return undefined // bits are left in its last character
  }
}

function encodeSignature(bytes: ArrayBuffer): string {
  const text = base64url.encode(new Uint8Array(bytes))
  return `${text.replaceAll('-', '+').replaceAll('_', '/')}=`
}

// The URLs that Twilio may have been given, each in the spelling in which it may have signed it but for what url.ts adds.
function urlsOf(
  request: Request,
  own: Url,
  { url, origin }: { url?: string; origin?: string },
): Url[] {
  const isUpgrade = request.headers.get('upgrade')?.toLowerCase() === 'websocket'
  let urls = [own]
  if (origin !== undefined) {
    const given = parseOption('origin', origin)
    if (given.path.length > 1 || /[?#]/.test(origin))
      throw wrong('origin', 'a scheme, a host and a port', 'a path, a query or a fragment')
    if (url !== undefined) throw wrong('origin', 'omitted if url is passed', 'both')
    urls = [{ ...given, path: own.path, query: own.query }]
  } else if (url !== undefined) {
    urls = [parseOption('url', url), parseOption('url', new URL(url).href)]
      .flatMap((given) => (own.query === '' ? [given] : [given, { ...given, query: own.query }]))
      .flatMap((given) =>
        given.credentials === '' ? [given] : [given, { ...given, credentials: '' }],
      )
  }
  const all = new Map<string, Url>()
  for (const given of urls) {
    const scheme = isUpgrade ? given.scheme.replace(/^http/i, 'ws') : given.scheme
    all.set(formatUrl({ ...given, scheme }), { ...given, scheme })
  }
  return [...all.values()]
}

function parseOption(name: string, value: string): Url {
  const text = check.text(name, value)
  const url = parseUrl(text)
  if (!url || !/^(https?|wss?):/i.test(text) || text !== text.trim() || !isUrl(text))
    throw wrong(name, 'an absolute http, https, ws or wss URL', 'another string')
  return url
}

function isUrl(text: string): boolean {
  try {
    return Boolean(new URL(text))
  } catch {
    return false
  }
}

function sharedKeysOf({ sharedKeys = {} }: WebhookOptions): Map<string, string[]> {
  const keys = Object.entries(check.plainObject('sharedKeys', sharedKeys))
  return new Map(keys.map(([name, secret]) => [name, check.secrets(`sharedKeys.${name}`, secret)]))
}

function settingsOf({ sharedKey }: SignWebhookOptions): string | undefined {
  if (sharedKey === undefined) return undefined
  const { name, algorithm = 'HMAC_SHA256' } = check.plainObject('sharedKey', sharedKey)
  if (!/^[ -~]+$/.test(check.text('sharedKey.name', name)))
    throw wrong('sharedKey.name', 'a string of printable ASCII', 'another character')
  const settings = `key=${name},algorithm=${algorithm}`
  if (!settingsForm.test(settings))
    throw wrong('sharedKey.algorithm', 'HMAC_SHA256 or HMAC_SHA1', 'another value')
  return settings
}

// By its shape, because instanceof fails for the Request of another realm or of a framework.
function requestUrl(request: Request): Url {
  const { url, headers } = Object(request) as Partial<Request>
  const own = typeof url === 'string' && typeof headers?.get === 'function' && parseUrl(url)
  if (!own) throw wrong('request', 'a Request as the Fetch API has it', 'another value')
  return own
}

function wrong(name: string, rule: string, found: string): TypeError {
  return new TypeError(`Cannot use ${name}: it must be ${rule}, got ${found}`)
}

function refusedFor(code: WebhookErrorCode, { reason, detail }: Finding): WebhookError {
  return refused(code, detail, { reason })
}

function refused(
  code: WebhookErrorCode,
  detail: string,
  options?: { cause?: unknown; reason?: WebhookReason },
): WebhookError {
  return new WebhookError(code, `Cannot verify webhook: ${detail}`, options)
}
