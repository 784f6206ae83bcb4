// What callers pass in: each check returns its argument, or says at once what is wrong with it and what would be right.
// No message quotes a text that was passed in, since a secret may stand in the wrong place.

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

const maxLifetime = 86_400 // https://www.twilio.com/docs/api/errors/31207
const maxNameLength = 256 // https://www.twilio.com/docs/voice/twiml/client
const lastSecond = 1e11 // in the year 5138: a clock beyond it counts milliseconds

/** A SID: two letters that tell its kind, then 32 hexadecimal digits, or fewer characters in examples such as AC123. */
export function sid(name: string, prefix: string, value: string): string {
  const isRight = isText(value) && value.startsWith(prefix) && /^..[0-9A-Za-z]+$/.test(value)
  return accept(name, value, isRight, `a string that starts with ${prefix}, then letters and digits`)
}

/** A secret: any text, whose UTF-8 is the key. */
export function secret(name: string, value: string): string {
  return accept(name, value, isText(value) && value !== '', 'a well-formed string, not empty')
}

/** A client's name: printable ASCII but for the characters that a URI cannot hold (RFC 2396 section 2.4.3). */
export function clientName(name: string, value: string): string {
  accept(
    name,
    value,
    isText(value) && /^[!$&-;=?-Z_a-z~]+$/.test(value),
    'a string of ASCII without spaces, control characters and <>#%"{}|\\^[]`',
  )
  return accept(name, value, value.length <= maxNameLength, `a string of at most ${maxNameLength} characters`, value.length)
}

/** Params, copied as the texts that reach Twilio. */
export function params(name: string, value: Params): Record<string, string | string[]> {
  const copy = Object.create(null) as Record<string, string | string[]> // where even __proto__ is only a name
  for (const [key, member] of Object.entries<unknown>(plainObject(name, value))) {
    if (member === undefined) continue
    const path = `${name}.${paramText(`a name in ${name}`, key)}`
    // Array.from and not map, which would leap over the holes of a sparse array.
    copy[key] = Array.isArray(member) ? Array.from(member, (item) => paramText(path, item)) : paramText(path, member)
  }
  return copy
}

/** The times of a token, as its claims have them. */
export function lifetime(options: GenerateOptions = {}): { iat: number; exp: number } {
  const { expires = 3600, now = Math.floor(Date.now() / 1000) } = plainObject('options', options)
  const iat = seconds('now', now, 0, lastSecond)
  return { iat, exp: iat + seconds('expires', expires, 1, maxLifetime) }
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

function paramText(name: string, value: unknown): string {
  const rule = 'a well-formed string, a finite number, a boolean or a list of these'
  return String(accept(name, value, isText(value) || Number.isFinite(value) || typeof value === 'boolean', rule))
}

// Refuses what has no properties of its own and would be lost in silence: a Map, URLSearchParams, the 600 in generate(600).
function plainObject<T extends object>(name: string, value: T): T {
  return accept(name, value, kindOf(value) === 'object', 'a plain object')
}

// `outOfRange` is what was found, where its type is right.
function accept<T>(name: string, value: T, isRight: boolean, rule: string, outOfRange?: number | string): T {
  if (isRight) return value
  const found = outOfRange ?? (value === '' ? 'an empty one' : typeof value === 'string' ? 'another' : kindOf(value))
  throw new (outOfRange === undefined ? TypeError : RangeError)(`Cannot use ${name}: it must be ${rule}, got ${found}`)
}

// Text in UTF-16 may hold half a character, which has no UTF-8.
function isText(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed()
}

// Neither typeof, which takes null and arrays for objects, nor instanceof, which fails for objects of another realm.
function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1).toLowerCase()
}
