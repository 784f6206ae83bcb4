// How a value appears in a finding: shortened, and without anything of a secret.

import { isObject } from '../claims.ts'

const maxShown = 80

/** A value in a few words. What is nested is not shown, however deep. */
export function show(value: unknown): string {
  if (value === undefined) return 'missing'
  if (Array.isArray(value)) return 'an array'
  if (isObject(value)) return 'an object'
  // JSON numbers beyond the range are Infinity.
  return typeof value === 'string' ? shorten(value) : String(value)
}

/** A value where a SID belongs. Somebody may have put a secret there, so only what has the form of a SID is shown. */
export function showSid(value: unknown): string {
  if (typeof value !== 'string' || value === '') return show(value)
  const isSecret = /^[0-9a-fA-F]{32}$/.test(value.trim())
  return !isSecret && /^\s*[A-Za-z]{2}([0-9a-fA-F]{8,40}|\w{1,13}|([^0-9a-fA-F])\2+)\s*$/.test(value)
    ? show(value)
    : `a string of ${value.length} characters`
}

/** A point in time, as a number and as a date. */
export function showTime(seconds: number): string {
  const milliseconds = seconds * 1000
  const isDate = milliseconds >= 0 && milliseconds < 8.64e15
  return isDate
    ? `${seconds} (${new Date(milliseconds).toISOString().replace(/\.\d+/, '')})`
    : `${seconds}`
}

function shorten(text: string): string {
  return text.length > maxShown
    ? `${JSON.stringify(text.slice(0, maxShown))}… (${text.length} characters)`
    : JSON.stringify(text)
}
