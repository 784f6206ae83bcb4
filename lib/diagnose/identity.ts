// Whom a token is for: the identity of an access token, and the client names of a capability token.
//
// https://www.twilio.com/docs/voice/twiml/client, and RFC 2396 section 2.4.3 for the characters.

import { isObject, own } from '../claims.ts'
import { maxNameLength } from '../limits.ts'
import { hasNameCharacters, isReadableSid } from '../names.ts'
import { error, warning, type Draft } from './finding.ts'
import { meantGrant } from './likeness.ts'
import { isSecretLike, show } from './show.ts'
import { at, type Subject } from './subject.ts'

const place = '/claims/grants/identity'
const fixMissing = 'Set identity in the grants to the user that the token is for'

/** A name of a user, and where it is. */
interface Name {
  value: string
  pointer: string
  /** What the name is called. */
  noun: 'identity' | 'clientName'
  /** Whether the name is the address of a client, because of a voice grant or in a capability token. */
  isClient: boolean
}

/** Judges the identity of an access token, or the client names of a capability token. */
export function* checkIdentity(subject: Subject): Generator<Draft> {
  const grants = own(subject.claims, 'grants')
  if (subject.kind === 'access' && isObject(grants)) yield* checkIdentityOf(grants, subject)
  for (const value of clientNames(subject)) {
    const pointer = '/claims/scope'
    if (value !== '') yield* checkName({ value, pointer, noun: 'clientName', isClient: true })
    else yield error('identity-form', pointer, 'clientName is empty', 'Set clientName to a name')
  }
}

/** The identity, if it is in `sub` instead of the grants. */
export function identityInSubject({ kind, claims }: Subject): string | undefined {
  const { grants, sub } = { grants: own(claims, 'grants'), sub: own(claims, 'sub') }
  if (kind !== 'access' || !isObject(grants) || Object.hasOwn(grants, 'identity')) return undefined
  if (typeof sub !== 'string' || elsewhere(claims, grants) !== undefined) return undefined
  const isSidAttempt = /^\s*([A-Z]{2}[0-9a-f]{8}|(AC|SK)(?![a-z]))|^\s*$/i.test(sub)
  const isOther = isSidAttempt || isReadableSid(sub) || isSidPlaceholder(sub)
  return isOther || isSecretLike(sub) ? undefined : sub
}

/** Whether a value is what remains of a variable that was not set, or of a template that was not filled in. */
export function isPlaceholder(value: string): boolean {
  return /^(undefined|null|NaN|\[object \w+\])$/.test(value) || isTemplate(value)
}

/** Whether a value is a placeholder where a SID belongs. */
export function isSidPlaceholder(value: unknown): boolean {
  if (typeof value !== 'string') return false
  return (
    /^(?!(.)\1\1)[A-Z]{2}([^0-9A-F])\2{2,}$/i.test(value) || // ACxxxx
    /^your/i.test(value) ||
    /^\W*(process\.env\.|ENV\W+)?[A-Z][A-Z0-9]*(_[A-Z0-9]+)+\W*$/.test(value) || // TWILIO_ACCOUNT_SID
    value === 'None' ||
    (isPlaceholder(value) && !value.startsWith('[object'))
  )
}

function* checkIdentityOf(grants: Subject['claims'], subject: Subject): Generator<Draft> {
  const value = own(grants, 'identity')
  if (!Object.hasOwn(grants, 'identity')) {
    yield* checkMissing(grants, subject)
  } else if (typeof value !== 'string' || value === '') {
    const detail = `identity is ${value === '' ? 'empty' : `${show(value)}, which is not a string`}`
    yield error('identity-form', place, detail, fixMissing)
  } else {
    const isClient = Object.keys(grants).some((name) => meantGrant(name) === 'voice')
    yield* checkName({ value, pointer: place, noun: 'identity', isClient })
  }
}

function* checkMissing(grants: Subject['claims'], subject: Subject): Generator<Draft> {
  const inSubject = identityInSubject(subject) !== undefined ? '/claims/sub' : undefined
  const pointer = elsewhere(subject.claims, grants) ?? inSubject
  if (pointer !== undefined) {
    const detail = `the identity is at "${pointer}", but Twilio reads it from ${place}`
    const fix =
      pointer === '/claims/sub'
        ? 'Move the identity into grants, and set sub to the account SID, AC…'
        : 'Move the identity into grants'
    yield error('identity-place', pointer, detail, fix)
    return
  }
  const products = Object.keys(grants).map(meantGrant)
  const isNeeded = products.some((name) => name !== undefined && name !== 'task_router')
  const draft = isNeeded ? error : warning
  yield draft('identity-missing', place, 'the grants have no identity', fixMissing)
}

// Where the identity is, if it is beside the grants or inside one of them.
function elsewhere(claims: Subject['claims'], grants: Subject['claims']): string | undefined {
  if (isName(own(claims, 'identity'))) return '/claims/identity'
  const inside = Object.entries(grants).find(
    ([, grant]) => isObject(grant) && isName(own(grant, 'identity')),
  )
  return inside && at(at('/claims/grants', inside[0]), 'identity')
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

// A name that is there once; others are mistakes of the scope.
function clientNames({ scopes }: Subject): Set<string> {
  const names = new Set<string>()
  for (const { name, query, isMalformed, isJoined } of scopes) {
    if (isMalformed || isJoined || !/^scope:client:(incoming|outgoing)$/.test(name)) continue
    const values = query.filter(([member]) => member === 'clientName')
    if (values.length === 1 && values[0]) names.add(values[0][1])
  }
  return names
}

// Each name yields one finding.
function* checkName({ value, pointer, noun, isClient }: Name): Generator<Draft> {
  const found = `${noun} is ${show(value)}`
  if (isClient && !hasNameCharacters(value)) {
    const why = isPlaceholder(value)
      ? 'a variable that was not set or a template that was not filled in'
      : `with ${strangeCharacter(value)}, which a client cannot have`
    const fix = 'Use only ASCII letters, digits and _: no spaces, and none of <>#%"{}|\\^[]`'
    yield error('identity-characters', pointer, `${found}, ${why}`, fix)
  } else if (value.length > maxNameLength) {
    const detail = `${found}, but at most ${maxNameLength} are allowed`
    yield error('identity-length', pointer, detail, `Use at most ${maxNameLength} characters`)
  } else if (isPlaceholder(value)) {
    const detail = `${found}, which looks like a variable that was not set or an unfilled template`
    yield warning('identity-placeholder', pointer, detail, `Set ${noun} to the name of the user`)
  } else if (isClient && !/^\w{1,121}$/.test(value)) {
    const detail = `${found}, of ${value.length} characters, which only newer SDKs accept`
    yield warning('identity-portable', pointer, detail, 'Use at most 121 letters, digits and _')
  }
}

function strangeCharacter(value: string): string {
  const character = Array.from(value.slice(0, 2 * maxNameLength)).find(
    (one) => !hasNameCharacters(one),
  )
  return character === ' '
    ? 'a space'
    : character === undefined
      ? 'other characters'
      : JSON.stringify(character)
}

// Wholly inside single brackets, but anywhere inside double ones: "Jane <jane@example.com>" is a name.
function isTemplate(value: string): boolean {
  return (
    /\{\{[^{}]*\}\}|[$#%]\{[^{}]*\}|<%[^<>]*%>/.test(value) ||
    /^(<{1,2}[^<>]*>{1,2}|\{\w*\}|%\w+%|%s|[$%]\(\w+\)s?|\[\[[^[\]]*\]\])$/.test(value)
  )
}
