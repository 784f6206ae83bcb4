// Which of Twilio's kinds a token is, and its contents, unchecked.

import { contentType, readAccess, type AccessContents } from './access-token.ts'
import { readCapability, type CapabilityContents } from './capability.ts'
import { own, wrongClaim, type Claims } from './claims.ts'
import { isReadableSid } from './names.ts'
import { readTaskRouter, type TaskRouterContents } from './taskrouter.ts'

/** The contents of a token; `kind` distinguishes Twilio's tokens. */
export type TokenContents = CapabilityContents | AccessContents | TaskRouterContents

/** Which of Twilio's tokens this is, if it is one; `verify`, `inspect` and `diagnose` find it here. */
export function kindOf(header: Claims, claims: Claims): TokenContents['kind'] | undefined {
  if (Object.hasOwn(claims, 'grants') || own(header, 'cty') === contentType) return 'access'
  if (Object.hasOwn(claims, 'policies')) return 'taskrouter'
  if (Object.hasOwn(claims, 'scope')) return 'capability'
  // twilio-csharp omits the scope if nothing is allowed.
  const isAccount = isReadableSid(own(claims, 'iss'), 'AC') && !Object.hasOwn(claims, 'sub')
  return isAccount ? 'capability' : undefined
}

/**
 * Reads the contents of a token.
 *
 * @throws {TokenError} `ERR_TOKEN_CLAIM` if a claim does not fit into the contents.
 */
export function readContents(header: Claims, claims: Claims): TokenContents {
  switch (kindOf(header, claims)) {
    case 'access':
      return readAccess(header, claims)
    case 'taskrouter':
      return readTaskRouter(claims)
    case 'capability':
      return readCapability(claims)
    default:
      throw wrongClaim('scope', 'a string, or the token must have grants or policies', undefined)
  }
}
