// Webhooks: whether a request comes from Twilio, https://www.twilio.com/docs/usage/webhooks/webhooks-security
//
//   X-Twilio-Signature = base64(HMAC-SHA1(auth token, signed))        for what is signed, see url.ts
//   X-Twilio-Webhooks-Signature-Settings = "key=" name ",algorithm=" ("HMAC_SHA256" / "HMAC_SHA1")    if a shared key signs

import * as base64url from '../base64url.ts'
import * as check from '../check.ts'
import { describe } from '../describe.ts'
import * as hmac from '../hmac.ts'
import { isReadableSid } from '../names.ts'
import { callWith, options as checkOptions, type Call, type Secret } from '../options.ts'
import * as utf8 from '../utf8.ts'
import { WebhookError, type WebhookErrorCode, type WebhookReason } from './error.ts'
import { findBodyReason, findReason, statedHash, type Refusal, type Signature } from './reason.ts'
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

// Twilio's own webhooks have some kilobytes.
const maxSize = 1_048_576 // bytes

// What Twilio's own library calls the option, among others.
const synonyms: NonNullable<Call['synonyms']> = [[/host|protocol|domain|^base/, 'origin']]

const form = /^application\/x-www-form-urlencoded[ \t]*(;[^,]*)?$/i
const settingsForm = /^key=(.+),algorithm=HMAC_SHA(1|256)$/s

/**
 * Checks that Twilio has sent a request: its signature, and the hash of a body that is not a form.
 *
 * The signature contains no time, so a request that was overheard can be sent again: compare `CallSid` or `MessageSid` and
 * the status with what you have seen. Nothing separates names and values, so text can move between neighbors.
 *
 * A body of more than 1 MiB is rejected, and no more of it is kept. A body that stalls is awaited until the platform ends it.
 *
 * @param request The request, before anything reads its body: at most 1,048,576 bytes.
 * @param authToken The auth token of the account, a list of them while one is rotated, or a function that returns those of
 *   an account from its SID, which is not checked yet, or from `undefined` if the request names no account.
 * @param options What the request does not show: the URL or the origin as Twilio sees it, and shared keys.
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
  const example = 'verifyWebhook(request, authToken, { url })'
  const call = { example, names: ['origin', 'url', 'sharedKeys'], synonyms }
  const { url, origin, sharedKeys } = checkOptions('options', options, call, (name) =>
    callWith(name, [{ example: 'verifyWebhook(request, authToken)', names: ['authToken'] }]),
  )
  const urls = urlsOf(request, own, url, origin)
  const keys = new Map<string | undefined, string[]>()
  if (sharedKeys !== undefined)
    for (const [name, secret] of Object.entries(check.plainObject('sharedKeys', sharedKeys)))
      keys.set(name, check.secrets(`sharedKeys.${name}`, secret))

  const header = request.headers.get('X-Twilio-Signature')
  if (!header) throw refused('ERR_WEBHOOK_UNSIGNED', 'it must have the header X-Twilio-Signature')
  const settings = request.headers.get('X-Twilio-Webhooks-Signature-Settings')
  const match = settings?.match(settingsForm)
  const hash = `SHA-${match?.[2] ?? '1'}` as hmac.Hash // the pattern allows no others
  let secrets = settings === null ? tokens : keys.get(match?.[1])
  if (!secrets)
    throw refused(
      'ERR_WEBHOOK_KEY',
      'its X-Twilio-Webhooks-Signature-Settings must name one of sharedKeys',
    )

  const message = await readMessage(request, 'verify')
  if (settings === null && typeof authToken === 'function') {
    const secret = await authToken(accountSid(message, own))
    if (secret === undefined)
      throw refused('ERR_WEBHOOK_KEY', 'there must be an auth token for its account')
    secrets = check.secrets('authToken', secret)
  }

  const signature = decodeSignature(header)
  const bodyHash = isBodyFree(message) || (await hashBody(message))
  const covering = urls.filter((url) => isCovered(message, url, bodyHash))
  const contents = await findSigned(message, covering, { signature, hash, secrets })
  if (contents) return contents
  const tried = secrets
  const others = [...keys.values(), tokens].flat().filter((secret) => !tried.includes(secret))
  const refusal = { ...message, urls, signature, hash, secrets, others }
  if (covering.length === 0) throw refused('ERR_WEBHOOK_BODY', ...(await findBodyReason(refusal)))
  throw refused('ERR_WEBHOOK_SIGNATURE', ...(await findReason({ ...refusal, urls: covering })))
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
  const secret = check.secret('authToken', authToken)
  const example = 'signWebhook(request, authToken, { url })'
  const call = { example, names: ['origin', 'url', 'sharedKey'], synonyms }
  const { url, origin, sharedKey } = checkOptions('options', options, call, findCall)
  let [signed = own] = urlsOf(request, own, url, origin)
  const settings = sharedKey === undefined ? undefined : settingsOf(sharedKey)

  const message = await readMessage(request, 'sign')
  let { query } = own
  if (!isBodyFree(message)) {
    query = await withBodyHash(message, query === '' ? signed : own)
    signed = { ...signed, query }
  }
  const text = formatUrl(signed) + signedText(sortPairs(message.pairs))
  const hash = settings && !settings.endsWith('SHA1') ? 'SHA-256' : 'SHA-1'
  const key = await hmac.keyOf(secret, hash)
  const headers = new Headers(request.headers)
  headers.set('X-Twilio-Signature', encodeSignature(await hmac.sign(key, utf8.encode(text))))
  if (settings) headers.set('X-Twilio-Webhooks-Signature-Settings', settings)
  const body = message.bytes.length > 0 ? message.bytes : null
  return new Request(formatUrl({ ...own, query }), { method: request.method, headers, body })
}

// What was signed, if it was: the request under one of the URLs, in one of the spellings that Twilio may have signed.
async function findSigned(
  { pairs: received, isForm, body }: Message,
  urls: readonly Url[],
  { signature, hash, secrets }: Pick<Refusal, 'signature' | 'hash' | 'secrets'>,
): Promise<WebhookContents | undefined> {
  if (signature?.hash !== hash) return undefined
  const pairs = sortPairs(received)
  const formText = signedText(pairs)
  for (const given of urls)
    for (const signable of signables(given, formText))
      for (const secret of secrets) {
        const url = formatUrl(signable.url)
        const key = await hmac.keyOf(secret, hash)
        if (await hmac.verify(key, signature.bytes, utf8.encode(url + signable.params))) {
          const { query } = signable.url
          const signed = signable.queryPairs ?? (isForm ? pairs : sortPairs(parsePairs(query)))
          return { url, params: new URLSearchParams(signed), body }
        }
      }
  return undefined
}

/** What is done with a request, as a message says it. */
type Verb = 'verify' | 'sign'

/** What a request contains besides its URL. */
interface Message {
  method: string
  headers: Headers
  bytes: Uint8Array<ArrayBuffer>
  body: string
  /** Whether the body is a form by its media type. */
  isForm: boolean
  /** The parameters of the form, as they arrived. */
  pairs: Pair[]
}

async function readMessage(request: Request, verb: Verb): Promise<Message> {
  const { method, headers } = request
  const bytes = await readBody(request, verb)
  const body = utf8.decodeLeniently(bytes) // with its byte order mark, because the hash of the body covers it
  // A GET has no body, whatever media type it names.
  const isForm = !isGet(method) && form.test(String(headers.get('content-type')))
  const pairs = isForm ? parsePairs(`?${body}`) : []
  return { method, headers, bytes, body, isForm, pairs }
}

// No more than the limit is ever kept.
async function readBody(request: Request, verb: Verb): Promise<Uint8Array<ArrayBuffer>> {
  try {
    if (request.bodyUsed) throw new TypeError('The body was read before')
    // Firefox has no Request.body.
    const reader = (request.body ?? (await request.blob()).stream()).getReader()
    const chunks: Uint8Array<ArrayBuffer>[] = []
    let size = 0
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      if ({}.toString.call(value) !== '[object Uint8Array]')
        throw new TypeError('The body is not a stream of bytes')
      size += value.length
      if (size > maxSize) {
        reader.cancel().catch(() => undefined) // not awaited, because a stream may never answer
        throw new RangeError('The body is too long')
      }
      chunks.push(new Uint8Array(value)) // a copy, because the stream may use its buffer again
    }
    const [first, second] = chunks
    if (first && !second) return first
    const bytes = new Uint8Array(size)
    for (const chunk of chunks.reverse()) bytes.set(chunk, (size -= chunk.length))
    return bytes
  } catch (cause) {
    const rule = `its body must not be read before, and have at most ${maxSize} bytes`
    throw refused('ERR_WEBHOOK_BODY', rule, undefined, { cause, verb })
  }
}

// Whether the signature covers the whole message without a hash of its body.
function isBodyFree({ method, bytes, pairs }: Message): boolean {
  // A form of one pair without name and value adds nothing to what is signed, so it must not replace a body.
  return pairs.some(([name, value]) => name + value !== '') || (bytes.length === 0 && isGet(method))
}

// Twilio puts the hash of a body that is not a form into the query.
function isCovered({ isForm, bytes }: Message, { query }: Url, hash: string | true): boolean {
  const stated = statedHash(query)
  return hash === true || (stated === null ? isForm || bytes.length === 0 : stated === hash)
}

async function hashBody({ bytes }: Message): Promise<string> {
  const hash = new Uint8Array(await hmac.sha256(bytes))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function withBodyHash(message: Message, url: Url): Promise<string> {
  const hash = await hashBody(message)
  if (isCovered(message, url, hash)) return url.query
  const parts = url.query.slice(1).split('&')
  const others = parts.filter((part) => statedHash(part) === null).join('&')
  return `?${others && `${others}&`}bodySHA256=${hash}`
}

// The account that a request names, unchecked: the form's, else the query's.
function accountSid({ pairs }: Message, { query }: Url): string | undefined {
  const sid = [...pairs, ...parsePairs(query)].find(([name]) => name === 'AccountSid')?.[1]
  return isReadableSid(sid, 'AC') ? sid : undefined
}

function isGet(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}

// Base64 is base64url with two other characters and padding. Its last character must not have unused bits that are set.
function decodeSignature(text: string): Signature | undefined {
  if (!/^[A-Za-z\d+/]{26}([A-Za-z\d+/]{16})?[AEIMQUYcgkosw048]=$/.test(text)) return undefined
  const bytes = base64url.decode(text.slice(0, -1).replaceAll('+', '-').replaceAll('/', '_'))
  return { bytes, hash: bytes.length === 20 ? 'SHA-1' : 'SHA-256' }
}

function encodeSignature(bytes: ArrayBuffer): string {
  const text = base64url.encode(new Uint8Array(bytes))
  return `${text.replaceAll('-', '+').replaceAll('_', '/')}=`
}

// The URLs that Twilio may have been given, except for the spellings that url.ts adds.
function urlsOf(request: Request, own: Url, url?: string, origin?: string): Url[] {
  const isUpgrade = request.headers.get('upgrade')?.toLowerCase() === 'websocket'
  const upgraded = (url: Url): Url =>
    isUpgrade ? { ...url, scheme: url.scheme.replace(/^http/i, 'ws') } : url
  const { path, query } = own
  if (origin !== undefined) {
    const [given] = parseOption('origin', origin)
    const got =
      url !== undefined
        ? 'both'
        : /[?#]/.test(origin)
          ? 'a query or fragment'
          : given.path.length > 1 && 'a path'
    if (got) throw check.invalid('origin', 'scheme, host and port, without the option url', got)
    return [upgraded({ ...given, path, query })]
  }
  if (url === undefined) return [upgraded(own)]
  const urls = parseOption('url', url)
    .flatMap((given) => [given, { ...given, query: query || given.query }])
    .flatMap((given) => [given, { ...given, credentials: '' }])
    .map(upgraded)
  return [...new Map(urls.map((url) => [formatUrl(url), url])).values()]
}

// A URL as it is written, and as a Request shows it.
function readUrl(argument: string, text: string, rule: string, value: unknown): [Url, Url] {
  try {
    const { href } = new URL(text)
    const shown = parseUrl(href)
    const given = text === href ? shown : parseUrl(text)
    if (given && shown && /^(https?|wss?):.*\S$/i.test(text)) return [given, shown]
  } catch {
    // It is not a URL at all.
  }
  throw check.invalid(argument, rule, check.flaw(value) ?? describe(value))
}

function parseOption(argument: string, value: string): [Url, Url] {
  return readUrl(argument, check.text(argument, value), 'a URL with http, https, ws or wss', value)
}

// Finds the call that has an option of signWebhook.
function findCall(name: string): string | undefined {
  return callWith(name, [
    { example: 'signWebhook(request, authToken)', names: ['authToken', 'secret'] },
    {
      example: 'signWebhook(request, authToken, { sharedKey: { name: …, algorithm: … } })',
      names: ['algorithm'],
    },
  ])
}

function settingsOf(sharedKey: NonNullable<SignWebhookOptions['sharedKey']>): string {
  const call: Call = {
    example: '{ name }',
    names: ['name', 'algorithm'],
    synonyms: [
      [/^(hash|digest)/, 'algorithm'],
      [/^key$|^(key)?(id|sid)$/, 'name'],
    ],
  }
  const given = checkOptions('sharedKey', sharedKey, call, findCall)
  const { name, algorithm = 'HMAC_SHA256' } = given
  if (!/^[ -~]+$/.test(check.text('sharedKey.name', name)))
    throw check.invalid('sharedKey.name', 'printable ASCII', 'another character')
  const settings = `key=${name},algorithm=${check.text('sharedKey.algorithm', algorithm)}`
  if (!settingsForm.test(settings))
    throw check.invalid('sharedKey.algorithm', 'HMAC_SHA256 or HMAC_SHA1', describe(algorithm))
  return settings
}

// By its shape, because instanceof fails for the Request of another realm or of a framework. Its URL is written anew, because
// workerd before 2024 does not do so.
function requestUrl(request: Request): Url {
  const { url, headers } = Object(request) as Partial<Request>
  return readUrl('request', String(headers?.get && url), 'a Request', request)[1]
}

function refused(
  code: WebhookErrorCode,
  detail: string,
  reason?: WebhookReason,
  { verb = 'verify', ...options }: { cause?: unknown; verb?: Verb } = {},
): WebhookError {
  return new WebhookError(code, `Cannot ${verb} webhook: ${detail}`, { ...options, reason })
}
