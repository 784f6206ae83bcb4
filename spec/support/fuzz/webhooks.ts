// Webhooks: signed ones, ones with something changed, and noise. Each is a function that makes the request, because a request that was read
// is not what was passed any more.

import { formText, formType, signatureOf } from '../webhook.ts'
import type { Values } from './values.ts'

const urls = [
  'https://app.example/voice',
  'https://app.example/?a=it%27s+b%20c&d=sip:e@f,~',
  'http://localhost:3000//voice/?bodySHA256=1&bodySHA256=',
  'https://[2001:db8::1]:8443/%2e%2e/x?',
]
const headers: Record<string, string>[] = [
  { upgrade: 'websocket' },
  { 'x-forwarded-host': 'app.example:8443, inner.example', 'x-forwarded-prefix': '//a//' },
  { 'x-original-url': 'https://user:p@app.example/voice?a=1' },
  { 'x-original-url': '/%zz?%' },
  { 'x-twilio-webhooks-signature-settings': 'key=k,algorithm=HMAC_SHA1' },
  { 'x-twilio-webhooks-signature-settings': 'key=__proto__,algorithm=HMAC_SHA256' },
]

/** A function that makes a request, or anything else. */
export async function webhook(values: Values): Promise<[unknown]> {
  if (values.chance(0.1)) return [values.value()]
  const url = values.pick(urls)
  const method = values.pick(['POST', 'POST', 'GET', 'PUT', 'DELETE'])
  const type = values.pick([formType, formType, `${formType};`, 'application/json', 'text/plain'])
  const body = values.list(4, () => values.text()).join(values.pick(['&', '=', '']))
  const all = new Headers(values.chance(0.3) ? values.pick(headers) : {})
  all.set('content-type', type)
  const text = url + (type === formType && method !== 'GET' ? formText(body) : '')
  const signature = values.pick([
    await signatureOf(text, values.pick(['secret', 'XXXXX'])),
    await signatureOf(text, 'secret', 'SHA-256'),
    values.pick(['', 'A', 'A'.repeat(27), `${'A'.repeat(27)}=`, `${'/'.repeat(43)}=`]),
  ])
  if (signature !== '') all.set('x-twilio-signature', signature)
  const init = { method, headers: all, body: method === 'GET' ? null : body }
  return [() => new Request(url, init)]
}

/** Options for checking a webhook. */
export function webhookOptions(values: Values): unknown {
  return values.options({
    ...place(values),
    sharedKeys: () => values.options({ k: () => values.secret() }),
  })
}

/** Options for signing a webhook. */
export function signOptions(values: Values): unknown {
  return values.options({
    ...place(values),
    sharedKey: () =>
      values.options({ name: () => 'k', algorithm: () => values.one('HMAC_SHA1', 'HMAC_SHA256') }),
  })
}

/** One of the options that say where Twilio sends a webhook, or none. */
function place(values: Values): Record<string, () => unknown> {
  return values.pick([
    {},
    { url: () => values.one('https://App.example/voice#rc=3', 'wss://u:p@app.example') },
    { origin: () => values.one('https://app.example', 'http://localhost:3000/') },
  ])
}
