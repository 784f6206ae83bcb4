// What callers pass in: each check returns its argument, or says at once what is wrong with it and what would be right.
// No message quotes a text that was passed in, but for the names of params, since a secret may stand in the wrong place.

/** A value that reaches Twilio as text. */
export type ParamValue = string | number | boolean

/** Named values for a TwiML application or an event filter: a list repeats its name, `undefined` is left out. */
export type Params = Readonly<Record<string, ParamValue | readonly ParamValue[] | undefined>>

/** How long a token lives. */
export interface GenerateOptions {
  /** Lifetime in seconds, a whole number from 1 to 86400 (24 hours, Twilio's limit); 3600 if left out. */
  expires?: number
  /** The clock, in whole seconds since the epoch; the time of the call if left out. */
  now?: number
}

/** How a token's times are judged. */
export interface VerifyOptions {
  /** The clock, in whole seconds since the epoch; the time of the call if left out. */
  now?: number
  /** How far the clock may be wrong, in whole seconds; 0 if left out. */
  clockTolerance?: number
}

export const maxLifetime = 86_400 // https://www.twilio.com/docs/api/errors/31207
export const maxNameLength = 256 // https://www.twilio.com/docs/voice/twiml/client
export const lastSecond = 1e11 // in the year 5138: a clock beyond it counts milliseconds
const maxDepth = 500 // of what goes into a token as JSON: real grants have a few levels, and engines run out of stack at some thousands

/** A SID: two letters that tell its kind, then 32 hexadecimal digits, or fewer characters in examples such as AC123. */
export function sid(name: string, prefix: string, value: string): string {
  const isRight = isText(value) && value.startsWith(prefix) && /^[0-9A-Za-z]{3,}$/.test(value)
  return accept(
    name,
    value,
    isRight,
    `a string that starts with ${prefix}, then letters and digits`,
  )
}

/** A TaskRouter channel: a worker, a task queue or the workspace itself. */
export function channelSid(name: string, value: string, workspaceSid: string): string {
  const isRight = value === workspaceSid || (isText(value) && /^W[KQ][0-9A-Za-z]+$/.test(value))
  return accept(
    name,
    value,
    isRight,
    "a string that starts with WK or WQ, then letters and digits, or the workspace's SID",
  )
}

/** Any text but an empty one; a secret is one too, whose UTF-8 is the key. */
export function text(name: string, value: string): string {
  return accept(name, value, isText(value) && value !== '', 'a well-formed string, not empty')
}

/** One secret or several, as a list. */
export function secrets(name: string, value: string | readonly string[]): string[] {
  if (!Array.isArray(value)) return [text(name, value as string)] // narrowed by isArray, which does not know readonly lists
  accept(name, value, value.length > 0, 'a secret, or a list of at least one')
  return Array.from(value, (item: string) => text(name, item))
}

/** A client's name: printable ASCII but for the characters that a URI cannot hold (RFC 2396 section 2.4.3). */
export function clientName(name: string, value: string): string {
  const rule = 'a string of ASCII without spaces, control characters and <>#%"{}|\\^[]`'
  return shortText(name, accept(name, value, isText(value) && hasNameCharacters(value), rule))
}

/** Whom a token is for: in chat and video any text, while voice takes only a client's name. */
export function identity(name: string, value: string): string {
  return shortText(name, text(name, value))
}

/** One of Twilio's regions. */
export function region(name: string, value: string): string {
  return accept(name, value, isText(value) && /^[a-z][0-9a-z-]*$/.test(value), 'a word such as ie1')
}

/** The name of a grant: among the grants `identity` is something else. */
export function grantName(name: string, value: string): string {
  return accept(name, text(name, value), value !== 'identity', 'the name of a grant')
}

/** What a token may call. */
export function method(name: string, value: string): string {
  return accept(
    name,
    value,
    isText(value) && /^[A-Z]+$/.test(value),
    'an HTTP method in capital letters, such as GET',
  )
}

/** A yes or no. */
export function flag(name: string, value: boolean): boolean {
  return accept(name, value, typeof value === 'boolean', 'a boolean')
}

/** A SID, where there is one. */
export function optionalSid(
  name: string,
  prefix: string,
  value: string | undefined,
): string | undefined {
  return value === undefined ? value : sid(name, prefix, value)
}

/** What may be left out: checked where it is there. */
export function optional<T>(
  check: (name: string, value: T) => T,
  name: string,
  value: T | undefined,
): T | undefined {
  return value === undefined ? value : check(name, value)
}

/** Whether a text has at least one character, and only such as a client's name may have. */
export function hasNameCharacters(text: string): boolean {
  return /^[!$&-;=?-Z_a-z~]+$/.test(text)
}

/** Refuses what has no properties of its own and would be lost in silence: a Map, URLSearchParams, the 600 in generate(600). */
export function plainObject<T extends object>(name: string, value: T): T {
  // URLSearchParams by their iterator, since workerd gave its classes no name of their own before 2024-09-26.
  return accept(
    name,
    value,
    kindOf(value) === 'Object' && !(Symbol.iterator in value),
    'a plain object',
  )
}

/** Params, copied as the texts that reach Twilio. */
export function params(name: string, value: Params): Record<string, string | string[]> {
  const copy = Object.create(null) as Record<string, string | string[]> // where even __proto__ is only a name
  for (const [key, member] of Object.entries<unknown>(plainObject(name, value))) {
    if (member === undefined) continue
    const path = `${name}.${key}`
    paramText(path, key)
    // Array.from and not map, which would leap over the holes of a sparse array.
    copy[key] = Array.isArray(member)
      ? Array.from(member, (item) => paramText(path, item))
      : paramText(path, member)
  }
  return copy
}

/** A copy of what JSON can hold, all the way down: no later change reaches it, and nothing in it is lost on the way to Twilio. */
export function json<T extends object>(name: string, value: T): T {
  return copyJson(name, plainObject(name, value), []) as T // its type is that of what it copies
}

/** A copy of what `json` has accepted: no caller changes ours by it, and nothing is checked twice. */
export function copy<T extends object>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T // which makes own properties, also of names such as __proto__
}

/** A point in time. */
export function time(name: string, value: number): number {
  return seconds(name, value, 0, lastSecond)
}

/** The times of a token, as its claims have them. */
export function lifetime(options: GenerateOptions = {}): { iat: number; exp: number } {
  const { expires = 3600, now = Math.floor(Date.now() / 1000) } = plainObject('options', options)
  return {
    iat: seconds('now', now, 0, lastSecond),
    exp: now + seconds('expires', expires, 1, maxLifetime),
  }
}

/** The clock by which a token is judged, and how far it may be wrong. */
export function clock({
  now = Math.floor(Date.now() / 1000),
  clockTolerance = 0,
}: VerifyOptions): Required<VerifyOptions> {
  return {
    now: seconds('now', now, 0, lastSecond),
    clockTolerance: seconds('clockTolerance', clockTolerance, 0, lastSecond),
  }
}

function seconds(name: string, value: number, min: number, max: number): number {
  const rule = `a whole number of seconds from ${min} to ${max}`
  accept(name, value, typeof value === 'number', rule)
  return accept(
    name,
    value,
    Number.isInteger(value) && value >= min && value <= max,
    rule,
    value > max ? `${value} (milliseconds?)` : value,
  )
}

function shortText(name: string, value: string): string {
  return accept(
    name,
    value,
    value.length <= maxNameLength,
    `a string of at most ${maxNameLength} characters`,
    value.length,
  )
}

function paramText(name: string, value: unknown): string {
  const rule = 'a well-formed string, finite number, boolean or list of these'
  return String(
    accept(
      name,
      value,
      isText(value) || Number.isFinite(value) || typeof value === 'boolean',
      rule,
    ),
  )
}

// JSON.stringify would write NaN as null, a Map as {}, and leave out functions and symbols; `undefined` is left out only where a member may be.
function copyJson(path: string, value: unknown, parents: readonly unknown[]): unknown {
  const isLeaf =
    value === null || isText(value) || typeof value === 'boolean' || Number.isFinite(value)
  const isRight =
    isLeaf ||
    (parents.length < maxDepth &&
      (Array.isArray(value) || isPlain(value)) &&
      !parents.includes(value))
  accept(
    path,
    value,
    isRight,
    `of plain objects and lists without cycles, at most ${maxDepth} deep, well-formed strings, finite numbers, booleans and null`,
  )
  if (typeof value !== 'object' || value === null) return value
  const inside = [...parents, value]
  if (Array.isArray(value))
    return Array.from(value, (item, i) => copyJson(`${path}[${i}]`, item, inside))
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  // fromEntries makes own properties, also of names such as __proto__.
  return Object.fromEntries(
    members.map(([key, member]) => [
      paramText(`a name in ${path}`, key),
      copyJson(`${path}.${key}`, member, inside),
    ]),
  )
}

// An object of its own making, which JSON.stringify writes in full: no instance of a class, no symbols for names.
function isPlain(value: unknown): value is object {
  if (kindOf(value) !== 'Object') return false
  const prototype = Object.getPrototypeOf(value) as object | null
  const isBase = prototype === null || Object.getPrototypeOf(prototype) === null // and not Object.prototype, for objects of another realm
  return isBase && Object.getOwnPropertySymbols(value).length === 0
}

// `outOfRange` is what was found, where its type is right.
function accept<T>(
  name: string,
  value: T,
  isRight: boolean,
  rule: string,
  outOfRange?: number | string,
): T {
  if (isRight) return value
  const found = outOfRange ?? (value === '' ? 'empty string' : kindOf(value))
  throw new (outOfRange === undefined ? TypeError : RangeError)(
    `Cannot use ${name}: it must be ${rule}, got ${found}`,
  )
}

// Text in UTF-16 may hold half a character, which has no UTF-8.
function isText(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed()
}

// The name that ECMAScript gives a value's type, or a built-in class: not typeof, which takes null and arrays for objects, and not instanceof,
// which fails for objects of another realm.
function kindOf(value: unknown): string {
  return {}.toString.call(value).slice(8, -1)
}
