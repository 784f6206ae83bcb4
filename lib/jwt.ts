// RFC 7519, JSON Web Token, as a RFC 7515 JWS in its compact form, with HS256 (RFC 7518 section 3.2) and nothing else:
//
//   token = base64url(UTF-8(header)) "." base64url(UTF-8(claims)) "." base64url(HMAC-SHA256(all before this dot))

import * as base64url from './base64url.ts'
import { invalid, outOfRange } from './check.ts'
import {
  expiryClaim,
  isObject,
  numberClaim,
  optionalClaim,
  own,
  wrongClaim,
  type Claims,
} from './claims.ts'
import { describe } from './describe.ts'
import { TokenError, type TokenErrorCode } from './error.ts'
import * as hmac from './hmac.ts'
import { lastSecond, maxTokenLength } from './limits.ts'
import * as utf8 from './utf8.ts'

export { forgetKeys } from './hmac.ts'

/** A token taken apart; nothing in it is checked beyond its form. */
export interface DecodedToken {
  header: Claims
  claims: Claims
  /** What is signed (RFC 7515 section 2, JWS Signing Input). */
  input: string
  signature: Uint8Array<ArrayBuffer>
}

// Where the JSON of all but very long tokens is decoded, and read immediately. No byte of it reaches crypto.subtle.
const scratch = /* @__PURE__ */ new Uint8Array(8192)

/** The header of a token without further parameters, `{"alg":"HS256","typ":"JWT"}`. */
export const plainHeader = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9'

/**
 * Signs claims, under a header that `encodeHeader` has created.
 *
 * `claims` is called in here, so that what it throws rejects the promise: an `async` function around this one would do so too,
 * and makes each token slower.
 *
 * @throws {RangeError} if the token would be longer than any that is read.
 */
export async function sign(
  claims: () => object,
  secret: string,
  header: string = plainHeader,
): Promise<string> {
  const input = `${header}.${encodeJson(claims())}`
  const length = input.length + 44 // a dot, and the 32 bytes of the signature
  if (length > maxTokenLength) {
    throw outOfRange(
      'claims',
      `short enough for a token of ${maxTokenLength} characters`,
      `${length}`,
    )
  }
  // Bytes of its own, here and in `isSigned`: if crypto.subtle is wrapped by code that copies them late, calls that shared a
  // buffer would sign, and accept, each other's tokens.
  const signature = await hmac.sign(await hmac.keyOf(secret), utf8.encode(input))
  return `${input}.${base64url.encode(new Uint8Array(signature))}`
}

/** Creates a header; `more` is what it contains besides `alg` and `typ`. */
export function encodeHeader(more?: object): string {
  return encodeJson({ alg: 'HS256', typ: 'JWT', ...more })
}

/**
 * Decodes a token without checking its signature.
 *
 * @throws {TypeError} if the token is not a string.
 * @throws {TokenError} `ERR_TOKEN_MALFORMED` if its form is not that of RFC 7515.
 */
export function decode(token: string): DecodedToken {
  // Types are not there at run time, and `undefined` for a token is the caller's mistake, not the token's.
  if (typeof (token as unknown) !== 'string') throw invalid('token', 'a string', describe(token))
  if (token.length > maxTokenLength) {
    throw malformed(`it must have at most ${maxTokenLength} characters, got ${token.length}`)
  }
  const parts = token.split('.', 4)
  if (parts.length !== 3) throw malformed('it must have three parts separated by dots')
  const [header, claims, signature] = parts as [string, string, string]
  return {
    // Most capability tokens have this header: to compare it is faster than to decode it.
    header: header === plainHeader ? { alg: 'HS256', typ: 'JWT' } : decodeJson('header', header),
    claims: decodeJson('claims', claims),
    input: `${header}.${claims}`,
    signature: decodePart('signature', signature),
  }
}

/**
 * Rejects a header that asks for an extension: a reader that does not understand it must reject the token, and we understand
 * none.
 *
 * RFC 7515 section 4.1.11.
 */
export function refuseExtensions(header: Claims): void {
  if (Object.hasOwn(header, 'crit')) {
    throw malformed('its header must not have crit, because no extension is known here')
  }
}

/** Whether one of the secrets has signed a token. */
export async function isSigned(
  { input, signature }: DecodedToken,
  secrets: readonly string[],
): Promise<boolean> {
  for (const secret of secrets) {
    if (await hmac.verify(await hmac.keyOf(secret), signature, utf8.encode(input))) return true
  }
  return false
}

/**
 * Checks a token: form, algorithm, signature, times, in this order, so that nothing is believed before its signature.
 *
 * @param secretsOf Returns the secrets that may have signed the claims, which are still unchecked.
 * @throws {TokenError} with the code of the first check that fails.
 */
export async function verify(
  token: string,
  secretsOf: (claims: Claims) => readonly string[] | Promise<readonly string[]>,
  now: number,
  clockTolerance: number,
): Promise<DecodedToken> {
  const decoded = decode(token)
  const { header, claims } = decoded
  refuseExtensions(header)
  // Compared, never used to choose: a token must not say how it wants to be checked (RFC 8725 section 3.1).
  if (own(header, 'alg') !== 'HS256') throw refused('ERR_TOKEN_ALGORITHM', 'its alg must be HS256')
  if (!(await isSigned(decoded, await secretsOf(claims)))) {
    throw refused('ERR_TOKEN_SIGNATURE', 'its signature does not match any of the secrets')
  }
  const exp = expiryClaim(claims)
  if (!Number.isInteger(exp) || exp > lastSecond) {
    throw wrongClaim('exp', 'a whole number of seconds', exp)
  }
  if (exp <= now - clockTolerance) {
    throw refused('ERR_TOKEN_EXPIRED', `it expired at ${exp}, and the current time is ${now}`)
  }
  const nbf = optionalClaim(numberClaim, claims, 'nbf') ?? 0
  if (nbf > now + clockTolerance) {
    throw refused(
      'ERR_TOKEN_INACTIVE',
      `it is valid from ${nbf} on, and the current time is ${now}`,
    )
  }
  return decoded
}

function encodeJson(value: object): string {
  return base64url.encode(utf8.encodeBriefly(JSON.stringify(value)))
}

function decodeJson(name: string, text: string): Claims {
  const bytes = decodePart(name, text, text.length > scratch.length ? undefined : scratch)
  const decoder = utf8.strictDecoder() // out here, because its absence is not the token's fault
  let value: unknown
  try {
    value = JSON.parse(decoder.decode(bytes)) // which rejects a byte order mark
  } catch {
    // No cause: the parser's own message quotes the text.
    throw malformed(`its ${name} must be JSON in UTF-8`)
  }
  if (isObject(value)) return value
  throw malformed(`its ${name} must be a JSON object`)
}

function decodePart(
  name: string,
  text: string,
  place?: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  try {
    return base64url.decode(text, place)
  } catch (cause) {
    throw malformed(`its ${name} must be base64url without padding`, { cause })
  }
}

function malformed(what: string, options?: { cause: unknown }): TokenError {
  return new TokenError('ERR_TOKEN_MALFORMED', `Cannot read token: ${what}`, options)
}

function refused(code: TokenErrorCode, what: string): TokenError {
  return new TokenError(code, `Cannot verify token: ${what}`)
}
