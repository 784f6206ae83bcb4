// Project Wycheproof: cases that other implementations have failed, against this library's own HMAC and its parts of a JWS.

import { inspect, TokenError } from 'twilio-tokens'
import { describe, expect, it } from 'vitest'
import * as base64url from '../lib/base64url.ts'
import { importKey, sign, verify } from '../lib/hmac.ts'
import { refuseExtensions } from '../lib/jwt.ts'
import * as utf8 from '../lib/utf8.ts'
import vectors from './vectors/wycheproof.json' with { type: 'json' }

type HmacRow = [id: number, bits: number, key: string, message: string, tag: string, valid: boolean]
type JwsRow = [
  id: number,
  group: string,
  comment: string,
  alg: string,
  use: string,
  operations: null,
  k: string,
  jws: string,
  result: 'valid' | 'invalid',
]

const hashes = Object.entries(vectors.hmac) as ['SHA-1' | 'SHA-256', HmacRow[]][]
const signatures = vectors.jws as JwsRow[]

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16))
const hex = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

describe('vectors/wycheproof.json', () => {
  it('has all cases of its source', () => {
    expect(hashes.map(([hash, rows]) => [hash, rows.length])).toEqual([
      ['SHA-1', 170],
      ['SHA-256', 174],
    ])
    expect(signatures).toHaveLength(40)
  })
})

describe.each(hashes)('HMAC with %s', (hash, rows) => {
  const fullLength = { 'SHA-1': 160, 'SHA-256': 256 }[hash]
  const verdict = (valid: boolean) => (valid ? 'creates' : 'does not create')

  it.each(
    rows.map(([id, bits, key, message, tag, valid]) => ({
      id,
      bits,
      key,
      message,
      tag,
      valid,
      does: verdict(valid),
    })),
  )(
    `sign() $does the $bits bits of case $id under ${hash}`,
    async ({ key, message, tag, valid }) => {
      const signature = await sign(await importKey(bytes(key), hash), bytes(message))
      // A shorter tag is the beginning of the whole one.
      expect(hex(new Uint8Array(signature)).startsWith(tag)).toBe(valid)
    },
  )

  it(`verify() accepts the whole tag of a valid case under ${hash}, and no other tag`, async () => {
    for (const [id, bits, key, message, tag, valid] of rows) {
      const imported = await importKey(bytes(key), hash)
      const accepted = await verify(imported, bytes(tag), bytes(message))
      expect({ id, accepted }).toEqual({ id, accepted: valid && bits === fullLength })
    }
  })
})

// What is judged otherwise than the source does, and why.
const otherwise: Record<number, ['valid' | 'invalid', reason: string]> = {
  367: ['valid', 'the text is that of the valid case 357: no padding is left in it'],
  370: ['valid', 'the text is that of the valid case 357: no padding is left in it'],
  372: ['invalid', 'the question mark in the header is skipped only by a lenient decoder'],
  373: ['invalid', 'the question mark in the payload is skipped only by a lenient decoder'],
}

describe('a JWS', () => {
  it.each(
    signatures.map(([id, , comment, , , , k, jws, result]) => ({
      id,
      comment,
      k,
      jws,
      ours: otherwise[id]?.[0] ?? result,
    })),
  )('is $ours to the parts of the library in case $id, $comment', async ({ k, jws, ours }) => {
    expect(await judge(jws, k)).toBe(ours)
  })

  it('with an alg that the key does not have is not among the cases, so alg is always HS256', () => {
    expect(new Set(signatures.map(([, , , alg]) => alg))).toEqual(new Set(['HS256']))
  })

  it('is judged otherwise only for a valid reason', () => {
    const text = (wanted: number) => signatures.find(([id]) => id === wanted)?.[7] ?? ''
    const result = (wanted: number) => signatures.find(([id]) => id === wanted)?.[8]
    for (const [id, [ours]] of Object.entries(otherwise)) expect(result(Number(id))).not.toBe(ours)
    expect([text(367), text(370)]).toEqual([text(357), text(357)])
    expect(result(357)).toBe('valid')
    expect([text(372).replace('?', ''), text(373).replace('?', '')]).toEqual([text(357), text(357)])
  })

  it('is malformed to inspect(), because no payload of the cases is a JSON object', () => {
    for (const [id, , , , , , , jws] of signatures) {
      let error: unknown
      try {
        inspect(jws)
      } catch (thrown) {
        error = thrown
      }
      expect(error, String(id)).toBeInstanceOf(TokenError)
      expect(error, String(id)).toHaveProperty('code', 'ERR_TOKEN_MALFORMED')
    }
  })
})

/** What `verify` does before it looks at the claims, which are JSON in no case. */
async function judge(jws: string, k: string): Promise<'valid' | 'invalid'> {
  const parts = jws.split('.')
  if (parts.length !== 3) return 'invalid'
  try {
    const [header = '', payload = '', signature = ''] = parts
    const parameters = JSON.parse(utf8.decode(base64url.decode(header))) as Record<string, unknown>
    refuseExtensions(parameters)
    if (parameters['alg'] !== 'HS256') return 'invalid'
    base64url.decode(payload)
    const key = await importKey(base64url.decode(k), 'SHA-256')
    const input = utf8.encode(`${header}.${payload}`)
    return (await verify(key, base64url.decode(signature), input)) ? 'valid' : 'invalid'
  } catch (error) {
    // A part is not base64url, or the header is not JSON.
    expect(error).toHaveProperty('name', 'SyntaxError')
    return 'invalid'
  }
}
