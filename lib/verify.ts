// Reads a token: `inspect` unchecked, `verify` only after checking it.

import { contentType } from './access-token.ts'
import * as check from './check.ts'
import { numberClaim, optionalClaim, own, textClaim, wrongClaim, type Claims } from './claims.ts'
import { describe } from './describe.ts'
import { readContents, type TokenContents } from './contents.ts'
import { TokenError } from './error.ts'
import * as jwt from './jwt.ts'
import { vouch } from './migrate.ts'
import { isReadableSid } from './names.ts'
import {
  callWith,
  generateCall,
  options as checkOptions,
  verifyCall,
  verifyTimes,
  type Secret,
} from './options.ts'

/** Options for `verify`: which kind of token is accepted, and how its times are judged. */
export interface VerifyOptions<K extends TokenContents['kind'] = TokenContents['kind']> {
  /** The only kind that is accepted; any of the three if omitted. */
  kind?: K
  /** The current time, in whole seconds since the epoch; defaults to the clock. */
  now?: number
  /** The clock skew that is allowed, in whole seconds from 0 to 86400; defaults to 0. */
  clockTolerance?: number
}

/**
 * Reads a token without checking its signature or its times. Never decide from its contents what a user may do.
 *
 * @param token A token of any of Twilio's libraries, at most 65,536 characters.
 * @returns What the token claims.
 * @throws {TypeError} if the token is not a string.
 * @throws {TokenError} `ERR_TOKEN_MALFORMED` if it is not a JSON Web Token, `ERR_TOKEN_CLAIM` if it is not one of Twilio's.
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-7.2
 * @example
 * ```ts
 * import { inspect, TwilioCapability } from 'twilio-tokens'
 *
 * const capability = new TwilioCapability('AC123123', 'the auth token of that account')
 * const contents = inspect(await capability.allowClientIncoming('Alice').generate())
 * if (contents.kind === 'capability' && contents.scopes.length !== 1) throw new Error('one scope')
 * ```
 */
export function inspect(token: string): TokenContents {
  const { header, claims } = jwt.decode(token)
  jwt.refuseExtensions(header)
  return readContents(header, claims)
}

/**
 * Checks a token and reads it: its form, its algorithm, its signature, its times, its meaning, in this order.
 *
 * @param token A token of any of Twilio's libraries, at most 65,536 characters.
 * @param secret The account's auth token, or the API key secret for an access token; a list while the secret is rotated; or, for
 * several accounts or keys, a function from the issuer (the claim `iss`, which is not checked yet but has the form of a SID) to
 * its secret, or to `undefined`.
 * @param options Which kind is accepted; the current time and the clock tolerance, in whole seconds.
 * @returns The contents.
 * @throws {TypeError} if an argument has the wrong type.
 * @throws {RangeError} if an option is out of range.
 * @throws {TokenError} with the code of the first check that fails; like every error here, it rejects the promise.
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-7.2
 * @example
 * ```ts
 * import { TwilioCapability, verify } from 'twilio-tokens'
 *
 * const capability = new TwilioCapability('AC123123', 'the old auth token')
 * const token = await capability.allowClientIncoming('Alice').generate()
 * const secrets = ['the new auth token', 'the old auth token']
 * const { accountSid } = await verify(token, secrets, { kind: 'capability', clockTolerance: 5 })
 * if (accountSid !== 'AC123123') throw new Error('a token of another account')
 * ```
 */
export async function verify<K extends TokenContents['kind'] = TokenContents['kind']>(
  token: string,
  secret: Secret | ((issuer: string) => Secret | undefined | Promise<Secret | undefined>),
  options: VerifyOptions<K> = {},
): Promise<Extract<TokenContents, { kind: K }>> {
  const given = checkOptions('options', options, verifyCall, (name) =>
    callWith(name, [{ example: 'verify(token, secret)', names: ['secret'] }, generateCall]),
  )
  const { kind } = given
  checkKind(kind)
  const { now, clockTolerance } = verifyTimes(given)
  const secrets =
    typeof secret === 'function' ? secretsOfIssuer(secret) : check.secrets('secret', secret)
  const { header, claims } = await jwt.verify(token, secrets, now, clockTolerance)
  const contents = readContents(header, claims)
  checkMeaning(header, claims, contents.kind)
  if (kind !== undefined && contents.kind !== kind) {
    const message = `Cannot verify token: its kind must be ${kind}, got ${contents.kind}`
    throw new TokenError('ERR_TOKEN_CLAIM', message)
  }
  if (contents.kind === 'capability') vouch(contents, () => contents)
  return contents as Extract<TokenContents, { kind: K }> // its kind was compared
}

function checkKind(kind: string | undefined): void {
  if (kind === undefined || ['capability', 'access', 'taskrouter'].includes(kind)) return
  throw check.invalid('kind', 'capability, access or taskrouter', describe(kind))
}

// One issuer has one secret, or several while it is rotated. A list of several issuers' secrets would let each sign for the others.
function secretsOfIssuer(
  secretOf: (issuer: string) => Secret | undefined | Promise<Secret | undefined>,
): (claims: Claims) => Promise<string[]> {
  return async (claims) => {
    const issuer = own(claims, 'iss')
    // Unchecked as it is, the issuer can at least not be a name such as __proto__, or a path.
    if (!isReadableSid(issuer, 'AC') && !isReadableSid(issuer, 'SK')) return []
    const secret = await secretOf(issuer)
    return secret === undefined ? [] : check.secrets('secret', secret)
  }
}

// What `inspect` returns as it is, and Twilio rejects.
function checkMeaning(header: Claims, claims: Claims, kind: TokenContents['kind']): void {
  const typ = optionalClaim(textClaim, header, 'typ') ?? 'JWT'
  if (typ !== 'JWT') throw wrongClaim('typ', 'JWT', typ)
  optionalClaim(textClaim, header, 'twr')
  optionalClaim(textClaim, claims, 'jti')
  optionalClaim(numberClaim, claims, 'iat')
  if (kind === 'taskrouter') textClaim(claims, 'version')
  if (kind === 'access') {
    if (own(header, 'cty') !== contentType) {
      throw wrongClaim('cty', contentType, own(header, 'cty'))
    }
    sidClaim(claims, 'sub', 'AC')
  }
  sidClaim(claims, 'iss', kind === 'access' ? 'SK' : 'AC')
}

function sidClaim(claims: Claims, name: string, prefix: string): void {
  const value = own(claims, name)
  if (!isReadableSid(value, prefix)) throw wrongClaim(name, `a SID, ${prefix}…`, value)
}
