// What a rule reports, by Twilio's error codes: https://www.twilio.com/docs/api/errors

/** One thing that is wrong with a token, or will be. */
export interface Finding {
  /** Twilio's error code. */
  code: number
  /** Twilio refuses the token, or takes it for now or from some clients only. */
  severity: 'error' | 'warning'
  /** What the code means. */
  title: string
  /** What exactly is wrong in this token. */
  detail: string
  /** How to mend it. */
  fix: string
}

const titles = {
  20101: 'Invalid access token',
  20102: 'Invalid access token header',
  20103: 'Invalid access token issuer or subject',
  20104: 'Access token expired, or its expiration date is invalid',
  20105: 'Access token not yet valid',
  20106: 'Invalid access token grants',
  20107: 'Invalid access token signature',
  20157: 'Expiration time exceeds the maximum',
  31105: 'Invalid client name',
  31202: 'JWT signature validation failed',
  31203: 'No valid account',
  31204: 'Invalid JWT token',
  31205: 'JWT token expired',
  31207: 'JWT token expiration too long',
  51003: 'Identity too long',
}
type Code = keyof typeof titles

// Voice answers a capability token with codes of its own; TaskRouter's tokens are answered as access tokens are.
export const accessCodes = {
  form: 20101,
  header: 20102,
  party: 20103,
  exp: 20104,
  expired: 20104,
  tooLong: 20157,
  signature: 20107,
} as const
export const capabilityCodes = {
  form: 31204,
  header: 31204,
  party: 31203,
  exp: 31204,
  expired: 31205,
  tooLong: 31207,
  signature: 31202,
} as const

export function isError({ severity }: Finding): boolean {
  return severity === 'error'
}

export function error(code: Code, detail: string, fix: string): Finding {
  return finding('error', code, detail, fix)
}

export function warning(code: Code, detail: string, fix: string): Finding {
  return finding('warning', code, detail, fix)
}

export function finding(
  severity: Finding['severity'],
  code: Code,
  detail: string,
  fix: string,
): Finding {
  return { code, severity, title: titles[code], detail, fix }
}
