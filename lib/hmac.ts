// RFC 2104, HMAC, on the platform's own crypto.subtle: one CryptoKey per secret and hash, kept. Tokens are signed with SHA-256,
// webhooks with SHA-1 too.

// WebCrypto refuses shared memory.
type Bytes = Uint8Array<ArrayBuffer>

/** The hashes that Twilio signs with. */
export type Hash = 'SHA-1' | 'SHA-256'

const name = 'HMAC'

// To import a key costs 0.2 to 1.5 times what a signature does. A server has one secret, or one per customer: 64 keys serve both. The bound
// keeps memory flat where secrets never end; to forget all of them at once costs no more than to forget one at a time.
const capacity = 64
const keys = new Map<string, Promise<CryptoKey>>()

/** Imports a secret as a key. */
export function importKey(secret: Bytes, hash: Hash = 'SHA-256'): Promise<CryptoKey> {
  const extractable = false // the secret cannot be read back from its key
  return crypto.subtle.importKey('raw', secret, { name, hash }, extractable, ['sign', 'verify'])
}

/** The key of a secret, imported once; at most `capacity` of them are kept. */
export function keyOf(secret: string, hash: Hash = 'SHA-256'): Promise<CryptoKey> {
  const id = `${hash} ${secret}`
  let key = keys.get(id)
  if (!key) {
    key = importKey(new TextEncoder().encode(secret), hash)
    // The promise is kept rather than the key, so that 64 tokens at once import one key. A failed one must not stay.
    key.catch(() => keys.delete(id))
    if (keys.size >= capacity) keys.clear()
    keys.set(id, key)
  }
  return key
}

// A subtle that is wrapped by instrumentation or a polyfill may read its bytes later, when their place is used again: it gets a copy.

/** Signs data: 32 bytes with SHA-256, 20 with SHA-1. */
export function sign(key: CryptoKey, data: Bytes): Promise<ArrayBuffer> {
  return crypto.subtle.sign(name, key, data.slice())
}

/** Compares a signature with the data's own, in constant time: that is what crypto.subtle.verify is for, and `===` is not. */
export function verify(key: CryptoKey, signature: Bytes, data: Bytes): Promise<boolean> {
  return crypto.subtle.verify(name, key, signature, data.slice())
}
