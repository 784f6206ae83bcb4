// RFC 7519 section 4, claims as another library may have written them: each is read as what it must be, or the token is
// rejected. Only own properties count, so that a polluted Object.prototype adds no claim.

import { describe, isWellFormed } from './describe.ts'
import { TokenError } from './error.ts'
import { maxDepth } from './limits.ts'

/** The members of a JSON object. */
export type Claims = Record<string, unknown>

/** A member of an object's own, never one that its prototype has. */
export function own<T>(members: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(members, name) ? members[name] : undefined
}

/** A claim that must be a string. */
export function textClaim(claims: Claims, name: string): string {
  const value = own(claims, name)
  if (typeof value === 'string') return value
  throw wrongClaim(name, 'a string', value)
}

/** The time when a token expires: twilio-java wrote it as a string of digits. */
export function expiryClaim(claims: Claims): number {
  const value = own(claims, 'exp')
  const time = parseTime(value)
  if (time !== undefined) return time
  throw wrongClaim('exp', 'a number of seconds', value)
}

/** A claim that must be a finite number. */
export function numberClaim(claims: Claims, name: string): number {
  const value = own(claims, name)
  if (isFiniteNumber(value)) return value
  throw wrongClaim(name, 'a number of seconds', value)
}

/** Seconds since the epoch (RFC 7519 section 2, NumericDate), also as a string of digits. */
export function parseTime(value: unknown): number | undefined {
  const time = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  return isFiniteNumber(time) ? time : undefined
}

/** A claim that may be omitted. */
export function optionalClaim<T>(
  read: (claims: Claims, name: string) => T,
  claims: Claims,
  name: string,
): T | undefined {
  return Object.hasOwn(claims, name) ? read(claims, name) : undefined
}

/** Members without those that are undefined: what is omitted is absent. */
export function present<T extends object>(
  members: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as ReturnType<typeof present<T>>
}

/** A claim that must be true or false. */
export function booleanClaim(claims: Claims, name: string): boolean {
  const value = own(claims, name)
  if (typeof value === 'boolean') return value
  throw wrongClaim(name, 'true or false', value)
}

/** A claim that must be a list. */
export function listClaim(claims: Claims, name: string): unknown[] {
  const value = own(claims, name)
  if (Array.isArray(value)) return value
  throw wrongClaim(name, 'a list', value)
}

/** A claim that must be a JSON object. */
export function objectClaim(claims: Claims, name: string): Claims {
  const value = own(claims, name)
  if (isObject(value)) return value
  throw wrongClaim(name, 'an object', value)
}

/** Whether a value of JSON is an object. */
export function isObject(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a value of JSON, once more as JSON, would be the same and no deeper than allowed. */
export function isJson(value: unknown, depth: number = maxDepth): boolean {
  if (typeof value === 'string') return isWellFormed(value)
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return true
  const isMember = ([name, member]: [string, unknown]) =>
    isWellFormed(name) && isJson(member, depth - 1)
  return depth > 0 && Object.entries(value).every(isMember)
}

/** Creates the error about a claim. It names the type that was found, and the value of a number. */
export function wrongClaim(name: string, rule: string, value: unknown): TokenError {
  const got = typeof value === 'number' ? String(value) : describe(value)
  return new TokenError(
    'ERR_TOKEN_CLAIM',
    `Cannot read token: its claim ${name} must be ${rule}, got ${got}`,
  )
}

/** Whether a value of JSON is a number within the range: 1e999 is JSON, and becomes Infinity. */
export function isFiniteNumber(value: unknown): value is number {
  return Number.isFinite(value)
}
