// The floor: crypto.subtle with a key that is kept and bytes that are ready. No library on crypto.subtle can be faster.

import { header, payload, secret, webhookPairs, webhookUrl } from '../task.mjs'

const utf8 = new TextEncoder()
const base64 = (bytes) => btoa(String.fromCharCode(...bytes))
const base64url = (bytes) =>
  base64(bytes).replace(/[+/=]/g, (character) => ({ '+': '-', '/': '_' })[character] ?? '')
const part = (value) => base64url(utf8.encode(JSON.stringify(value)))

export const importKey = (hash = 'SHA-256') =>
  crypto.subtle.importKey('raw', utf8.encode(secret), { name: 'HMAC', hash }, false, [
    'sign',
    'verify',
  ])

export default async function floor() {
  const key = await importKey()
  const text = `${part(header)}.${part(payload)}`
  const input = utf8.encode(text)
  const signature = new Uint8Array(await crypto.subtle.sign('HMAC', key, input))
  const verify = () => crypto.subtle.verify('HMAC', key, signature, input)

  const sha1 = await importKey('SHA-1')
  const pairs = webhookPairs.toSorted(([a], [b]) => (a < b ? -1 : 1))
  const message = utf8.encode(webhookUrl + pairs.flat().join(''))
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', sha1, message))
  return {
    token: `${text}.${base64url(signature)}`,
    webhookSignature: base64(mac),
    sign: { floor: () => crypto.subtle.sign('HMAC', key, input) },
    verify: { floor: verify },
    diagnose: { floor: verify },
    webhook: { floor: () => crypto.subtle.verify('HMAC', sha1, mac, message) },
  }
}

export const programs = {
  floor: {
    imports: "import floor from '../floor.mjs'",
    makesToken: 'await floor()',
  },
}
