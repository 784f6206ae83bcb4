// What goes wrong with a token. What goes wrong with an argument is a TypeError or a RangeError: see check.ts.

/**
 * Why a token was refused, in the order in which `verify` looks; the codes are the contract, the messages are not.
 *
 * - `ERR_TOKEN_MALFORMED`: it is no JSON Web Token
 * - `ERR_TOKEN_ALGORITHM`: its `alg` is not HS256
 * - `ERR_TOKEN_SIGNATURE`: no secret given has signed it
 * - `ERR_TOKEN_EXPIRED`: its `exp` has passed
 * - `ERR_TOKEN_INACTIVE`: its `nbf` has not come
 * - `ERR_TOKEN_CLAIM`: a claim is missing, or is not what Twilio's tokens hold; exp and nbf are looked at before they are compared
 */
export type TokenErrorCode =
  | 'ERR_TOKEN_MALFORMED'
  | 'ERR_TOKEN_ALGORITHM'
  | 'ERR_TOKEN_SIGNATURE'
  | 'ERR_TOKEN_EXPIRED'
  | 'ERR_TOKEN_INACTIVE'
  | 'ERR_TOKEN_CLAIM'

/**
 * A token that was refused or cannot be read.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-7.2
 * @example
 * ```ts
 * import { TokenError, verify } from 'twilio-tokens'
 *
 * try {
 *   await verify('no token', 'the auth token of that account')
 * } catch (error) {
 *   if (!(error instanceof TokenError) || error.code !== 'ERR_TOKEN_MALFORMED') throw error
 * }
 * ```
 */
export class TokenError extends Error {
  /** Tells it from other errors, also where another copy of this library has thrown it. */
  override readonly name = 'TokenError'
  /** Why, for programs. */
  readonly code: TokenErrorCode

  /**
   * Says why, twice.
   *
   * @param code Why, for programs.
   * @param message Why, for people; without a secret, without the token.
   * @param options The error that led to this one.
   */
  constructor(code: TokenErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }

  /**
   * Recognizes an error of another copy of this library too: a process that both imports and requires it has two.
   *
   * @internal
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // A class that extends this one inherits this method, but not every token error is an instance of it.
    if (this !== TokenError) return Function.prototype[Symbol.hasInstance].call(this, value)
    // `instanceof Error` would fail across realms. Other libraries have a TokenError, so the prefix of the code counts
    // too.
    if (Object.prototype.toString.call(value) !== '[object Error]') return false
    const { name, code } = value as { name?: unknown; code?: unknown }
    return name === 'TokenError' && typeof code === 'string' && code.startsWith('ERR_TOKEN_')
  }
}
