// Errors about tokens. Errors about arguments are TypeErrors and RangeErrors: see check.ts.

/**
 * Why a token was rejected, in the order in which `verify` checks. The codes are stable, but the messages are not.
 *
 * - `ERR_TOKEN_MALFORMED`: it is not a JSON Web Token
 * - `ERR_TOKEN_ALGORITHM`: its `alg` is not HS256
 * - `ERR_TOKEN_SIGNATURE`: its signature does not match any of the secrets
 * - `ERR_TOKEN_EXPIRED`: its `exp` is in the past
 * - `ERR_TOKEN_INACTIVE`: its `nbf` is in the future
 * - `ERR_TOKEN_CLAIM`: a claim is missing, or is not what Twilio's tokens contain
 */
export type TokenErrorCode =
  | 'ERR_TOKEN_MALFORMED'
  | 'ERR_TOKEN_ALGORITHM'
  | 'ERR_TOKEN_SIGNATURE'
  | 'ERR_TOKEN_EXPIRED'
  | 'ERR_TOKEN_INACTIVE'
  | 'ERR_TOKEN_CLAIM'

/**
 * An error about a token that was rejected or cannot be read.
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
  /** Distinguishes it from other errors, also if another copy of this library threw it. */
  override readonly name = 'TokenError'
  /** The reason, for programs. */
  readonly code: TokenErrorCode

  /**
   * Creates an error with a code for programs and a message for people.
   *
   * @param code The reason, for programs.
   * @param message The reason, for people; it contains neither a secret nor the token.
   * @param options The cause: the error that led to this one.
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
