// What goes wrong with a token. What goes wrong with an argument is a TypeError or a RangeError: see check.ts.

/**
 * Why a token was refused, in the order in which `verify` looks; the codes are the contract, the messages are not.
 *
 * - `ERR_TOKEN_MALFORMED`: it is no JSON Web Token
 * - `ERR_TOKEN_ALGORITHM`: its `alg` is not HS256
 * - `ERR_TOKEN_SIGNATURE`: no secret given has signed it
 * - `ERR_TOKEN_EXPIRED`: its `exp` has passed
 * - `ERR_TOKEN_INACTIVE`: its `nbf` has not come
 * - `ERR_TOKEN_CLAIM`: a claim is missing, or is not what Twilio's tokens hold
 */
export type TokenErrorCode =
  'ERR_TOKEN_MALFORMED' | 'ERR_TOKEN_ALGORITHM' | 'ERR_TOKEN_SIGNATURE' | 'ERR_TOKEN_EXPIRED' | 'ERR_TOKEN_INACTIVE' | 'ERR_TOKEN_CLAIM'

/** A token that was refused or cannot be read. */
export class TokenError extends Error {
  override readonly name = 'TokenError'
  readonly code: TokenErrorCode

  constructor(code: TokenErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
