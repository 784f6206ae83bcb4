// What every rule looks at: the token taken apart, its kind, and the time by which it is judged.

import { contentType } from '../access-token.ts'
import { own, type Claims } from '../claims.ts'
import * as contents from '../contents.ts'
import { parseQuery, splitOnce, splitQuery } from './encoding.ts'
import { isAlike } from './likeness.ts'

export { contentType }

/** A token whose header and claims could be read. */
export interface ReadToken {
  header: Claims
  claims: Claims
  /** The text of header and claims, as JSON. */
  json: readonly [header: string, claims: string]
  /** The parts, as they were pasted. */
  parts: readonly [header: string, claims: string, signature: string]
}

/** A token to judge. */
export interface Subject {
  /** The kind of the token. A client validation token is not a token for an SDK, so only its parties and times are judged. */
  kind: contents.TokenContents['kind'] | 'validation' | 'unknown'
  header: Claims
  claims: Claims
  /** The scopes of a capability token, each once. */
  scopes: readonly ScopeUri[]
  /** The current time, in seconds since the epoch. */
  now: number
  clockTolerance: number
}

/** A scope, taken apart but not judged. */
export interface ScopeUri {
  uri: string
  /** What is before the question mark. */
  name: string
  /** Names and values of the query, decoded. */
  query: readonly (readonly [name: string, value: string])[]
  /** Whether the percent-encoding of the query is malformed. Names and values are then as they were. */
  isMalformed: boolean
  /** Whether it is more than one scope, with something else than a space between them. */
  isJoined: boolean
}

/** Finds out what a token is. A `cty` by itself announces an access token, but it does not hide what a token has. */
export function kindOf(header: Claims, claims: Claims): Subject['kind'] {
  const cty = own(header, 'cty')
  if (cty === 'twilio-pkrv;v=1') return 'validation'
  const isNamed = ['policies', 'scope'].some((name) => Object.hasOwn(claims, name))
  if (!isNamed && isAccessType(cty)) return 'access'
  return contents.kindOf({}, claims) ?? 'unknown'
}

/** Whether a `cty` is an access token's, also misspelled: `twilio-fpa`, `twilio-fpa;v=2`, `Twilio-FPA; v=1`. */
export function isAccessType(cty: unknown): boolean {
  return typeof cty === 'string' && (isAlike(cty, contentType) || /^twilio\W|\Wfpa\b/i.test(cty))
}

/** The scopes of a capability token. */
export function scopesOf(kind: Subject['kind'], claims: Claims): ScopeUri[] {
  const scope = own(claims, 'scope')
  if (kind !== 'capability' || typeof scope !== 'string') return []
  const uris = Array.from(new Set(scope.split(' '))).filter((uri) => uri !== '')
  return uris.map((uri, i) => parseScopeUri(uri, i < uris.length - 1))
}

/** A pointer to a member of what another pointer leads to: RFC 6901. */
export function at(pointer: string, name: string | number): string {
  return `${pointer}/${String(name).replace(/~/g, '~0').replace(/\//g, '~1')}`
}

function parseScopeUri(uri: string, hasNext: boolean): ScopeUri {
  const [name, query] = splitOnce(uri, '?')
  const pairs = parseQuery(query)
  return {
    uri,
    name,
    query: pairs ?? splitQuery(query),
    isMalformed: pairs === undefined,
    // Params are encoded, so a scope in the middle of another can only be the next one.
    isJoined:
      /[,;+|&]\s*scope:|\sscope:|[^:]scope:(client|stream):/.test(uri) ||
      (hasNext && /[,;]$/.test(uri)),
  }
}
