// A token that contains a secret reveals it to everybody, but command and page do not show it once more.

import type { Finding } from '../index.ts'
import type { DecodedParts } from './decode.ts'
import { appendPointer } from './pointer.ts'

const minLength = 8 // of a secret that `diagnose` reports as exposed
const maxDepth = 100 // claims may be nested deeper than a stack can follow
const shown = '(a secret)'

/** Replaces the secrets in the header and the claims: those that are given, and what `diagnose` has found to be one. */
export function maskSecrets(
  { header, claims, ...rest }: DecodedParts,
  secrets: readonly string[],
  findings: readonly Finding[],
): DecodedParts {
  const exposed = findings.filter(({ rule }) => rule === 'secret-exposed')
  const places = new Set(exposed.map(({ pointer }) => pointer))
  const long = secrets.filter(({ length }) => length >= minLength)
  const maskText = (text: string) =>
    exposed.length === 0
      ? text
      : long.reduce((masked, secret) => masked.replaceAll(secret, shown), text)
  const mask = (value: unknown, pointer: string, depth: number): unknown => {
    if (typeof value === 'string') return places.has(pointer) ? shown : maskText(value)
    if (typeof value !== 'object' || value === null) return value
    if (depth === maxDepth) return '…'
    if (Array.isArray(value))
      return value.map((item, i) => mask(item, appendPointer(pointer, i), depth + 1))
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [
        maskText(name),
        mask(member, appendPointer(pointer, name), depth + 1),
      ]),
    )
  }
  return {
    ...rest,
    ...(header && { header: mask(header, '/header', 0) as typeof header }),
    ...(claims && { claims: mask(claims, '/claims', 0) as typeof claims }),
  }
}
