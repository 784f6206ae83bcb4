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

type Bytes = Uint8Array<ArrayBuffer>

/** A signature, and what it signs (RFC 7515 section 2, JWS Signing Input). */
interface Signed {
  input: Bytes
  signature: Bytes
}

/** A token taken apart: what is signed is its header up to the dot, and its claims, both still encoded. */
interface Parts extends Signed {
  dot: number
  hasPlainHeader: boolean
}

/** A decoded token; nothing in it is checked beyond its form. */
export interface DecodedToken extends Signed {
  header: Claims
  claims: Claims
}

/** The header of a token without further parameters, `{"alg":"HS256","typ":"JWT"}`. */
export const plainHeader = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9'

const dot = 0x2e

/**
 * Signs claims, under a header that `encodeHeader` has created.
 *
 * `claims` is called in here, so that what it throws rejects the promise: an `async` function around this one would do so too,
 * and makes each token slower.
 *
 * @param claims Returns the claims as JSON.
 * @throws {RangeError} if the token would be longer than any that is read.
 */
export async function sign(
  claims: () => string,
  secret: string,
  header: string = plainHeader,
): Promise<string> {
  const json = utf8.encodeBriefly(claims())
  const start = header.length + 1
  const end = start + base64url.lengthOf(json.length)
  const length = end + 44 // a dot, and the 32 bytes of the signature
  if (length > maxTokenLength) {
    throw outOfRange(
      'claims',
      `short enough for a token of ${maxTokenLength} characters`,
      `${length}`,
    )
  }
  // Bytes of its own, here and in `takeApart`: if crypto.subtle is wrapped by code that copies them late, calls that shared a
  // buffer would sign, and accept, each other's tokens.
  const token = new Uint8Array(length)
  utf8.write(header, token)
  base64url.write(json, token, start)
  token[start - 1] = dot
  token[end] = dot // only now, because what is written before it may run over its place
  const signature = await hmac.sign(await hmac.keyOf(secret), token.subarray(0, end))
  base64url.write(new Uint8Array(signature), token, end + 1)
  return utf8.decode(token)
}

/** Creates a header; `more` is what it contains besides `alg` and `typ`. */
export function encodeHeader(more?: object): string {
  const json = JSON.stringify({ alg: 'HS256', typ: 'JWT', ...more })
  return base64url.encode(utf8.encodeBriefly(json))
}

/**
 * Decodes a token without checking its signature.
 *
 * @throws {TypeError} if the token is not a string.
 * @throws {TokenError} `ERR_TOKEN_MALFORMED` if its form is not that of RFC 7515.
 */
export function decode(token: string): DecodedToken {
  return decodeParts(takeApart(token))
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

/** Whether a secret has signed a token. */
export async function isSigned({ input, signature }: Signed, secret: string): Promise<boolean> {
  return hmac.verify(await hmac.keyOf(secret), signature, input)
}

/**
 * Checks a token: form, algorithm, signature, times, in this order, so that nothing is trusted before its signature is checked.
 *
 * @param secrets Those that may have signed the token, or a function that finds them by the claims, which are still unchecked.
 * @throws {TokenError} with the code of the first check that fails.
 */
export async function verify(
  token: string,
  secrets: readonly string[] | ((claims: Claims) => Promise<readonly string[]>),
  now: number,
  clockTolerance: number,
): Promise<DecodedToken> {
  const parts = takeApart(token)
  const known = typeof secrets === 'function' ? await secrets(decodeHS256(parts).claims) : secrets
  let isRight = false
  for (const secret of known) {
    // Not `isSigned`, because each async function more is a wait more.
    isRight = await hmac.verify(await hmac.keyOf(secret), parts.signature, parts.input)
    if (isRight) break
  }
  // Decoded only now, because most tokens are valid. Errors of the form and the algorithm still come first.
  const decoded = decodeHS256(parts)
  if (!isRight) {
    throw refused('ERR_TOKEN_SIGNATURE', 'its signature does not match any of the secrets')
  }
  const { claims } = decoded
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

function takeApart(token: string): Parts {
  // Types are not there at run time, and `undefined` for a token is the caller's mistake, not the token's.
  if (typeof (token as unknown) !== 'string') throw invalid('token', 'a string', describe(token))
  if (token.length > maxTokenLength) {
    throw malformed(`it must have at most ${maxTokenLength} characters, got ${token.length}`)
  }
  const first = token.indexOf('.')
  const last = token.indexOf('.', first + 1)
  if (last < 0 || token.includes('.', last + 1)) {
    throw malformed('it must have three parts separated by dots')
  }
  const bytes = new Uint8Array(token.length) // has room for all of it only if each character is one byte
  if (utf8.write(token, bytes) < token.length) throw malformed('it must be ASCII')
  return {
    input: bytes.subarray(0, last),
    signature: decodePart('signature', bytes, last + 1, bytes.length, bytes),
    dot: first,
    // Most capability tokens have this header: to compare it is faster than to decode it.
    hasPlainHeader: first === plainHeader.length && token.startsWith(plainHeader),
  }
}

function decodeParts({ input, signature, dot, hasPlainHeader }: Parts): DecodedToken {
  return {
    header: hasPlainHeader ? { alg: 'HS256', typ: 'JWT' } : decodeJson('header', input, 0, dot),
    claims: decodeJson('claims', input, dot + 1, input.length),
    input,
    signature,
  }
}

function decodeHS256(parts: Parts): DecodedToken {
  const decoded = decodeParts(parts)
  refuseExtensions(decoded.header)
  // Compared, never used to choose: a token must not say how it wants to be checked (RFC 8725 section 3.1).
  if (own(decoded.header, 'alg') === 'HS256') return decoded
  throw refused('ERR_TOKEN_ALGORITHM', 'its alg must be HS256')
}

function decodeJson(name: string, text: Bytes, start: number, end: number): Claims {
  const bytes = decodePart(name, text, start, end, utf8.briefly(end))
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

function decodePart(name: string, text: Bytes, start: number, end: number, place: Bytes): Bytes {
  try {
    return base64url.read(text, start, end, place)
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
