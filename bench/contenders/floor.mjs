// The floor: crypto.subtle with a key that is kept and bytes that are ready. No library on crypto.subtle can be faster.

import { header, payload, secret } from '../task.mjs'

const utf8 = new TextEncoder()
const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replace(
    /[+/=]/g,
    (character) => ({ '+': '-', '/': '_' })[character] ?? '',
  )
const part = (value) => base64url(utf8.encode(JSON.stringify(value)))

export const importKey = () =>
  crypto.subtle.importKey('raw', utf8.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ])

export default async function floor() {
  const key = await importKey()
  const text = `${part(header)}.${part(payload)}`
  const input = utf8.encode(text)
  const signature = new Uint8Array(await crypto.subtle.sign('HMAC', key, input))
  return {
    token: `${text}.${base64url(signature)}`,
    sign: { floor: () => crypto.subtle.sign('HMAC', key, input) },
    verify: { floor: () => crypto.subtle.verify('HMAC', key, signature, input) },
  }
}

export const programs = {
  floor: {
    imports: "import floor from '../floor.mjs'",
    makesToken: 'await floor()',
  },
}
