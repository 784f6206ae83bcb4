// How a value appears in a finding.

import { isObject } from '../claims.ts'

export function formatTime(seconds: number): string {
  return seconds < 0 ? 'before 1970' : new Date(seconds * 1000).toISOString()
}

// Where a SID should stand somebody may have put a secret: only what has a SID's form is shown.
export function showSid(value: unknown): string {
  return typeof value !== 'string' || /^[A-Z]{2}([0-9a-f]{32}|\w{1,8})$/.test(value)
    ? show(value)
    : `a text of ${value.length} characters`
}

// A finding shows what is wrong, but neither the whole of a long text nor what is nested, however deep.
export function show(value: unknown): string {
  if (value === undefined) return 'missing'
  if (Array.isArray(value)) return 'a list'
  return isObject(value) ? 'an object' : shorten(JSON.stringify(value))
}

export function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
