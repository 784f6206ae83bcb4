// How a value appears in a finding: shortened, and without anything of a secret.

import { isObject } from '../claims.ts'
import { decodeLoosely, decodePercent } from './encoding.ts'
import type { Draft } from './finding.ts'

const maxShown = 80

// So many characters of a secret, one after the other, are never shown.
const maxRevealed = 7

/** A value in a few words. What is nested is not shown, however deep. */
export function show(value: unknown): string {
  if (value === undefined) return 'missing'
  if (Array.isArray(value)) return 'an array'
  if (isObject(value)) return 'an object'
  // JSON numbers beyond the range are Infinity.
  return typeof value === 'string' ? shorten(value) : `${value as number | boolean | null}`
}

/** A value where a SID belongs. The caller may have put a secret there, so only what has the form of a SID is shown. */
export function showSid(value: unknown): string {
  if (typeof value !== 'string' || value === '') return show(value)
  const isSecret = /^[0-9a-fA-F]{32}$/.test(value.trim())
  return !isSecret &&
    /^\s*[A-Za-z]{2}([0-9a-fA-F]{8,40}|\w{1,13}|([^0-9a-fA-F])\2+)\s*$/.test(value)
    ? show(value)
    : `a string of ${value.length} characters`
}

/** Whether a value is 32 hexadecimal digits without a prefix, as auth tokens are. AC is hexadecimal too, but begins a SID. */
export function isSecretLike(value: string): boolean {
  return /^(?!AC[0-9a-f]*$)[0-9a-fA-F]{32}$/.test(value)
}

/** A point in time, as a number and as a date. */
export function showTime(seconds: number): string {
  const milliseconds = seconds * 1000
  const isDate = Math.abs(milliseconds) <= 8.64e15 // what a Date can represent
  return isDate
    ? `${seconds} (${new Date(milliseconds).toISOString().replace(/\.\d+/, '')})`
    : `${seconds}`
}

function shorten(text: string): string {
  return text.length > maxShown
    ? `${JSON.stringify(text.slice(0, maxShown))}… (${text.length} characters)`
    : JSON.stringify(text)
}

/** Hides what a finding shows of a secret, as it was given or decoded, also if only a piece of it is shown. */
export function hiderOf(secrets: readonly string[]): (draft: Draft) => Draft {
  let pieces: Set<string> | undefined
  return (draft) => {
    const { detail, fix, pointer } = draft
    // What is shown of a token is in quotes, a number, or a name in a pointer.
    const mayReveal = /"|\d{8}/.test(detail + fix) || /^\/\w+\/.{8}/s.test(pointer)
    if (secrets.length === 0 || !mayReveal) return draft
    const known = (pieces ??= new Set(secrets.flatMap(spellingsOf).flatMap(piecesOf)))
    const isRevealing = (text: string) => piecesOf(text).some((piece) => known.has(piece))
    const hideIn = (text: string) =>
      isRevealing(text) ? text.replace(/".*"/gs, '"…"').replace(/\d{8,}/g, '…') : text
    let place = pointer
    while (isRevealing(place)) place = place.slice(0, place.lastIndexOf('/'))
    return { ...draft, detail: hideIn(detail), fix: hideIn(fix), pointer: place }
  }
}

// In lower case, because a secret in another letter case reveals as much.
function piecesOf(text: string): string[] {
  const lower = text.toLowerCase()
  const count = Math.max(0, lower.length - maxRevealed)
  return Array.from({ length: count }, (_, i) => lower.slice(i, i + maxRevealed + 1))
}

function spellingsOf(secret: string): string[] {
  const bare = secret
    .trim()
    .replace(/^\w+=(?=[^=])/, '')
    .replace(/^["'`]|["'`]$/g, '')
  const hex = bare.replace(/[0-9a-f]{2}/gi, (byte) => String.fromCharCode(parseInt(byte, 16)))
  return [secret, new TextDecoder().decode(decodeLoosely(bare)), decodePercent(bare), hex]
}
