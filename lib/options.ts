// Options: their types, their defaults, the current time. Unknown names are rejected, with the name that is meant.

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

/** One secret, or several of one issuer while it is rotated: `[primary, secondary]`. */
export type Secret = string | readonly string[]

/** Options for `generate` and `claims`: how long a token is valid. */
export interface GenerateOptions {
  /** Lifetime in seconds, a whole number from 1 to 86400 (24 hours, Twilio's limit); defaults to 3600. */
  expires?: number
  /** The current time, in whole seconds since the epoch; defaults to the clock. */
  now?: number
}

// The calls that have options, as a message shows them; further options of a call follow behind a bar.
const generateCall = 'generate({ expires: 600 })|now'
export const accessTokenCall = 'new AccessToken(…, { identity })|region notBefore'
export const allowCall = 'allow(…, { postFilter })|queryFilter'
export const verifyCall = 'verify(token, secret, { clockTolerance: 5 })|kind now'
export const diagnoseCall = 'diagnose(token, { secret })|now clockTolerance'
const calls = [generateCall, accessTokenCall, allowCall, verifyCall, diagnoseCall]

// What other libraries call an option, or the claim that it becomes, in lower case, where likeness does not find it.
const synonyms: readonly (readonly [RegExp, string])[] = [
  [/^(ttl|exp|lifetime|validity)/, 'expires'],
  [/^nbf$/, 'notBefore'],
  [/^(iat|clocktimestamp|current)/, 'now'],
  [/^leeway|skew$/, 'clockTolerance'],
  [/^twr$/, 'region'],
  [/^(clientname|user)/, 'identity'],
]

/**
 * The options of a call, read once: only own properties, in an object without a prototype, so that nothing is inherited.
 *
 * @param call The call as a message shows it, and the names of its further options behind a bar.
 * @param others Returns further calls whose options may be meant.
 * @throws {TypeError} if the value is not a plain object, or has a name that the call does not have.
 */
export function options<T extends object>(
  argument: string,
  value: T,
  call: string,
  others: () => readonly string[] = () => [],
): T {
  const given = { __proto__: null, ...plainObject(argument, value, shown(call)) } as T
  for (const name of Object.keys(value)) {
    if (given[name as keyof T] !== undefined && !namesIn(call).includes(name)) {
      throw unknownOption(name, call, others())
    }
  }
  return given
}

/** The times of a new token, as its claims state them. */
export function issueTimes(
  value: GenerateOptions = {},
  others?: () => readonly string[],
): { iat: number; exp: number } {
  const { expires = 3600, now } = options('options', value, generateCall, others)
  const iat = currentTime(now)
  return { iat, exp: iat + seconds('expires', expires, 1, maxLifetime) }
}

/** The time by which a token is judged, and the clock skew that is allowed. */
export function verifyTimes(value: { now?: number; clockTolerance?: number }): {
  now: number
  clockTolerance: number
} {
  // Own properties once more: the rest of a destructured object has Object's prototype again.
  const [now, clockTolerance = 0] = [own(value, 'now'), own(value, 'clockTolerance')]
  return {
    now: currentTime(now),
    clockTolerance: seconds('clockTolerance', clockTolerance, 0, maxLifetime),
  }
}

// The current time: an option in tests, otherwise the clock.
function currentTime(now: number = Math.floor(Date.now() / 1000)): number {
  return seconds('now', now, 0, lastSecond)
}

function unknownOption(name: string, call: string, others: readonly string[]): TypeError {
  const plain = plainName(name)
  const meant = synonyms.find(([pattern]) => pattern.test(plain))?.[1] ?? name
  const homes = [...others, ...calls]
  const here = closest(meant, namesIn(call))
  const there = closest(meant, homes.flatMap(namesIn)) ?? ''
  const home = homes.find((other) => namesIn(other).includes(there))
  const elsewhere =
    home === undefined
      ? `the options are ${namesIn(call).join(', ')}`
      : `use ${callWith(there, home)}`
  const advice = here === undefined ? elsewhere : `use ${here}`
  return about(name, new TypeError(cannotUse(name, `there is no such option, ${advice}`)))
}

function shown(call: string): string {
  return partsIn(call).shown
}

function callWith(option: string, call: string): string {
  return call.includes(`${option}:`) ? shown(call) : call.replace(/\{.*/, `{ ${option} })`)
}

function namesIn(call: string): readonly string[] {
  return partsIn(call).names
}

// Each call is taken apart once, because that takes longer than all else that is done with options.
const keptParts = new Map<string, { shown: string; names: readonly string[] }>()

function partsIn(call: string): { shown: string; names: readonly string[] } {
  let parts = keptParts.get(call)
  if (!parts) {
    const names = call.slice(call.indexOf('{')).split(/[^A-Za-z]+/)
    parts = { shown: call.replace(/\|.*/, ''), names: names.filter(Boolean) }
    keptParts.set(call, parts)
  }
  return parts
}
