import fc from 'fast-check'
import { jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import * as base64url from '../lib/base64url.ts'
import * as hmac from '../lib/hmac.ts'
import * as jwt from '../lib/jwt.ts'
import { decode, encodeHeader, plainHeader } from '../lib/jwt.ts'
import { maxTokenLength } from '../lib/limits.ts'

const sign = (claims: object, ...more: [secret: string, header?: string]) =>
  jwt.sign(() => JSON.stringify(claims), ...more)
const part = (text: string) => base64url.encode(new TextEncoder().encode(text))
const header = part('{"alg":"HS256","typ":"JWT"}')
const secret = fc.string({ unit: 'grapheme', minLength: 1 })
/** What JSON.stringify writes as it reads it: no -0, no undefined. */
const claims = fc
  .dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue())
  .map((value) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>)

describe('vectors', () => {
  // RFC 7515 appendix A.1; the same token is the example of RFC 7519 section 3.1.
  const token =
    'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9' +
    '.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ' +
    '.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
  const key =
    'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow'

  it('decode() reads the example of RFC 7515 appendix A.1, whose signature verifies', async () => {
    const decoded = decode(token)
    expect(decoded.header).toEqual({ typ: 'JWT', alg: 'HS256' })
    expect(decoded.claims).toEqual({
      iss: 'joe',
      exp: 1300819380,
      'http://example.com/is_root': true,
    })
    const imported = await hmac.importKey(base64url.decode(key))
    expect(await hmac.verify(imported, decoded.signature, decoded.input)).toBe(true)
  })

  it('decode() reads the unsecured JWT of RFC 7519 section 6.1, whose signature is empty', () => {
    const unsecured = `eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.`
    expect(decode(unsecured)).toMatchObject({
      header: { alg: 'none' },
      signature: new Uint8Array(0),
    })
  })

  it('decode() reads the example of twilio-python 5.7.0, tests/test_jwt.py, whose signature verifies', async () => {
    const { claims, input, signature } = decode(
      'eyJhbGciOiAiSFMyNTYiLCAidHlwIjogIkpXVCJ9.eyJoZWxsbyI6ICJ3b3JsZCJ9.tvagLDLoaiJKxOKqpBXSEGy7SYSifZhjntgm9ctpyj8',
    )
    expect(claims).toEqual({ hello: 'world' })
    expect(await hmac.verify(await hmac.keyOf('secret'), signature, input)).toBe(true)
    expect(await hmac.verify(await hmac.keyOf('another'), signature, input)).toBe(false)
  })
})

describe('laws', () => {
  it('decode() reads what sign() has signed, and the signature verifies', async () => {
    await fc.assert(
      fc.asyncProperty(claims, secret, async (claims, secret) => {
        const decoded = decode(await sign(claims, secret))
        expect(decoded.header).toEqual({ alg: 'HS256', typ: 'JWT' })
        expect(decoded.claims).toEqual(claims)
        expect(await hmac.verify(await hmac.keyOf(secret), decoded.signature, decoded.input)).toBe(
          true,
        )
      }),
    )
  })

  it('sign() signs what jose verifies', async () => {
    await fc.assert(
      fc.asyncProperty(secret, fc.string(), async (secret, subject) => {
        const token = await sign({ sub: subject }, secret, encodeHeader({ cty: 'test' }))
        const verified = await jwtVerify(token, new TextEncoder().encode(secret), {
          algorithms: ['HS256'],
        })
        expect(verified.payload).toEqual({ sub: subject })
        expect(verified.protectedHeader).toEqual({ alg: 'HS256', typ: 'JWT', cty: 'test' })
      }),
    )
  })

  it('decode() reads any string or throws a TokenError', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'.eyJ0-_= ') }), (text) => {
        try {
          decode(text)
        } catch (error) {
          expect(error).toBeInstanceOf(Error)
          expect(error).toMatchObject({ name: 'TokenError', code: 'ERR_TOKEN_MALFORMED' })
        }
      }),
    )
  })
})

describe('regressions', () => {
  it('sign() signs claims of any length, and many of them concurrently', async () => {
    const sizes = [0, 1, 2, 1000, 2000, 2700, 2731, 4095, 4096, 6000, 8191, 8192, 8193, 12_000]
    const claims = sizes.flatMap((size) => [
      { text: 'x'.repeat(size) },
      { text: '€'.repeat(size) },
      { text: '😀'.repeat(size) },
    ])
    const tokens = await Promise.all(
      claims.map((each) => sign(each, 'secret', encodeHeader({ cty: 'a' }))),
    )
    const key = new TextEncoder().encode('secret')
    for (const [i, token] of tokens.entries()) {
      expect((await jwtVerify(token, key)).payload).toEqual(claims[i])
      expect(decode(token).claims).toEqual(claims[i])
    }
  })

  it('decode() keeps apart tokens that are decoded concurrently', async () => {
    const tokens = await Promise.all(Array.from({ length: 100 }, (_, i) => sign({ i }, 'secret')))
    expect(tokens.map(decode).map(({ claims }) => claims['i'])).toEqual(tokens.map((_, i) => i))
  })

  it('encodeHeader() and decode() know the header without further parameters', () => {
    expect(encodeHeader()).toBe(plainHeader)
    expect(decode(`${plainHeader}.e30.`).header).toEqual({ alg: 'HS256', typ: 'JWT' })
  })
})

describe('the length of a token', () => {
  // Claims whose token has a length of 65,536 characters: 37 for the header with its dot, 44 for the signature with its own.
  const bytes = Math.floor(((maxTokenLength - plainHeader.length - 1 - 44) * 3) / 4)
  const claimsOf = (length: number) => ({ a: 'x'.repeat(length - '{"a":""}'.length) })

  it('sign() and decode() accept 65,536 characters', async () => {
    const token = await sign(claimsOf(bytes), 'secret')
    expect(token).toHaveLength(maxTokenLength)
    expect(decode(token).claims).toEqual(claimsOf(bytes))
  })

  it('sign() rejects claims of which the token would be longer', async () => {
    const error: unknown = await sign(claimsOf(bytes + 1), 'secret').catch(
      (error: unknown) => error,
    )
    expect(error).toBeInstanceOf(RangeError)
    expect(error).toMatchObject({
      argument: 'claims',
      message: `Cannot use claims: it must be short enough for a token of 65536 characters, got ${maxTokenLength + 1}`,
    })
  })

  it('decode() rejects a longer token before it decodes anything', () => {
    const token = `${header}.e30.${'A'.repeat(maxTokenLength)}`
    expect(thrown(() => decode(token))).toMatchObject({
      code: 'ERR_TOKEN_MALFORMED',
      message: `Cannot read token: it must have at most 65536 characters, got ${token.length}`,
    })
  })
})

describe('refusals', () => {
  const claims = part('{}')
  it.each([
    ['an empty string', '', 'it must have three parts separated by dots'],
    ['one part', 'abcd', 'it must have three parts separated by dots'],
    ['two parts', `${header}.${claims}`, 'it must have three parts separated by dots'],
    ['four parts', `${header}.${claims}.abcd.`, 'it must have three parts separated by dots'],
    [
      'five parts, as an encrypted token has',
      `${header}.${claims}.abcd.abcd.abcd`,
      'it must have three parts separated by dots',
    ],
    [
      'white space before it',
      ` ${header}.${claims}.abcd`,
      'its header must be base64url without padding',
    ],
    [
      'white space after it',
      `${header}.${claims}.abcd\n`,
      'its signature must be base64url without padding',
    ],
    ['padding', `${header}.${claims}=.abcd`, 'its claims must be base64url without padding'],
    ['unused bits', `${header}.${claims}.abd`, 'its signature must be base64url without padding'],
    ['an empty header', `.${claims}.abcd`, 'its header must be JSON in UTF-8'],
    ['claims that are not JSON', `${header}.${part('{')}.abcd`, 'its claims must be JSON in UTF-8'],
    [
      'a header with a BOM',
      `${part('\ufeff{}')}.${claims}.abcd`,
      'its header must be JSON in UTF-8',
    ],
    ['claims with a BOM', `${header}.${part('\ufeff{}')}.abcd`, 'its claims must be JSON in UTF-8'],
    [
      'claims that are not UTF-8',
      `${header}.${base64url.encode(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d))}.abcd`,
      'its claims must be JSON in UTF-8',
    ],
    [
      'an overlong UTF-8 form',
      `${header}.${base64url.encode(Uint8Array.of(0x22, 0xc0, 0xaf, 0x22))}.abcd`,
      'its claims must be JSON in UTF-8',
    ],
    ['claims that are a list', `${header}.${part('[]')}.abcd`, 'its claims must be a JSON object'],
    ['claims that are null', `${header}.${part('null')}.abcd`, 'its claims must be a JSON object'],
    [
      'claims that are a string',
      `${header}.${part('"{}"')}.abcd`,
      'its claims must be a JSON object',
    ],
    [
      'a header that is a number',
      `${part('1')}.${claims}.abcd`,
      'its header must be a JSON object',
    ],
  ])('decode() rejects %s', (_, token, what) => {
    const error = thrown(() => decode(token))
    expect(error).toMatchObject({
      name: 'TokenError',
      code: 'ERR_TOKEN_MALFORMED',
      message: `Cannot read token: ${what}`,
    })
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 1],
    ['an object', {}],
    ['an array', ['a.b.c']],
    ['a Uint8Array', new Uint8Array(3)],
    ['a Promise', Promise.resolve('a.b.c')],
  ])('decode() throws a TypeError for %s instead of a token', (what, token) => {
    const error = thrown(() => decode(token as string)) as Error
    expect(error).toBeInstanceOf(TypeError)
    expect(error).toMatchObject({ name: 'TypeError', argument: 'token' })
    expect(error.message).toMatch(`Cannot use token: it must be a string, got ${what}`)
  })

  it('decode() passes on why base64url was rejected, and no cause that quotes the token', () => {
    expect(thrown(() => decode(`${header}.e30=.abcd`))).toHaveProperty('cause.name', 'SyntaxError')
    expect(thrown(() => decode(`${header}.${part('{"secret claim')}.abcd`))).not.toHaveProperty(
      'cause',
    )
  })
})

function thrown(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
