import { objectClaim, optionalClaim, textClaim, timeClaim, type Claims } from './claims.ts'

/** What an access token says, read back. */
export interface AccessContents {
  kind: 'access'
  accountSid: string
  keySid: string
  identity?: string
  expires: number
  notBefore?: number
  issuedAt?: number
  id?: string
  region?: string
  grants: Record<string, unknown>
}

/** Reads the header and the claims of an access token. */
export function readAccess(header: Claims, claims: Claims): AccessContents {
  const { identity, ...grants } = objectClaim(claims, 'grants')
  const contents = {
    kind: 'access' as const,
    accountSid: textClaim(claims, 'sub'),
    keySid: textClaim(claims, 'iss'),
    identity: optionalClaim(textClaim, { identity }, 'identity'),
    expires: timeClaim(claims, 'exp'),
    notBefore: optionalClaim(timeClaim, claims, 'nbf'),
    issuedAt: optionalClaim(timeClaim, claims, 'iat'),
    id: optionalClaim(textClaim, claims, 'jti'),
    region: optionalClaim(textClaim, header, 'twr'),
    grants,
  }
  return Object.fromEntries(Object.entries(contents).filter(([, value]) => value !== undefined)) as unknown as AccessContents
}
