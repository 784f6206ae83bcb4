// What a token says: unchecked by `inspect`, checked by `verify`.

import { readAccess, type AccessContents } from './access-token.ts'
import { readCapability, type CapabilityContents } from './capability.ts'
import * as check from './check.ts'
import type { VerifyOptions } from './check.ts'
import { wrongClaim, type Claims } from './claims.ts'
import * as jwt from './jwt.ts'
import { readTaskRouter, type TaskRouterContents } from './taskrouter.ts'

/** What a token says; `kind` tells which of Twilio's tokens it is. */
export type TokenContents = CapabilityContents | AccessContents | TaskRouterContents

/**
 * Reads what a token says, without a look at its signature or its times: never decide by it what somebody may do.
 *
 * @param token A token of any of Twilio's libraries, at most 1,048,576 characters.
 * @throws {TypeError} if the token is no string.
 * @throws {TokenError} `ERR_TOKEN_MALFORMED` if it is no JSON Web Token, `ERR_TOKEN_CLAIM` if it is none of Twilio's.
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-7.2
 * @example
 * ```ts
 * import { inspect, TwilioCapability } from 'twilio-tokens'
 *
 * const token = await new TwilioCapability('AC123123', 'the auth token of that account').allowClientIncoming('Alice').generate()
 * const contents = inspect(token)
 * if (contents.kind === 'capability' && contents.scopes.length !== 1) throw new Error('one scope was allowed')
 * ```
 */
export function inspect(token: string): TokenContents {
  const { header, claims } = jwt.decode(token)
  jwt.refuseExtensions(header)
  return read(header, claims)
}

/**
 * Checks a token and reads what it says: its form, its algorithm, its signature, its times, its meaning, in this order.
 *
 * @param token A token of any of Twilio's libraries, at most 1,048,576 characters.
 * @param secret The account's auth token, or the API key's secret for an access token; a list of them while one is rotated.
 * @param options The clock and its tolerance, in whole seconds.
 * @throws {TypeError} if an argument has the wrong type.
 * @throws {RangeError} if an option is out of range.
 * @throws {TokenError} with the code of the first check that fails; like every error here it rejects the promise.
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-7.2
 * @example
 * ```ts
 * import { TwilioCapability, verify } from 'twilio-tokens'
 *
 * const token = await new TwilioCapability('AC123123', 'the old auth token').allowClientIncoming('Alice').generate()
 * const contents = await verify(token, ['the new auth token', 'the old auth token'], { clockTolerance: 5 })
 * if (contents.accountSid !== 'AC123123') throw new Error('a token of another account')
 * ```
 */
export async function verify(
  token: string,
  secret: string | readonly string[],
  options: VerifyOptions = {},
): Promise<TokenContents> {
  const { now, clockTolerance } = check.clock(check.plainObject('options', options))
  const { header, claims } = await jwt.verify(
    token,
    check.secrets('secret', secret),
    now,
    clockTolerance,
  )
  return read(header, claims)
}

/** Reads the contents of a token, by its kind. */
export function read(header: Claims, claims: Claims): TokenContents {
  switch (kindOfToken(header, claims)) {
    case 'access':
      return readAccess(header, claims)
    case 'taskrouter':
      return readTaskRouter(claims)
    case 'capability':
      return readCapability(claims)
    default:
      throw wrongClaim(
        'scope',
        'a text, or it must have policies and a version, or its header the cty twilio-fpa;v=1',
        claims['scope'],
      )
  }
}

/** Which of Twilio's tokens this is, if any. */
export function kindOfToken(
  header: Claims,
  { policies, version, scope }: Claims,
): TokenContents['kind'] | undefined {
  if (header['cty'] === 'twilio-fpa;v=1') return 'access'
  if (policies !== undefined && version !== undefined) return 'taskrouter'
  return typeof scope === 'string' ? 'capability' : undefined
}
