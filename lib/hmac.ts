// RFC 2104, HMAC, with SHA-256, on the platform's own crypto.subtle: one CryptoKey per secret, kept.

// WebCrypto refuses shared memory.
type Bytes = Uint8Array<ArrayBuffer>

const algorithm = { name: 'HMAC', hash: 'SHA-256' }

// To import a key costs 0.2 to 1.5 times what a signature does. A server has one secret, or one per customer: 64 keys serve both. The bound
// keeps memory flat where secrets never end; to forget all of them at once costs no more than to forget one at a time.
const capacity = 64
const keys = new Map<string, Promise<CryptoKey>>()

/** Imports a secret as a key. */
export function importKey(secret: Bytes): Promise<CryptoKey> {
  const extractable = false // the secret cannot be read back from its key
  return crypto.subtle.importKey('raw', secret, algorithm, extractable, ['sign', 'verify'])
}

/** The key of a secret, imported once; at most `capacity` of them are kept. */
export function keyOf(secret: string): Promise<CryptoKey> {
  let key = keys.get(secret)
  if (!key) {
    key = importKey(new TextEncoder().encode(secret))
    // The promise is kept rather than the key, so that 64 tokens at once import one key. A failed one must not stay.
    key.catch(() => keys.delete(secret))
    if (keys.size >= capacity) keys.clear()
    keys.set(secret, key)
  }
  return key
}

/** Signs data: 32 bytes. The data is copied before this returns, so that its place may be used again at once. */
export function sign(key: CryptoKey, data: Bytes): Promise<ArrayBuffer> {
  return crypto.subtle.sign(algorithm.name, key, data)
}

/** Compares a signature with the data's own, in constant time: that is what crypto.subtle.verify is for, and `===` is not. */
export function verify(key: CryptoKey, signature: Bytes, data: Bytes): Promise<boolean> {
  return crypto.subtle.verify(algorithm.name, key, signature, data)
}
