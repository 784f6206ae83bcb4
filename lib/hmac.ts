// RFC 2104, HMAC, on the platform's own crypto.subtle. The CryptoKey of each secret and hash is cached.

import { need } from './platform.ts'
import * as utf8 from './utf8.ts'

// WebCrypto rejects shared memory.
type Bytes = Uint8Array<ArrayBuffer>

/** The hash: SHA-256 for tokens, SHA-1 for most webhooks, and the others that `diagnose` tries. */
export type Hash = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512'

// Importing a key costs as much as a signature. A server has one secret, or one per customer: 64 keys serve both. The limit keeps
// memory flat if there are always new secrets. To remove all keys costs no more than to remove one at a time.
const capacity = 64
const kept = new Map<Hash, Map<string, Promise<CryptoKey>>>()

/** Imports a secret as a key. */
export async function importKey(secret: Bytes, hash: Hash = 'SHA-256'): Promise<CryptoKey> {
  const extractable = false // the secret cannot be read back from its key
  const usages = ['sign', 'verify'] as const
  return subtle().importKey('raw', secret, { name: 'HMAC', hash }, extractable, usages)
}

/** Computes the hash of a webhook's body. */
export async function sha256(data: Bytes): Promise<ArrayBuffer> {
  return subtle().digest('SHA-256', data)
}

/** Returns the key of a secret, which is imported once. At most `capacity` keys are cached for each hash. */
export function keyOf(secret: string, hash: Hash = 'SHA-256'): Promise<CryptoKey> {
  const keys = kept.get(hash) ?? new Map<string, Promise<CryptoKey>>()
  let key = keys.get(secret)
  if (!key) {
    kept.set(hash, keys)
    key = importKey(utf8.encode(secret), hash)
    // The promise is kept rather than the key, so that concurrent calls share one import. A rejected promise is removed, so that
    // the next call can retry.
    key.catch(() => keys.delete(secret))
    if (keys.size >= capacity) keys.clear()
    keys.set(secret, key)
  }
  return key
}

/** Forgets every key, and so the secrets by which they are kept: for a page in which a secret is typed. */
export function forgetKeys(): void {
  kept.clear()
}

/** Signs data. The caller must not change or share the bytes: `crypto.subtle` may be wrapped by code that copies them late. */
export function sign(key: CryptoKey, data: Bytes): Promise<ArrayBuffer> {
  return crypto.subtle.sign('HMAC', key, data)
}

/** Compares a signature with that of the data in constant time, which crypto.subtle.verify does and `===` does not. */
export function verify(key: CryptoKey, signature: Bytes, data: Bytes): Promise<boolean> {
  return crypto.subtle.verify('HMAC', key, signature, data)
}

function subtle(): SubtleCrypto {
  return need((globalThis.crypto as Crypto | undefined)?.subtle, 'crypto.subtle')
}
