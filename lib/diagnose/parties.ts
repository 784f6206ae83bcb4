// Who has issued a token, and for which account. https://www.twilio.com/docs/api/errors/20103

import { own } from '../claims.ts'
import { isReadableSid } from '../names.ts'
import { codesOf, error, type Draft } from './finding.ts'
import { isSidPlaceholder, identityInSubject } from './identity.ts'
import { isSecretLike, show, showSid } from './show.ts'
import { at, type Subject } from './subject.ts'

/** The SID that belongs in a claim. */
interface Party {
  claim: 'iss' | 'sub'
  prefix: 'AC' | 'SK'
  /** What a fix calls it. */
  noun: string
}

const account = { prefix: 'AC', noun: 'the account SID, AC…' } as const
const apiKey = { prefix: 'SK', noun: 'the API key SID, SK…' } as const

/** Judges the issuer and, in an access token, the account. */
export function* checkParties(subject: Subject): Generator<Draft> {
  const { kind, claims } = subject
  if (kind === 'capability' || kind === 'taskrouter') {
    yield* checkParty({ claim: 'iss', ...account }, own(claims, 'iss'))
    return
  }
  const { iss, sub } = { iss: own(claims, 'iss'), sub: own(claims, 'sub') }
  const isSwapped = isReadableSid(iss, 'AC') && isReadableSid(sub, 'SK')
  if (isSwapped && !isSidPlaceholder(iss) && !isSidPlaceholder(sub)) {
    const detail = `iss is ${show(iss)}, an account, and sub is ${show(sub)}, an API key`
    const fix = `Exchange them: iss is ${apiKey.noun}, and sub is ${account.noun}`
    yield error('party-swapped', '/claims/iss', detail, fix)
    return
  }
  yield* checkParty({ claim: 'iss', ...apiKey }, iss)
  if (identityInSubject(subject) === undefined) {
    yield* checkParty({ claim: 'sub', ...account }, sub)
  }
}

/** Judges the id of a token, which may be any string. */
export function* checkId({ claims }: Subject): Generator<Draft> {
  const jti = own(claims, 'jti')
  if (jti === undefined || typeof jti === 'string') return
  const fix = 'Set jti to a unique string, or omit it'
  yield error('jti-form', '/claims/jti', `jti is ${show(jti)}, which is not a string`, fix)
}

/**
 * Finds given secrets in header and claims, where everybody can read them.
 *
 * @returns The places where there is nothing but a secret.
 */
export function* checkExposure(
  { kind, header, claims }: Subject,
  json: readonly string[],
  secrets: readonly string[],
): Generator<Draft, Set<string>> {
  const wholly = new Set<string>()
  if (kind === 'unknown') return wholly
  for (const secret of new Set(secrets.map((given) => given.trim()))) {
    if (!isRevealing(secret)) continue
    // An escape in the JSON may hide it.
    if (!json.some((text) => text.includes(secret) || text.includes('\\'))) continue
    for (const [pointer, text] of stringsOf({ header, claims })) {
      if (!text.includes(secret)) continue
      if (text.trim() === secret) wholly.add(pointer)
      const isParty = pointer === '/claims/iss' || pointer === '/claims/sub'
      yield error(
        'secret-exposed',
        pointer,
        'a secret that was given is in the token, where everybody can read it',
        'Rotate the secret, and remove it from the token',
        isParty ? codesOf['party-form'] : undefined,
      )
    }
  }
  return wholly
}

function* checkParty({ claim, prefix, noun }: Party, value: unknown): Generator<Draft> {
  const pointer = `/claims/${claim}`
  const fix = `Set ${claim} to ${noun}`
  const found = () => `${claim} is ${showSid(value)}`
  if (value === undefined || value === null || value === '') {
    const what = value === '' ? 'empty' : show(value)
    yield error('party-missing', pointer, `${claim} is ${what}`, fix)
  } else if (typeof value === 'string' && isSecretLike(value)) {
    yield error(
      'secret-exposed',
      pointer,
      `${claim} is 32 hexadecimal digits without a prefix, which looks like a secret, and everybody can read it`,
      `${fix}, and rotate the secret if it is one`,
      codesOf['party-form'],
    )
  } else if (isSidPlaceholder(value)) {
    yield error('party-placeholder', pointer, `${found()}, a placeholder`, fix)
  } else if (isReadableSid(value, prefix)) {
    return
  } else if (isReadableSid(value) && /[0-9a-z]/.test(value)) {
    yield error('party-kind', pointer, `${found()}, a SID of another kind`, fix)
  } else {
    yield error('party-form', pointer, `${found()}, ${sidFlaw(prefix, value)}`, fix)
  }
}

// Short strings are in every token, and a SID or a placeholder reveals nothing.
function isRevealing(secret: string): boolean {
  if (secret.length < 8 || /^([x*]+|\[object .*)$/is.test(secret)) return false
  return !isReadableSid(secret) && !isSidPlaceholder(secret)
}

// Every string, and every name or index under the pointer of its object. Without recursion, because JSON may be nested deeper than
// a stack.
function* stringsOf(root: object): Generator<[pointer: string, text: string]> {
  const queue: [pointer: string, value: unknown][] = [['', root]]
  for (let next = queue.pop(); next; next = queue.pop()) {
    const [pointer, value] = next
    if (typeof value === 'string') yield [pointer, value]
    if (typeof value !== 'object' || value === null) continue
    const members = Object.entries(value) as [string, unknown][]
    for (const [name, member] of members.reverse()) {
      yield [pointer, name]
      queue.push([at(pointer, name), member])
    }
  }
}

function sidFlaw(prefix: string, value: unknown): string {
  if (typeof value !== 'string') return 'which is not a string'
  if (value !== value.trim()) return 'with white space around it'
  if (isReadableSid(value.slice(0, 2).toUpperCase() + value.slice(2), prefix))
    return 'with a prefix in lower case'
  if (value.length !== 34 && /^[A-Z]{2}[0-9a-f]*$/i.test(value))
    return `with ${value.length} characters, but a SID has 34`
  return 'which is not a SID'
}
