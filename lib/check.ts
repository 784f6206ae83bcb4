// Arguments: each check returns its argument, or throws an error that says what is wrong and what would be right.
// Messages never quote string arguments, except the names of params, because a secret may be in the wrong place.

import { describe, isPlain, isWellFormed } from './describe.ts'
import { maxDepth, maxNameLength } from './limits.ts'
import { hasNameCharacters, isRegion, isSid, regionOfEdge } from './names.ts'

/** A `TypeError` about an argument. Its property `argument` lets a server tell its caller's mistakes from its own. */
export function invalid(
  argument: string,
  rule: string,
  got: string,
  Mistake: TypeErrorConstructor | RangeErrorConstructor = TypeError,
): TypeError {
  return about(argument, new Mistake(cannotUse(argument, `it must be ${rule}, got ${got}`)))
}

/** The same for a number or a length that is out of range. */
export function outOfRange(argument: string, rule: string, got: string): RangeError {
  return invalid(argument, rule, got, RangeError)
}

/** The message of every error about an argument. */
export function cannotUse(argument: string, reason: string): string {
  return `Cannot use ${argument}: ${reason}`
}

/** Names the argument that an error is about. */
export function about<E extends Error>(argument: string, error: E): E & { argument: string } {
  return Object.assign(error, { argument })
}

/** A SID of the given prefix, or of one of two: `WK or WQ`. */
export function sid(argument: string, prefix: string, value: string | undefined): string {
  const isRight = isSid(value, prefix) || prefix.split(' or ').some((each) => isSid(value, each))
  if (value !== undefined && isRight) return value
  throw invalid(argument, `${prefix} and 32 lower-case hexadecimal digits`, sidFlaw(value, prefix))
}

/** A secret, whose UTF-8 is the key. What cannot be a secret is rejected, before it signs tokens that Twilio rejects. */
export function secret(argument: string, value: string): string {
  const flaw = isWellFormed(value) ? secretFlaw(value) : notSet(value)
  if (flaw === undefined) return value
  throw invalid(argument, 'a secret', flaw)
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
  text(argument, value)
  if (hasNameCharacters(value)) return shortText(argument, value)
  const at = Array.from(value).findIndex((character) => !hasNameCharacters(character))
  const rule = 'printable ASCII without space and <>#%"{}|\\^[]`'
  throw invalid(argument, rule, character(value, at))
}

/** An identity: any string for chat and video, while voice accepts only a client name. */
export function identity(argument: string, value: string): string {
  return shortText(argument, text(argument, value))
}

/** One of Twilio's regions. */
export function region(argument: string, value: string): string {
  if (isRegion(value)) return value
  const meant = typeof value === 'string' ? value.toLowerCase().trim() : ''
  const home = regionOfEdge(meant) ?? (isRegion(meant) ? meant : undefined)
  const got =
    home === undefined
      ? describe(value)
      : home === 'us1' && meant !== home
        ? 'an edge without a region of its own: omit it'
        : `another spelling or an edge of ${home}`
  throw invalid(argument, 'a region such as us1, ie1 or au1', got)
}

/** A boolean. */
export function boolean(argument: string, value: boolean): boolean {
  if (typeof value === 'boolean') return value
  throw invalid(argument, 'true or false', notSet(value))
}

/** A whole number of seconds within a range. */
export function seconds(argument: string, value: number, min: number, max: number): number {
  const rule = `a whole number of seconds from ${min} to ${max}`
  const isRight = (number: number) => Number.isInteger(number) && number >= min && number <= max
  if (typeof value !== 'number') throw invalid(argument, rule, describe(value))
  if (isRight(value)) return value
  const hint = value > max && isRight(value / 1000) ? ' (milliseconds?)' : ''
  throw outOfRange(argument, rule, `${value}${hint}`)
}

/** An object with properties of its own: a Map, a class instance or the 600 in `generate(600)` would be lost in silence. */
export function plainObject<T extends object>(
  argument: string,
  value: T | undefined,
  call?: string,
): T {
  if (isPlain(value)) return value
  throw invalid(
    argument,
    call === undefined ? 'a plain object' : `a plain object, as in ${call}`,
    call === undefined ? notSet(value) : describe(value),
  )
}

/**
 * Params or filters, copied as the texts that reach Twilio. Those that are `undefined` are omitted, or rejected where the token
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
 * A copy of what JSON can hold, all the way down: no later change reaches it, and nothing in it is lost on the way to Twilio.
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

const hint = ': is it set in the environment?'

/** The same for a setting: one that is missing is most often a variable that is not set. */
export function notSet(value: unknown): string {
  return describe(value) + (value === undefined ? hint : '')
}

function sidFlaw(value: unknown, prefix: string): string {
  if (!isWellFormed(value) || value === '') return notSet(value)
  const kind = value.slice(0, 2)
  const digits = value.slice(2)
  if (isSid(value, '')) {
    return kind === 'AC' ? 'an account SID' : kind === 'SK' ? 'an API key SID' : `a SID of ${kind}`
  }
  if (value.length === 32 && !/^[A-Z]{2}[0-9a-f]+$/.test(value)) {
    return '32 characters without a prefix, as a secret has'
  }
  const at = prefix.includes(kind) ? digits.search(/[^0-9a-f]/) + 2 : 0
  return standIn(value) ?? standIn(digits) ?? (at === 1 ? describe(value) : character(value, at))
}

// White space *inside* a secret is odd, but the secrets of examples are sentences.
function secretFlaw(value: string): string | undefined {
  if (value === '') return describe(value)
  const at = /^\s/.test(value) ? 0 : value.search(/\s$/)
  if (at >= 0) return character(value, at)
  if (/^["'`‘“].*["'`’”]$/s.test(value)) return 'quotation marks around it'
  if (/^[A-Z]{2}[0-9a-fA-F]{32}$/.test(value)) return 'a SID'
  return /^eyJ[^.]*\.[^.]*\.[^.]*$/.test(value)
    ? 'a token: the call is verify(token, secret)'
    : standIn(value)
}

// What is in the place of a value that nobody has set.
function standIn(value: string): string | undefined {
  if (/^(undefined|null|NaN|\[object .*)$/.test(value)) return `a missing value as text${hint}`
  return /^(your\S*|<.*>|\{\{.*\}\}|\$\{.*\}|[x*]{8,}|TWILIO_\w*)$/is.test(value)
    ? 'a placeholder'
    : undefined
}

/** What is wrong with a text, and where: a position reveals no secret. */
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
