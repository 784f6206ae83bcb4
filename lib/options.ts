// Options: their types, their defaults, the current time. What no method has is refused, with the name that is meant.

import { about, cannotUse, plainObject, seconds } from './check.ts'
import { own } from './claims.ts'
import { lastSecond, maxLifetime } from './limits.ts'
import { closest, plainName } from './names.ts'

/** A value that reaches Twilio as text. */
export type ParamValue = string | number | boolean

/** Named values for a TwiML application: a list repeats its name, `undefined` is omitted. */
export type Params = Readonly<Record<string, ParamValue | readonly ParamValue[] | undefined>>

/** Named values that events must have: a list repeats its name. */
export type Filters = Readonly<Record<string, ParamValue | readonly ParamValue[]>>

/** Options for `generate` and `claims`: how long a token is valid. */
export interface GenerateOptions {
  /** Lifetime in seconds, a whole number from 1 to 86400 (24 hours, Twilio's limit); defaults to 3600. */
  expires?: number
  /** The current time, in whole seconds since the epoch; defaults to the clock. */
  now?: number
}

// Every call that has options. A message shows the call, and its options are the names in its braces.
const calls = [
  'generate({ expires: 600, now })',
  'new AccessToken(accountSid, keySid, keySecret, { identity, region, notBefore })',
  'verify(token, secret, { kind, now, clockTolerance })',
  'diagnose(token, { secret, now, clockTolerance })',
] as const

// What other libraries call an option, or the claim that it becomes, where likeness does not find it.
const synonyms: Readonly<Record<string, string>> = {
  ttl: 'expires',
  exp: 'expires',
  nbf: 'notBefore',
  twr: 'region',
  clocktimestamp: 'now',
  currentdate: 'now',
  leeway: 'clockTolerance',
}

/**
 * The options of a call, read once: own properties alone, in an object without a prototype, so that nothing is inherited.
 *
 * @param call The call as a message shows it, with the names of all its options in braces.
 * @throws {TypeError} if the value is not a plain object, or has a name that the call does not have.
 */
export function options<T extends object>(argument: string, value: T, call: string): T {
  const given = { __proto__: null, ...plainObject(argument, value, call) } as T
  for (const [name, member] of Object.entries(given)) {
    if (member !== undefined && !namesIn(call).includes(name)) throw unknownOption(name, call)
  }
  return given
}

/** The times of a new token, as its claims state them. */
export function issueTimes(value: GenerateOptions = {}): { iat: number; exp: number } {
  const { expires = 3600, now } = options('options', value, calls[0])
  const iat = currentTime(now)
  return { iat, exp: iat + seconds('expires', expires, 1, maxLifetime) }
}

/** The time by which a token is judged, and the clock skew that is allowed. */
export function verifyTimes(value: { now?: number; clockTolerance?: number }): {
  now: number
  clockTolerance: number
} {
  // Without a prototype once more: what is left of a destructured object has Object's again.
  const { now, clockTolerance = 0 } = { __proto__: null, ...value } as typeof value
  return {
    now: currentTime(now),
    clockTolerance: seconds('clockTolerance', clockTolerance, 0, maxLifetime),
  }
}

// The current time: an option in tests, otherwise the clock.
function currentTime(now: number = Math.floor(Date.now() / 1000)): number {
  return seconds('now', now, 0, lastSecond)
}

function unknownOption(name: string, call: string): TypeError {
  const meant = own(synonyms, plainName(name)) ?? name
  let advice = `the options are those of ${call}`
  for (const other of [call, ...calls].reverse()) {
    const option = closest(meant, namesIn(other))
    if (option !== undefined)
      advice = other === call ? `use ${option}` : `use ${option} in ${other}`
  }
  return about(name, new TypeError(cannotUse(name, `there is no such option, ${advice}`)))
}

function namesIn(call: string): string[] {
  return call.slice(call.indexOf('{')).match(/[A-Za-z]+/g) ?? []
}
