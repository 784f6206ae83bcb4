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

/** Every call that has options, with their names; the grants' are those of grants.ts. */
const calls = {
  'generate({ expires: 600 })': ['expires', 'now'],
  "new AccessToken(accountSid, keySid, keySecret, { identity: 'alice' })": [
    'identity',
    'region',
    'notBefore',
  ],
  'grantVoice({ incomingAllow: true })': [
    'incomingAllow',
    'outgoingApplicationSid',
    'outgoingApplicationParams',
    'pushCredentialSid',
    'endpointId',
  ],
  "grantVideo({ room: 'standup' })": ['room'],
  "grantChat({ serviceSid: 'IS…' })": [
    'serviceSid',
    'endpointId',
    'deploymentRoleSid',
    'pushCredentialSid',
  ],
  "grantSync({ serviceSid: 'default' })": ['serviceSid', 'endpointId'],
  "grantTaskRouter({ workspaceSid: 'WS…' })": ['workspaceSid', 'workerSid', 'role'],
  'allow(url, method, { postFilter: {} })': ['queryFilter', 'postFilter'],
  'verify(token, secret, { clockTolerance: 5 })': ['now', 'clockTolerance', 'kind'],
  'diagnose(token, { secret })': ['secret', 'now', 'clockTolerance'],
  'verifyWebhook(request, authToken, { origin })': ['url', 'origin', 'sharedKeys'],
  'signWebhook(request, authToken, { origin })': ['url', 'origin', 'sharedKey'],
  "sharedKey: { name: 'key' }": ['name', 'algorithm'],
} as const

/** A call that has options, as a message shows it. */
export type Call = keyof typeof calls

// What other libraries call an option, or the claim that it becomes, where likeness does not find it.
const synonyms: Readonly<Record<string, string>> = {
  ttl: 'expires',
  exp: 'expires',
  lifetime: 'expires',
  nbf: 'notBefore',
  twr: 'region',
  clocktimestamp: 'now',
  currentdate: 'now',
  leeway: 'clockTolerance',
}

/**
 * The options of a call, read once: own properties alone, in an object without a prototype, so that nothing is inherited.
 *
 * @throws {TypeError} if the value is not a plain object, or has a name that the call does not have.
 */
export function options<T extends object>(argument: string, value: T, call: Call): T {
  const given = { __proto__: null, ...plainObject(argument, value, call) } as T
  const names: readonly string[] = calls[call]
  for (const [name, member] of Object.entries(given)) {
    if (member !== undefined && !names.includes(name)) throw unknownOption(name, names)
  }
  return given
}

/** The times of a new token, as its claims state them. */
export function issueTimes(value: GenerateOptions = {}): { iat: number; exp: number } {
  const { expires = 3600, now } = options('options', value, 'generate({ expires: 600 })')
  const iat = currentTime(now)
  return { iat, exp: iat + seconds('expires', expires, 1, maxLifetime) }
}

/** The time by which a token is judged, and the clock skew that is allowed. */
export function verifyTimes(value: { now?: number; clockTolerance?: number }): {
  now: number
  clockTolerance: number
} {
  const { now, clockTolerance = 0 } = value
  return {
    now: currentTime(now),
    clockTolerance: seconds('clockTolerance', clockTolerance, 0, maxLifetime),
  }
}

// The current time: an option in tests, otherwise the clock.
function currentTime(now: number = Math.floor(Date.now() / 1000)): number {
  return seconds('now', now, 0, lastSecond)
}

function unknownOption(name: string, names: readonly string[]): TypeError {
  const meant = own(synonyms, plainName(name)) ?? name
  const option = closest(meant, names)
  const other = option === undefined ? callWith(meant) : undefined
  const advice =
    option ??
    (other === undefined ? `one of ${names.join(', ')}` : `${other.name} in ${other.call}`)
  return about(name, new TypeError(cannotUse(name, `there is no such option, use ${advice}`)))
}

function callWith(meant: string): { name: string; call: string } | undefined {
  for (const [call, names] of Object.entries(calls)) {
    const name = closest(meant, names)
    if (name !== undefined) return { name, call }
  }
  return undefined
}
