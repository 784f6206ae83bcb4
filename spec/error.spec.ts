import { TokenError, verify, type TokenErrorCode } from 'twilio-tokens'
import { describe, expect, expectTypeOf, it } from 'vitest'

describe('TokenError', () => {
  it('is an Error with a code, a message and, if there is one, a cause', () => {
    const cause = new Error('why')
    const error = new TokenError('ERR_TOKEN_CLAIM', 'Cannot read token', { cause })
    expect(error).toBeInstanceOf(Error)
    expect(error).toBeInstanceOf(TokenError)
    expect(error).toMatchObject({
      name: 'TokenError',
      code: 'ERR_TOKEN_CLAIM',
      message: 'Cannot read token',
      cause,
    })
    expect(String(error)).toBe('TokenError: Cannot read token')
    expect(new TokenError('ERR_TOKEN_CLAIM', 'a')).not.toHaveProperty('cause')
  })

  it('is what verify() rejects a token with, and has no argument, unlike the errors of its caller', async () => {
    const error: unknown = await verify('a.b', 'secret').catch((error: unknown) => error)
    expect(error).toBeInstanceOf(TokenError)
    expect(error).not.toHaveProperty('argument')
  })

  it('has codes of a closed list', () => {
    expectTypeOf<TokenError['code']>().toEqualTypeOf<TokenErrorCode>()
    expectTypeOf<TokenErrorCode>().toEqualTypeOf<
      | 'ERR_TOKEN_MALFORMED'
      | 'ERR_TOKEN_ALGORITHM'
      | 'ERR_TOKEN_SIGNATURE'
      | 'ERR_TOKEN_EXPIRED'
      | 'ERR_TOKEN_INACTIVE'
      | 'ERR_TOKEN_CLAIM'
    >()
  })
})
