// RFC 7519, JSON Web Token, as a RFC 7515 JWS in its compact form, with HS256 (RFC 7518 section 3.2) and nothing else:
//
//   token = base64url(UTF-8(header)) "." base64url(UTF-8(claims)) "." base64url(HMAC-SHA256(all before this dot))

import * as base64url from './base64url.ts'
import { isObject, optionalClaim, timeClaim, wrongClaim, type Claims } from './claims.ts'
import { TokenError, type TokenErrorCode } from './error.ts'
import * as hmac from './hmac.ts'

/** A token taken apart; nothing in it is checked beyond its form. */
export interface DecodedToken {
  header: Claims
  claims: Claims
  /** What is signed (RFC 7515 section 2, JWS Signing Input). */
  input: string
  signature: Uint8Array<ArrayBuffer>
}

/** The longest token that is read, in characters: real ones have some hundreds, and no header or URL carries a mebibyte. */
export const maxLength = 1_048_576

const utf8 = /* @__PURE__ */ new TextEncoder()
// Marked as pure, so that a program that only makes tokens has no decoder. To ignore the BOM is to keep it, which JSON then refuses.
const strictUtf8 = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

// Encoded text is used at once, so that all but very long ones may share a place: 0.04 µs, where a new array costs 0.4 µs.
const scratch = /* @__PURE__ */ new Uint8Array(8192)
const plainHeader = /* @__PURE__ */ encodeHeader()

/**
 * Signs claims, under a header that `encodeHeader` has made.
 *
 * The claims are asked for in here, so that what is wrong with them rejects the promise: an `async` function around this one
 * would do so too, and takes 0.5 µs more of each token, 5 % with 64 at once.
 */
export async function sign(
  claims: () => object,
  secret: string,
  header: string = plainHeader,
): Promise<string> {
  const input = `${header}.${encodeJson(claims())}`
  // First the key, then the bytes: nothing else may run between the time when they are written and the time when `sign` copies them.
  const signature = await hmac.sign(await hmac.keyOf(secret), toUtf8(input))
  return `${input}.${base64url.encode(new Uint8Array(signature))}`
}

/** Makes a header; `more` is what it holds besides `alg` and `typ`. */
export function encodeHeader(more?: object): string {
  return encodeJson({ alg: 'HS256', typ: 'JWT', ...more })
}

/**
 * Takes a token apart, without a look at its signature.
 *
 * @throws {TypeError} if the token is no string.
 * @throws {TokenError} `ERR_TOKEN_MALFORMED` if its form is not RFC 7515's.
 */
export function decode(token: string): DecodedToken {
  // Types are not there at run time, and `undefined` for a token is the caller's mistake, not the token's.
  if (typeof (token as unknown) !== 'string')
    throw new TypeError(`Cannot read token: it must be a string, got ${typeof token}`)
  if (token.length > maxLength)
    throw malformed(`it must have at most ${maxLength} characters, got ${token.length}`)
  const parts = token.split('.', 4)
  if (parts.length !== 3) throw malformed('it must have three parts with a dot between them')
  const [header, claims, signature] = parts as [string, string, string]
  return {
    header: decodeJson('header', header),
    claims: decodeJson('claims', claims),
    input: `${header}.${claims}`,
    signature: decodePart('signature', signature),
  }
}

/**
 * Refuses a header that asks for an extension: who does not understand one must refuse the token, and we understand none.
 *
 * RFC 7515 section 4.1.11.
 */
export function refuseExtensions(header: Claims): void {
  if ('crit' in header)
    throw malformed('its header must not have crit, for no extension is known here')
}

/** Whether one of the secrets has signed a token. */
export async function isSigned(
  { input, signature }: DecodedToken,
  secrets: readonly string[],
): Promise<boolean> {
  for (const secret of secrets) {
    // As in `sign`: the key first.
    if (await hmac.verify(await hmac.keyOf(secret), signature, toUtf8(input))) return true
  }
  return false
}

/**
 * Checks a token: form, algorithm, signature, times, in this order, so that nothing is believed before its signature.
 *
 * @throws {TokenError} with the code of the first check that fails.
 */
export async function verify(
  token: string,
  secrets: readonly string[],
  now: number,
  clockTolerance: number,
): Promise<DecodedToken> {
  const decoded = decode(token)
  const { header, claims } = decoded
  refuseExtensions(header)
  // Compared, never used to choose: a token must not say how it wants to be checked (RFC 8725 section 3.1).
  if (header['alg'] !== 'HS256') throw refused('ERR_TOKEN_ALGORITHM', 'its alg must be HS256')
  if (!(await isSigned(decoded, secrets)))
    throw refused('ERR_TOKEN_SIGNATURE', 'no secret given has signed it')
  const exp = timeClaim(claims, 'exp')
  if (!Number.isInteger(exp)) throw wrongClaim('exp', 'a whole number of seconds', exp)
  if (exp <= now - clockTolerance)
    throw refused('ERR_TOKEN_EXPIRED', `it expired at ${exp}, and the clock shows ${now}`)
  const nbf = optionalClaim(timeClaim, claims, 'nbf') ?? 0
  if (nbf > now + clockTolerance)
    throw refused('ERR_TOKEN_INACTIVE', `it begins at ${nbf}, and the clock shows ${now}`)
  return decoded
}

function encodeJson(value: object): string {
  return base64url.encode(toUtf8(JSON.stringify(value)))
}

// The bytes are good until the next call.
function toUtf8(text: string): Uint8Array<ArrayBuffer> {
  if (text.length * 3 > scratch.length) return utf8.encode(text)
  return scratch.subarray(0, utf8.encodeInto(text, scratch).written)
}

function decodeJson(name: string, text: string): Claims {
  const bytes = decodePart(name, text, text.length > scratch.length ? undefined : scratch) // read at once
  let value: unknown
  try {
    value = JSON.parse(strictUtf8.decode(bytes))
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
  return new TokenError(code, `Cannot accept token: ${what}`)
}
