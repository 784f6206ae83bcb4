import fc from 'fast-check'
import { jwtVerify } from 'jose'
import { TokenError } from 'twilio-tokens'
import { describe, expect, it } from 'vitest'
import * as base64url from '../lib/base64url.ts'
import * as hmac from '../lib/hmac.ts'
import { decode, encodeHeader, maxLength, sign } from '../lib/jwt.ts'

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

  it('reads and verifies the example of RFC 7515 appendix A.1', async () => {
    const decoded = decode(token)
    expect(decoded.header).toEqual({ typ: 'JWT', alg: 'HS256' })
    expect(decoded.claims).toEqual({
      iss: 'joe',
      exp: 1300819380,
      'http://example.com/is_root': true,
    })
    const imported = await hmac.importKey(base64url.decode(key))
    expect(
      await hmac.verify(imported, decoded.signature, new TextEncoder().encode(decoded.input)),
    ).toBe(true)
  })

  it('reads the unsecured JWT of RFC 7519 section 6.1, whose signature is empty', () => {
    const unsecured = `eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.`
    expect(decode(unsecured)).toMatchObject({
      header: { alg: 'none' },
      signature: new Uint8Array(0),
    })
  })

  it('reads and verifies the example of twilio-python 5.7.0, tests/test_jwt.py', async () => {
    const { claims, input, signature } = decode(
      'eyJhbGciOiAiSFMyNTYiLCAidHlwIjogIkpXVCJ9.eyJoZWxsbyI6ICJ3b3JsZCJ9.tvagLDLoaiJKxOKqpBXSEGy7SYSifZhjntgm9ctpyj8',
    )
    const signed = new TextEncoder().encode(input)
    expect(claims).toEqual({ hello: 'world' })
    expect(await hmac.verify(await hmac.keyOf('secret'), signature, signed)).toBe(true)
    expect(await hmac.verify(await hmac.keyOf('another'), signature, signed)).toBe(false)
  })
})

describe('laws', () => {
  it('decodes what it signs, and the signature verifies', async () => {
    await fc.assert(
      fc.asyncProperty(claims, secret, async (claims, secret) => {
        const decoded = decode(await sign(() => claims, secret))
        expect(decoded.header).toEqual({ alg: 'HS256', typ: 'JWT' })
        expect(decoded.claims).toEqual(claims)
        expect(
          await hmac.verify(
            await hmac.keyOf(secret),
            decoded.signature,
            new TextEncoder().encode(decoded.input),
          ),
        ).toBe(true)
      }),
    )
  })

  it('signs what jose verifies', async () => {
    await fc.assert(
      fc.asyncProperty(secret, fc.string(), async (secret, subject) => {
        const token = await sign(() => ({ sub: subject }), secret, encodeHeader({ cty: 'test' }))
        const verified = await jwtVerify(token, new TextEncoder().encode(secret), {
          algorithms: ['HS256'],
        })
        expect(verified.payload).toEqual({ sub: subject })
        expect(verified.protectedHeader).toEqual({ alg: 'HS256', typ: 'JWT', cty: 'test' })
      }),
    )
  })

  it('decodes any text or throws a TokenError', () => {
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
  it('signs claims of any length, and many of them at once', async () => {
    const sizes = [0, 1, 2, 1000, 2000, 2700, 2731, 4095, 4096, 6000, 8191, 8192, 8193, 100_000]
    const claims = sizes.flatMap((size) => [
      { text: 'x'.repeat(size) },
      { text: '€'.repeat(size) },
      { text: '😀'.repeat(size) },
    ])
    const tokens = await Promise.all(
      claims.map((each) => sign(() => each, 'secret', encodeHeader({ cty: 'a' }))),
    )
    const key = new TextEncoder().encode('secret')
    for (const [i, token] of tokens.entries())
      expect((await jwtVerify(token, key)).payload).toEqual(claims[i])
  })
})

describe('refusals', () => {
  const claims = part('{}')
  it.each([
    ['an empty text', '', 'it must have three parts with a dot between them'],
    ['one part', 'abcd', 'it must have three parts with a dot between them'],
    ['two parts', `${header}.${claims}`, 'it must have three parts with a dot between them'],
    ['four parts', `${header}.${claims}.abcd.`, 'it must have three parts with a dot between them'],
    [
      'five parts, as an encrypted token has',
      `${header}.${claims}.abcd.abcd.abcd`,
      'it must have three parts with a dot between them',
    ],
    [
      'white space before it',
      ` ${header}.${claims}.abcd`,
      'its header must be base64url without padding',
    ],
    [
      'white space behind it',
      `${header}.${claims}.abcd\n`,
      'its signature must be base64url without padding',
    ],
    ['padding', `${header}.${claims}=.abcd`, 'its claims must be base64url without padding'],
    ['unused bits', `${header}.${claims}.abd`, 'its signature must be base64url without padding'],
    ['an empty header', `.${claims}.abcd`, 'its header must be JSON in UTF-8'],
    ['claims that are no JSON', `${header}.${part('{')}.abcd`, 'its claims must be JSON in UTF-8'],
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
      'claims that are a text',
      `${header}.${part('"{}"')}.abcd`,
      'its claims must be a JSON object',
    ],
    [
      'a header that is a number',
      `${part('1')}.${claims}.abcd`,
      'its header must be a JSON object',
    ],
    [
      'a mebibyte and one character',
      `${header}.${claims}.${'A'.repeat(maxLength - header.length - claims.length - 1)}`,
      'it must have at most 1048576 characters, got 1048577',
    ],
  ])('refuses %s', (_, token, what) => {
    const error = thrown(() => decode(token))
    expect(error).toMatchObject({
      name: 'TokenError',
      code: 'ERR_TOKEN_MALFORMED',
      message: `Cannot read token: ${what}`,
    })
  })

  it('reads a token of a mebibyte', () => {
    const signature = 'A'.repeat(maxLength - header.length - claims.length - 2)
    expect(decode(`${header}.${claims}.${signature}`).signature.length).toBe(
      Math.floor((signature.length * 3) / 4),
    )
  })

  it.each([undefined, null, 1, {}, ['a.b.c'], new Uint8Array(3)])(
    'throws a TypeError for %s as a token',
    (token) => {
      expect(() => decode(token as string)).toThrow(
        new TypeError(`Cannot read token: it must be a string, got ${typeof token}`),
      )
    },
  )

  it('passes on why base64url was refused, and no cause that quotes the token', () => {
    expect(thrown(() => decode(`${header}.e30=.abcd`))).toHaveProperty('cause.name', 'SyntaxError')
    expect(thrown(() => decode(`${header}.${part('{"secret claim')}.abcd`))).not.toHaveProperty(
      'cause',
    )
  })
})

describe('TokenError', () => {
  it('is an Error with a code and, where there is one, a cause', () => {
    const cause = new Error('why')
    const error = new TokenError('ERR_TOKEN_CLAIM', 'Cannot read token', { cause })
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({
      name: 'TokenError',
      code: 'ERR_TOKEN_CLAIM',
      message: 'Cannot read token',
      cause,
    })
    expect(String(error)).toBe('TokenError: Cannot read token')
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
