// RFC 2104, HMAC, on the platform's own crypto.subtle: one CryptoKey per secret and hash, kept.

import { need } from './platform.ts'
import * as utf8 from './utf8.ts'

// WebCrypto refuses shared memory.
type Bytes = Uint8Array<ArrayBuffer>

/** The hash: SHA-256 for tokens, SHA-1 for most webhooks, and what else `diagnose` finds out to have been used. */
export type Hash = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512'

// Importing a key costs as much as a signature. A server has one secret, or one per customer: 64 keys serve both. The bound keeps
// memory flat if secrets never end; forgetting all of them costs no more than forgetting one at a time.
const capacity = 64
const kept = new Map<Hash, Map<string, Promise<CryptoKey>>>()

/** Imports a secret as a key. */
export async function importKey(secret: Bytes, hash: Hash = 'SHA-256'): Promise<CryptoKey> {
  const extractable = false // the secret cannot be read back from its key
  const usages = ['sign', 'verify'] as const
  return subtle().importKey('raw', secret, { name: 'HMAC', hash }, extractable, usages)
}

/** The hash of a webhook's body. */
export async function sha256(data: Bytes): Promise<ArrayBuffer> {
  return subtle().digest('SHA-256', data)
}

/** The key of a secret, imported once; at most `capacity` of them are kept for each hash. */
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

/** Compares a signature with the data's own, in constant time: that is what crypto.subtle.verify is for, and `===` is not. */
export function verify(key: CryptoKey, signature: Bytes, data: Bytes): Promise<boolean> {
  return crypto.subtle.verify('HMAC', key, signature, data)
}

function subtle(): SubtleCrypto {
  return need((globalThis.crypto as Crypto | undefined)?.subtle, 'crypto.subtle')
}
