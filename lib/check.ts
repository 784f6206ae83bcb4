// Arguments: each check returns its argument, or throws an error that says what is wrong and what would be right.
// Messages never quote string arguments, except the names of params, because a secret may be in the wrong place.

import { describe, isPlain, isWellFormed } from './describe.ts'
import { maxDepth, maxLifetime, maxNameLength } from './limits.ts'
import { foreignPosition, isPlaceholderSid, isRegion, isSid, regionOfEdge } from './names.ts'

/** An error about an argument. Its property `argument` lets a server tell its caller's mistakes from its own. */
export function cannotUse(
  argument: string,
  reason: string,
  Mistake: TypeErrorConstructor | RangeErrorConstructor = TypeError,
): TypeError & { argument: string } {
  return Object.assign(new Mistake(`Cannot use ${argument}: ${reason}`), { argument })
}

/** The same for an argument that must be something else. */
export function invalid(
  argument: string,
  rule: string,
  got: string,
  Mistake?: RangeErrorConstructor,
): TypeError {
  return cannotUse(argument, `it must be ${rule}, got ${got}`, Mistake)
}

/** The same for a number or a length that is out of range. */
export function outOfRange(argument: string, rule: string, got: string): RangeError {
  return invalid(argument, rule, got, RangeError)
}

/** A SID of the given prefix, or of one of two: `WK or WQ`. */
export function sid(
  argument: string,
  prefix: string,
  value: unknown,
  rule = `${prefix} and 32 lower-case hexadecimal digits`,
): string {
  if (isSid(value, prefix)) return value
  const got = flaw(value) ?? sidFlaw(value as string, prefix) // what is not a string has a flaw
  throw invalid(argument, rule, got)
}

// Most secrets are letters and digits that begin like no mistake: to see that first saves a microsecond per token.
const soundSecret = /^(?!your|x{8}|undefined|null|nan|[a-z]{2}[\da-f]{32}$)[\da-z]+$/i

/** A secret, whose UTF-8 is the key. What cannot be a secret is rejected, before it signs tokens that Twilio rejects. */
export function secret(argument: string, value: string): string {
  if (typeof (value as unknown) === 'string' && soundSecret.test(value)) return value
  const got = flaw(value) ?? (/^[A-Z]{2}[0-9a-fA-F]{32}$/.test(value) ? 'a SID' : undefined)
  if (got === undefined) return value
  throw invalid(argument, 'a secret, as a string', got)
}

/** One secret or several, as a list. */
export function secrets(argument: string, value: string | readonly string[]): string[] {
  if (!Array.isArray(value)) return [secret(argument, value as string)] // isArray does not narrow readonly lists
  if (value.length === 0) throw invalid(argument, 'a secret or a list of secrets', 'an empty list')
  return Array.from(value, (item: string, i) => secret(`${argument}[${i}]`, item))
}

/** Any string, except an empty one. `found` puts another value into words. */
export function text(
  argument: string,
  value: string,
  found: (value: unknown) => string = describe,
): string {
  if (isWellFormed(value) && value !== '') return value
  throw invalid(argument, 'a string that is not empty', found(value))
}

/** A client name: printable ASCII, except what a URI cannot contain. */
export function clientName(argument: string, value: string): string {
  const at = foreignPosition(text(argument, value))
  if (at < 0) return shortText(argument, value)
  const rule = 'printable ASCII without space and <>#%"{}|\\^[]`'
  throw invalid(argument, rule, character(value, at))
}

/** An identity: chat and video accept every string, voice only a client name. */
export function identity(argument: string, value: string): string {
  return shortText(argument, text(argument, value))
}

/** One of Twilio's regions. */
export function region(argument: string, value: string): string {
  if (isRegion(value)) return value
  const parts = typeof value === 'string' ? value.toLowerCase().split(/[^a-z\d-]/) : []
  const homeOf = (part: string) => (isRegion(part) ? part : regionOfEdge(part))
  const home = parts.map((part) => homeOf(part) ?? homeOf(part.replace('-', ''))).find(Boolean)
  const omit = home === 'us1' ? ': omit it' : ''
  const got = home === undefined ? describe(value) : `another spelling or an edge of ${home}${omit}`
  throw invalid(argument, 'a region such as us1, ie1 or au1', got)
}

/** A boolean. */
export function boolean(argument: string, value: boolean): boolean {
  if (typeof value === 'boolean') return value
  throw invalid(argument, 'true or false', notSet(value))
}

/** A whole number of seconds within a range. */
export function seconds(argument: string, value: number, min: number, max: number): number {
  const isRight = (number: number) => Number.isInteger(number) && number >= min && number <= max
  if (isRight(value)) return value
  const rule = `a whole number of seconds from ${min} to ${max}`
  if (typeof value !== 'number') throw invalid(argument, rule, describe(value))
  // A time in milliseconds most often comes from Date.now(), a lifetime from whole seconds.
  const thousandth = max > maxLifetime ? Math.floor(value / 1000) : value / 1000
  const hint = value > max && isRight(thousandth) ? ' (milliseconds?)' : ''
  throw outOfRange(argument, rule, `${value}${hint}`)
}

/** An object with properties of its own: a Map, a class instance or the 600 in `generate(600)` would be lost silently. */
export function plainObject<T extends object>(
  argument: string,
  value: T | undefined,
  call = '',
): T {
  if (isPlain(value)) return value
  throw invalid(
    argument,
    `a plain object${call && `, as in ${call}`}`,
    call === '' ? notSet(value) : describe(value),
  )
}

/**
 * Params or filters, copied as the strings that reach Twilio. Those that are `undefined` are omitted, or rejected where the token
 * would allow more without them.
 */
export function texts(
  argument: string,
  value: object,
  isOmittable: boolean,
): Record<string, string | string[]> {
  type Members = Record<string, unknown>
  // A null prototype, so that even __proto__ is only a name.
  const copy = Object.create(null) as Record<string, string | string[]>
  for (const [name, member] of Object.entries(plainObject(argument, value) as Members)) {
    if (isOmittable && member === undefined) continue
    const path = `${argument}.${name}`
    paramText(path, name)
    // Array.from and not map, which would skip the holes of a sparse array.
    copy[name] = Array.isArray(member)
      ? Array.from(member, (item, i) => paramText(`${path}[${i}]`, item))
      : paramText(path, member)
  }
  return copy
}

/**
 * A copy of what JSON can represent, all the way down: no later change reaches it, and nothing in it is lost on the way to Twilio.
 * Members that are `undefined` are omitted, or rejected if what they restrict must not be lost.
 */
export function json<T extends object>(
  argument: string,
  value: T | undefined,
  isOmittable = true,
): T {
  return copyJson(argument, plainObject(argument, value), isOmittable, []) as T // the type of what it copies
}

/** A copy of what `json` has accepted: no caller changes ours by it, and nothing is checked twice. */
export function copy<T extends object>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T // which creates own properties, also for names such as __proto__
}

function shortText(argument: string, value: string): string {
  if (value.length <= maxNameLength) return value
  throw outOfRange(
    argument,
    `a string of 1 to ${maxNameLength} characters`,
    `${value.length} characters`,
  )
}

function paramText(argument: string, value: unknown): string {
  if (isWellFormed(value) || Number.isFinite(value) || typeof value === 'boolean')
    return String(value)
  throw invalid(argument, 'a string, finite number, boolean or list', notSet(value))
}

// JSON.stringify would write NaN as null and a Map as {}, and omit functions and symbols.
function copyJson(
  path: string,
  value: unknown,
  isOmittable: boolean,
  parents: readonly unknown[],
): unknown {
  const isLeaf =
    value === null || isWellFormed(value) || typeof value === 'boolean' || Number.isFinite(value)
  if (isLeaf) return value
  const isRight = parents.length < maxDepth && (Array.isArray(value) || isPlain(value))
  if (!isRight || parents.includes(value)) {
    const rule = `JSON: plain objects and lists without cycles, at most ${maxDepth} deep, strings, finite numbers, booleans and null`
    throw invalid(path, rule, isRight ? 'a cycle' : notSet(value))
  }
  const inside = [...parents, value]
  const copyOf = (name: string, member: unknown) => copyJson(name, member, isOmittable, inside)
  if (Array.isArray(value)) return Array.from(value, (item, i) => copyOf(`${path}[${i}]`, item))
  const members = Object.entries(value).filter(([, member]) => !isOmittable || member !== undefined)
  // fromEntries creates own properties, also for names such as __proto__.
  return Object.fromEntries(
    members.map(([name, member]) => [paramText(path, name), copyOf(`${path}.${name}`, member)]),
  )
}

/** The same for a setting: one that is missing is most often a variable that is not set. */
export function notSet(value: unknown): string {
  return describe(value) + (value === undefined ? ': is it set in the environment?' : '')
}

// What is most often in the place of a secret or a SID.
const mistakes: readonly (readonly [RegExp, string])[] = [
  [/^\[object Promise\]$/, 'a Promise as text: await it'],
  [/^(undefined|null|NaN|\[object .*)$/, 'a missing value as text: is it set in the environment?'],
  [/^(your\S*|<.*>|\{\{.*\}\}|\$\{.*\}|[x*]{8,})$/is, 'a placeholder'],
  [/^TWILIO_\w*$/, 'a placeholder'],
  [/^[`\p{Quotation_Mark}].*[`\p{Quotation_Mark}]$/su, 'quotation marks around it'],
  [/^eyJ[^.]*\.[^.]*\.[^.]*$/, 'a token: the call is verify(token, secret)'],
]

function mistake(value: string): string | undefined {
  return mistakes.find(([form]) => form.test(value))?.[1]
}

/** What is wrong with a secret, a SID or a URL as a whole. White space *inside* a secret is odd, but examples are sentences. */
export function flaw(value: unknown): string | undefined {
  if (!isWellFormed(value) || value === '') return notSet(value)
  const at = value.search(/^\s|\s$/)
  return at < 0 ? mistake(value) : character(value, at)
}

function sidFlaw(value: string, prefix: string): string {
  const kind = value.slice(0, 2)
  if (isPlaceholderSid(value)) return mistake(value.slice(2)) ?? 'a placeholder'
  const isOther: boolean = isSid(value)
  if (isOther) {
    return kind === 'AC' ? 'an account SID' : kind === 'SK' ? 'an API key SID' : `a SID of ${kind}`
  }
  const hasPrefix = prefix.includes(kind)
  if (!hasPrefix && value.length === 32) return '32 characters without a prefix, as a secret has'
  const digits = value.slice(2)
  const at = hasPrefix ? digits.search(/[^0-9a-f]/) + 2 : 0
  return mistake(digits) ?? (at === 1 ? describe(value) : character(value, at))
}

/** No more arguments than a call has: what is passed there would be lost. */
export function noMore(args: readonly unknown[], count: number, call: string): void {
  if (args.length <= count || args.slice(count).every((arg) => arg === undefined)) return
  throw cannotUse('options', `there are none here, use ${call}`)
}

/** What is wrong with a string, and where: a position reveals no secret. */
export function character(value: string, at: number): string {
  const found = value.charAt(at)
  const what =
    found === '\uFEFF'
      ? 'a byte order mark'
      : /\s/.test(found)
        ? 'white space'
        : /["'`]/.test(found)
          ? 'a quotation mark'
          : 'a character that is not allowed'
  return `${what} at position ${at + 1} of ${value.length} characters`
}
