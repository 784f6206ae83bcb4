// Webhooks for the specs, signed with code of their own, so that an error in lib/ cannot hide here.

import { WebhookError } from 'twilio-tokens'
import { mac } from './sign.ts'

export const authToken = 'b64bbaf91b6ef0d2afc6ea9b0fe024f8'
export const voice = 'https://app.example/voice'
export const formType = 'application/x-www-form-urlencoded'

/** Whether this runtime's Request can ask for a WebSocket: browsers do not let a page set this header. */
export const hasUpgrade = new Request(voice, { headers: { upgrade: 'websocket' } }).headers.has(
  'upgrade',
)

/** Whether this runtime's Request can have a stream as its body, which Firefox would turn into text. */
export const hasStreams = (() => {
  const init = { method: 'POST', body: new ReadableStream(), duplex: 'half' }
  return !new Request(voice, init).headers.has('content-type')
})()

/** A signature as Twilio writes it. */
export async function signatureOf(
  text: string,
  secret: string = authToken,
  hash = 'SHA-1',
): Promise<string> {
  const signature = await mac(text, secret, hash)
  return `${signature.replaceAll('-', '+').replaceAll('_', '/')}=`
}

/** What Twilio signs of a form: names and values in the order of the names, values of one name in theirs, each pair once. */
export function formText(form: string): string {
  const values = new Map<string, Set<string>>()
  for (const [name, value] of new URLSearchParams(form))
    values.set(name, (values.get(name) ?? new Set()).add(value))
  const names = [...values.keys()].sort()
  return names
    .flatMap((name) => [...(values.get(name) ?? [])].sort().map((value) => name + value))
    .join('')
}

/** The SHA-256 of a body, as Twilio writes it. */
export async function sha256(body: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** A request as it comes, and the text that was signed: by default its URL and its form. */
export interface Sent {
  url?: string
  method?: string
  /** The media type; `null` for none. A string as a body is a form by default. */
  type?: string | null
  headers?: Record<string, string>
  body?: string | Uint8Array<ArrayBuffer> | ReadableStream | null
  signed?: string
  secret?: string
  hash?: string
  /** The header itself, if it is not that of the signed text; `null` for none. */
  signature?: string | null
}

/** Makes a request. */
export async function send({
  url = voice,
  method = 'POST',
  type,
  headers = {},
  body = null,
  signed = url + (typeof body === 'string' ? formText(body) : ''),
  secret = authToken,
  hash = 'SHA-1',
  signature,
}: Sent = {}): Promise<Request> {
  const all = new Headers(headers)
  const mediaType = type === undefined && typeof body === 'string' ? formType : type
  if (mediaType) all.set('content-type', mediaType)
  const header = signature === undefined ? await signatureOf(signed, secret, hash) : signature
  if (header !== null) all.set('x-twilio-signature', header)
  // Bytes, because a string would bring a media type of its own.
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  const init = { method, headers: all, body: bytes, duplex: 'half' }
  return new Request(url, init)
}

/** What became of a request: `accepted`, or the code and the reason of its refusal. */
export async function outcomeOf(verified: Promise<unknown>): Promise<string> {
  try {
    await verified
    return 'accepted'
  } catch (error) {
    if (error instanceof WebhookError) return [error.code, error.reason].filter(Boolean).join(' ')
    throw error
  }
}
