// RFC 7519 section 4, claims as a token's maker wrote them: each is read as what it must be, or the token is refused.

import { TokenError } from './error.ts'

/** The members of a JSON object. */
export type Claims = Record<string, unknown>

/** A claim that must be a text. */
export function textClaim(claims: Claims, name: string): string {
  const value = claims[name]
  if (typeof value === 'string') return value
  throw wrongClaim(name, 'a text', value)
}

/** A claim that must be a time. */
export function timeClaim(claims: Claims, name: string): number {
  const time = parseTime(claims[name])
  if (time !== undefined) return time
  throw wrongClaim(name, 'a number of seconds', claims[name])
}

/** Seconds since the epoch (RFC 7519 section 2, NumericDate), which twilio-java wrote as a text of digits. */
export function parseTime(value: unknown): number | undefined {
  const time = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  return Number.isFinite(time) ? (time as number) : undefined // isFinite is true of numbers alone, and does not narrow
}

/** A claim that may be left out. */
export function optionalClaim<T>(
  read: (claims: Claims, name: string) => T,
  claims: Claims,
  name: string,
): T | undefined {
  return claims[name] === undefined ? undefined : read(claims, name)
}

/** Claims without those that are undefined: what is left out is absent. */
export function present<T extends object>(
  claims: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(
    Object.entries(claims).filter(([, value]) => value !== undefined),
  ) as ReturnType<typeof present<T>>
}

/** A claim that must be a yes or no. */
export function flagClaim(claims: Claims, name: string): boolean {
  const value = claims[name]
  if (typeof value === 'boolean') return value
  throw wrongClaim(name, 'true or false', value)
}

/** A claim that must be a list. */
export function listClaim(claims: Claims, name: string): unknown[] {
  const value = claims[name]
  if (Array.isArray(value)) return value
  throw wrongClaim(name, 'a list', value)
}

/** A claim that must be a JSON object. */
export function objectClaim(claims: Claims, name: string): Claims {
  const value = claims[name]
  if (isObject(value)) return value
  throw wrongClaim(name, 'an object', value)
}

/** Whether a value of JSON is an object. */
export function isObject(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The refusal of a claim; it names the type that was found, never the value. */
export function wrongClaim(name: string, rule: string, value: unknown): TokenError {
  const found =
    value === undefined
      ? 'nothing'
      : value === null
        ? 'null'
        : Array.isArray(value)
          ? 'a list'
          : isObject(value)
            ? 'an object'
            : `a ${typeof value}`
  return new TokenError(
    'ERR_TOKEN_CLAIM',
    `Cannot read token: its claim ${name} must be ${rule}, got ${found}`,
  )
}
