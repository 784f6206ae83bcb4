// What a value is: every message that says what was found uses the same words.

/** What a value is, in words, without what it contains. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null || (typeof value === 'number' && !Number.isFinite(value))) return String(value)
  if (value === '') return 'an empty string'
  if (typeof value === 'string')
    return isWellFormed(value) ? `a string of ${value.length} characters` : 'a lone surrogate'
  if (Array.isArray(value)) return 'an array'
  if (isPlain(value)) return 'an object'
  const name = typeof value === 'object' ? typeName(value) : typeof value
  if (name === 'Object') return 'an object that is not plain'
  if (name === 'Promise') return 'a Promise: await it'
  return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`
}

/** Whether UTF-8 can encode a value: a string in UTF-16 may contain half a character. */
export function isWellFormed(value: unknown): value is string {
  return typeof value === 'string' && !/\p{Surrogate}/u.test(value)
}

/** Whether a value is an object of its own making: no instance of a class, nothing inherited, no symbols for names. */
export function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value) as object | null
  // Not Object.prototype itself, which an object of another realm does not have.
  const isBase = prototype === null || Object.hasOwn(prototype, 'isPrototypeOf')
  return isBase && Object.getOwnPropertySymbols(value).length === 0
}

// The name that ECMAScript gives a value's type or built-in class: typeof calls null and arrays objects, and instanceof
// fails for objects of another realm.
function typeName(value: unknown): string {
  return {}.toString.call(value).slice(8, -1)
}
