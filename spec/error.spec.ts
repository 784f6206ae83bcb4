import { TokenError, verify, type TokenErrorCode } from 'twilio-tokens'
import { describe, expect, expectTypeOf, it } from 'vitest'

const code = 'ERR_TOKEN_CLAIM'

/** An error as another copy of the library throws it: of another class, with the same name and a code of ours. */
const errorWith = (properties: object) => Object.assign(new Error('message'), properties)

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

  it.each<[string, unknown]>([
    ['its own errors', new TokenError(code, 'message')],
    ['an error of another copy of the library', errorWith({ name: 'TokenError', code })],
    [
      'an error of a class that extends it',
      new (class Special extends TokenError {})(code, 'message'),
    ],
  ])('recognizes %s with instanceof', (_, value) => {
    expect(value instanceof TokenError).toBe(true)
  })

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a string', 'TokenError'],
    ['an error', new Error('message')],
    ['an error with a code alone', errorWith({ code })],
    ['an error with a name alone', errorWith({ name: 'TokenError' })],
    [
      'an error of another library with that name',
      errorWith({ name: 'TokenError', code: 'invalid_grant' }),
    ],
    ['an error with a code that is a number', errorWith({ name: 'TokenError', code: 20101 })],
    ['an object with the same properties', { name: 'TokenError', code, message: 'message' }],
    ['an object with its prototype', Object.create(TokenError.prototype)],
  ])('does not recognize %s with instanceof', (_, value) => {
    expect(value instanceof TokenError).toBe(false)
  })

  it('does not let a class that extends it recognize other token errors', () => {
    class Special extends TokenError {}
    class MoreSpecial extends Special {}
    expect(new TokenError(code, 'message') instanceof Special).toBe(false)
    expect(new Special(code, 'message') instanceof MoreSpecial).toBe(false)
    expect(new Special(code, 'message') instanceof Special).toBe(true)
    expect(new MoreSpecial(code, 'message') instanceof Special).toBe(true)
    expect(errorWith({ name: 'TokenError', code }) instanceof Special).toBe(false)
  })
})
