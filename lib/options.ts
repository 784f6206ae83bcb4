// Options: their types, their defaults, the current time. Unknown names are rejected, with the name that is meant.

import { cannotUse, plainObject, seconds } from './check.ts'
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

/** A call that has options. */
export interface Call {
  /** The call as a message shows it. */
  readonly example: string
  /** The names of all of its options. */
  readonly names: readonly string[]
  /**
   * What other libraries call an option, or the claim that it becomes, where likeness does not find it: patterns of names in lower
   * case, without `_` and `-`.
   */
  readonly synonyms?: readonly (readonly [RegExp, string])[]
}

const nowSynonym = [/^(iat|issuedat|(clock|current)?(date|time(stamp)?))$/, 'now'] as const

export const generateCall: Call = {
  example: 'generate({ expires: 600 })',
  names: ['expires', 'now'],
  synonyms: [
    [
      /^(token|max|default)?(ttl|exp|lifetime|timetolive|timeout|duration|valid(ity|for|until|to)|age$)/,
      'expires',
    ],
    [/^notafter|^(?!ignore|allow|check|require|skip|v(erify|alidate)).*expir/, 'expires'],
    nowSynonym,
  ],
}
export const accessTokenCall: Call = {
  example: 'new AccessToken(…, { identity })',
  names: ['identity', 'region', 'notBefore'],
  synonyms: [
    [/^(nbf|validfrom|start)/, 'notBefore'],
    [/^(twr|edge)$/, 'region'],
    [/^(client|uid$)|user/, 'identity'],
  ],
}
export const allowCall: Call = {
  example: 'allow(…, { postFilter })',
  names: ['postFilter', 'queryFilter'],
}
const toleranceSynonym = [/leeway|skew|toleran|drift|grace/, 'clockTolerance'] as const
export const verifyCall: Call = {
  example: "verify(token, secret, { clockTolerance: 5, kind: 'access' })",
  names: ['clockTolerance', 'kind', 'now'],
  synonyms: [toleranceSynonym, [/^(token)?type?$/, 'kind'], nowSynonym],
}
export const diagnoseCall: Call = {
  example: 'diagnose(token, { secret })',
  names: ['secret', 'now', 'clockTolerance'],
  synonyms: [toleranceSynonym, [/^(authtoken|(signing)?key|password)$/, 'secret'], nowSynonym],
}

/** Finds another call that has the option that a name means. */
type Search = (name: string) => string | undefined

// The prototype of options that were read. Objects that have no prototype at all inherit no more, but are slow in V8.
const nothing = /* @__PURE__ */ Object.create(null) as object

/**
 * The options of a call, read once: only own properties, in an object that inherits nothing.
 *
 * @param call The call, whose options these are.
 * @param findElsewhere Finds another call of the same builder that has the option.
 * @throws {TypeError} if the value is not a plain object, or has a name that the call does not have.
 */
export function options<T extends object>(
  argument: string,
  value: T,
  call: Call,
  findElsewhere: Search = () => undefined,
): T {
  const { example, names } = call
  const plain = plainObject(argument, value, example)
  const given = Object.create(nothing) as T
  for (const name of Object.keys(plain) as (string & keyof T)[]) {
    given[name] = plain[name]
    if (given[name] === undefined || names.includes(name)) continue
    const found = synonymOf(name, call) ?? closest(name, names) ?? findElsewhere(name)
    const advice = found === undefined ? `the options are ${names.join(', ')}` : `use ${found}`
    throw cannotUse(name, `there is no such option, ${advice}`)
  }
  return given
}

/** The one of some calls that has the option that is meant, as a message shows it. */
export function callWith(name: string, calls: readonly Call[]): string | undefined {
  const known = calls.flatMap(({ names }) => names)
  const option =
    closest(name, known) ?? calls.map((call) => synonymOf(name, call)).find(Boolean) ?? ''
  const example = calls.find(({ names }) => names.includes(option))?.example
  return example?.includes(`${option}:`) ? example : example?.replace(/\{.*/, `{ ${option} })`)
}

function synonymOf(name: string, { synonyms = [] }: Call): string | undefined {
  const plain = plainName(name)
  return synonyms.find(([pattern]) => pattern.test(plain))?.[1]
}

/** The times of a new token, as its claims state them. */
export function issueTimes(
  value: GenerateOptions = {},
  findElsewhere?: Search,
): { iat: number; exp: number } {
  const { expires = 3600, now } = options('options', value, generateCall, findElsewhere)
  const iat = currentTime(now)
  return { iat, exp: iat + seconds('expires', expires, 1, maxLifetime) }
}

/** The time by which a token is judged, and the clock skew that is allowed, from what `options` returns. */
export function verifyTimes(given: { now?: number; clockTolerance?: number }): {
  now: number
  clockTolerance: number
} {
  const { now, clockTolerance = 0 } = given
  return {
    now: currentTime(now),
    clockTolerance: seconds('clockTolerance', clockTolerance, 0, maxLifetime),
  }
}

// The current time: an option in tests, otherwise the clock.
function currentTime(now: number = Math.floor(Date.now() / 1000)): number {
  return seconds('now', now, 0, lastSecond)
}
