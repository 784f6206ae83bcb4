// Webhooks: sound ones, ones that are signed with whatever in them, and what is no request at all.

import { formText, formType, sha256, signatureOf } from '../webhook.ts'
import type { Values } from './values.ts'

const origins = ['https://app.example', 'http://app.example:8080', 'https://user:pass@app.example']
const paths = ['/voice', '/', '', '/a/b/', '/é', '/%zz', '/voice?a=b', "/voice?it's=1", '/voice?']
const types = [formType, `${formType}; charset=UTF-8`, 'application/json', 'text/xml', '']
const bodies = ['', '{}', '{"a":1}', '<a/>', '=&=', '&&', 'a=b', 'a=%zz&a', 'AccountSid=AC123123']

/** A request, in a list, as the arguments of a call; now and then something else. */
export async function webhook(values: Values): Promise<[unknown]> {
  if (values.chance(0.05)) return [values.value()]
  try {
    return [await request(values)]
  } catch {
    // Values that a header, a URL or a Request cannot have.
    return [new Request('https://app.example/voice')]
  }
}

async function request(values: Values): Promise<Request> {
  const method = values.chance(0.85) ? 'POST' : values.pick(['GET', 'HEAD', 'PUT', 'DELETE'])
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const isForm = values.chance(0.6)
  const body = hasBody ? bodyOf(values, isForm) : ''
  let { href } = new URL(values.pick(origins) + values.pick(paths))
  if (values.chance(0.3)) href += `${href.includes('?') ? '&' : '?'}${encode(values)}`
  if (!isForm && values.chance(0.6))
    href += `${href.includes('?') ? '&' : '?'}bodySHA256=${await sha256(body)}`
  const headers = new Headers()
  const type = isForm ? formType : values.pick(types)
  if (hasBody && type !== '') headers.set('content-type', type)
  if (values.chance(0.05)) headers.set('upgrade', 'websocket')
  if (values.chance(0.1))
    headers.set(
      'x-twilio-webhooks-signature-settings',
      `key=${values.pick(['a', '__proto__'])},algorithm=HMAC_SHA256`,
    )
  const signed = href + (isForm ? formText(body) : '')
  const signature = await signatureOf(signed, values.pick(['secret', 'XXXXX']))
  if (values.chance(0.95))
    headers.set('x-twilio-signature', values.chance(0.85) ? signature : values.text())
  const bytes = new TextEncoder().encode(body)
  return new Request(href, { method, headers, ...(hasBody && { body: bytes }) })
}

function bodyOf(values: Values, isForm: boolean): string {
  if (!isForm || values.chance(0.2)) return values.pick(bodies)
  return values.list(8, () => encode(values)).join('&')
}

function encode(values: Values): string {
  const part = () => {
    const text = values.text()
    return values.chance(0.8) ? String(new URLSearchParams({ '': text })).slice(1) : text
  }
  return values.chance(0.1) ? part() : `${part()}=${part()}`
}
