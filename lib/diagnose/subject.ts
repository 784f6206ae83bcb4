// What every rule looks at: the token taken apart, its kind, and the clock.

import type { Claims } from '../claims.ts'
import { kindOfToken } from '../verify.ts'
import type { accessCodes, capabilityCodes } from './finding.ts'

export interface Subject {
  token: string
  kind: 'capability' | 'access' | 'taskrouter' | 'unknown'
  codes: typeof accessCodes | typeof capabilityCodes
  header: Claims
  claims: Claims
  now: number
  clockTolerance: number
}

// As `verify` tells the kinds apart; else by what the token seems to want to be, so that one fault does not hide the others.
export function kindOf(header: Claims, claims: Claims): Subject['kind'] {
  const { grants, iss, policies, scope } = claims
  const kind = kindOfToken(header, claims)
  if (kind !== undefined) return kind
  if (header['cty'] !== undefined || grants !== undefined) return 'access'
  if (policies !== undefined) return 'taskrouter'
  if (scope !== undefined) return 'capability'
  return hasPrefix(iss, 'SK') ? 'access' : 'unknown'
}

export function hasPrefix(value: unknown, prefix: string): boolean {
  return typeof value === 'string' && value.startsWith(prefix) && /^..[0-9A-Za-z]+$/.test(value)
}
