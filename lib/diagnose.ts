// What Twilio would say of a token, as far as the token, and the secret where it is given, can show. The meaning of each code is Twilio's page
// https://www.twilio.com/docs/api/errors/CODE; the limits and habits behind the warnings have their page beside them.

import * as base64url from './base64url.ts'
import * as check from './check.ts'
import * as limits from './limits.ts'
import { kindOf as kindOfToken, readContents as read } from './contents.ts'
import { hasNameCharacters } from './names.ts'
import { options as checkOptions, verifyTimes } from './options.ts'
import { isObject, parseTime, type Claims } from './claims.ts'
import { TokenError } from './error.ts'
import * as jwt from './jwt.ts'
import { parseScope } from './scope.ts'
import type { Secret, VerifyOptions } from './verify.ts'

/** The secret, or several, that may have signed a token, and the clock by which it is judged. */
export interface DiagnoseOptions extends Omit<VerifyOptions, 'kind'> {
  /** The account's auth token, or the API key's secret for an access token; the signature is not looked at where it is left out. */
  secret?: Secret
}

/** One thing that is wrong with a token, or will be. */
export interface Finding {
  /** Twilio's error code. */
  code: number
  /** Twilio refuses the token, or takes it for now or from some clients only. */
  severity: 'error' | 'warning'
  /** What the code means. */
  title: string
  /** What exactly is wrong in this token. */
  detail: string
  /** How to mend it. */
  fix: string
}

const titles = {
  20101: 'Invalid access token',
  20102: 'Invalid access token header',
  20103: 'Invalid access token issuer or subject',
  20104: 'Access token expired, or its expiration date is invalid',
  20105: 'Access token not yet valid',
  20106: 'Invalid access token grants',
  20107: 'Invalid access token signature',
  20157: 'Expiration time exceeds the maximum',
  31105: 'Invalid client name',
  31202: 'JWT signature validation failed',
  31203: 'No valid account',
  31204: 'Invalid JWT token',
  31205: 'JWT token expired',
  31207: 'JWT token expiration too long',
  51003: 'Identity too long',
}
type Code = keyof typeof titles

// Voice answers a capability token with codes of its own; TaskRouter's tokens are answered as access tokens are.
const accessCodes = {
  form: 20101,
  header: 20102,
  party: 20103,
  exp: 20104,
  expired: 20104,
  tooLong: 20157,
  signature: 20107,
} as const
const capabilityCodes = {
  form: 31204,
  header: 31204,
  party: 31203,
  exp: 31204,
  expired: 31205,
  tooLong: 31207,
  signature: 31202,
} as const

// Of one rule.
const most = 20

interface Subject {
  token: string
  kind: 'capability' | 'access' | 'taskrouter' | 'unknown'
  codes: typeof accessCodes | typeof capabilityCodes
  header: Claims
  claims: Claims
  now: number
  clockTolerance: number
}

/**
 * Says what Twilio would say of a token, all at once: no error among the findings where it would accept it.
 *
 * It never throws for a bad token: a text that is no token is finding 20101. Of one kind it names 20 findings at most.
 *
 * @param token A token of any of Twilio's libraries.
 * @param options The secret, if the signature is to be looked at, and the clock and its tolerance, in whole seconds.
 * @throws {TypeError} if an argument has the wrong type; like every error here it rejects the promise.
 * @throws {RangeError} if an option is out of range.
 * @see https://www.twilio.com/docs/api/errors
 * @example
 * ```ts
 * import { diagnose, TwilioCapability } from 'twilio-tokens'
 *
 * const token = await new TwilioCapability('AC123123', 'the auth token').allowClientIncoming('Alice').generate()
 * const findings = await diagnose(token, { secret: 'another auth token' })
 * if (findings[0]?.code !== 31202) throw new Error('JWT signature validation failed')
 * ```
 */
export async function diagnose(token: string, options: DiagnoseOptions = {}): Promise<Finding[]> {
  const { secret, ...times } = checkOptions(
    'options',
    options,
    'diagnose(token, { secret, now, clockTolerance })',
  )
  const clock = verifyTimes(times)
  const secrets = secret === undefined ? undefined : check.secrets('secret', secret)
  let decoded
  try {
    decoded = jwt.decode(token)
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    return [
      problem(
        20101,
        error.message,
        'Pass the token alone and whole, as it was made: three parts of base64url with dots between them',
      ),
    ]
  }
  const { header, claims } = decoded
  const kind = kindOf(header, claims)
  const codes = kind === 'capability' ? capabilityCodes : accessCodes
  const subject = { token, kind, codes, header, claims, ...clock }
  const rules = [ofKind, ofHeader, ofParties, ofTimes, ofNames, ofGrants, ofDuplicates]
  const findings = rules.flatMap((rule) => first(most, rule(subject)))
  if (
    secrets !== undefined &&
    header['alg'] === 'HS256' &&
    !(await jwt.isSigned(decoded, secrets))
  ) {
    findings.push(
      problem(codes.signature, 'no secret given has signed this token', signatureFix[kind]),
    )
  }
  // What `verify` refuses is never sound here, whatever the rules above have seen.
  if (!findings.some(isError)) findings.push(...ofMeaning(subject))
  return [...findings.filter(isError), ...findings.filter((finding) => !isError(finding))]
}

const signatureFix = {
  capability:
    "Sign with the auth token of the account in iss, without white space around it: not with an API key's secret",
  access:
    "Sign with the secret of the API key in iss, without white space around it: not with the account's auth token",
  taskrouter:
    "Sign with the auth token of the account in iss, without white space around it: not with an API key's secret",
  unknown:
    'Sign with the secret of the account or the API key in iss, without white space around it',
}

// As `verify` tells the kinds apart; else by what the token seems to want to be, so that one fault does not hide the others.
function kindOf(header: Claims, claims: Claims): Subject['kind'] {
  const { grants, iss, policies, scope } = claims
  const kind = kindOfToken(header, claims)
  if (kind !== undefined) return kind
  if (header['cty'] !== undefined || grants !== undefined) return 'access'
  if (policies !== undefined) return 'taskrouter'
  if (scope !== undefined) return 'capability'
  return hasPrefix(iss, 'SK') ? 'access' : 'unknown'
}

function* ofKind({ kind, claims: { scope } }: Subject): Generator<Finding> {
  if (kind === 'unknown') {
    yield problem(
      20101,
      'the token has neither grants nor scope nor policies',
      'Make it with AccessToken, and grant what its holder may do',
    )
  }
  if (kind !== 'capability') return
  // https://www.twilio.com/docs/voice/sdks/javascript/migrating-capability-token
  yield hint(
    20101,
    'this is a capability token: they are deprecated, and only Voice in US1 takes them',
    'Move over with AccessToken.fromCapability',
  )
  if (typeof scope !== 'string') {
    yield problem(
      31204,
      `scope is ${shown(scope)}`,
      'Write the scopes as one text, with a space between them',
    )
  } else {
    for (const uri of new Set(scope.split(' '))) {
      const known = parseScope(uri)
      const isRight =
        known.kind === 'outgoing'
          ? hasPrefix(known.applicationSid, 'AP')
          : known.kind !== 'other' || uri === ''
      if (!isRight)
        yield hint(
          31204,
          `${shown(uri)} is no scope of Twilio's`,
          'Make the token with TwilioCapability',
        )
    }
  }
}

function* ofHeader({ kind, codes, header: { alg, typ, cty, crit } }: Subject): Generator<Finding> {
  if (alg !== 'HS256') yield problem(codes.header, `alg is ${shown(alg)}`, 'Sign with HS256')
  if (typ !== 'JWT')
    yield problem(codes.header, `typ is ${shown(typ)}`, 'Set typ to JWT in the header')
  if (crit !== undefined)
    yield problem(
      codes.header,
      'the header has crit',
      'Leave crit out: Twilio knows no extension of JWS',
    )
  if (kind === 'access' && cty !== 'twilio-fpa;v=1')
    yield problem(20102, `cty is ${shown(cty)}`, 'Set cty to twilio-fpa;v=1 in the header')
}

function* ofParties({ kind, codes, claims: { iss, sub } }: Subject): Generator<Finding> {
  if (kind !== 'access') {
    if (!hasPrefix(iss, 'AC'))
      yield problem(codes.party, `iss is ${shownSid(iss)}`, "Set iss to the account's SID, AC…")
    return
  }
  if (hasPrefix(iss, 'AC')) {
    yield hint(
      20103,
      `iss is ${shownSid(iss)}, an account`,
      'Make an API key, set iss to its SID, SK…, and sign with its secret',
    )
  } else if (!hasPrefix(iss, 'SK')) {
    yield problem(20103, `iss is ${shownSid(iss)}`, "Set iss to the API key's SID, SK…")
  }
  if (!hasPrefix(sub, 'AC'))
    yield problem(20103, `sub is ${shownSid(sub)}`, "Set sub to the account's SID, AC…")
}

function* ofTimes({ kind, codes, claims, now, clockTolerance }: Subject): Generator<Finding> {
  const [exp, nbf, iat] = [claims['exp'], claims['nbf'], claims['iat']].map(parseTime)
  const clock = `the clock shows ${now} (${date(now)})`
  if (exp === undefined || !Number.isInteger(exp)) {
    yield problem(
      codes.exp,
      `exp is ${shown(claims['exp'])}`,
      'Set exp to whole seconds since the epoch, rounded down',
    )
  } else if (exp > limits.lastSecond) {
    yield problem(
      codes.tooLong,
      `exp is ${exp}: that is milliseconds`,
      `Set exp to seconds: ${Math.floor(exp / 1000)}`,
    )
  } else {
    if (exp <= now - clockTolerance) {
      yield problem(
        codes.expired,
        `exp is ${exp} (${date(exp)}), and ${clock}`,
        'Make a new token, a little before the old one expires',
      )
    }
    const lifetime = exp - (iat ?? now)
    const detail = `exp is ${exp} (${date(exp)}), ${lifetime} seconds after ${iat === undefined ? 'now' : 'the token was made'}`
    if (lifetime > limits.maxLifetime + (iat === undefined ? clockTolerance : 0)) {
      // Twilio documents the limit for Voice and for access tokens; of TaskRouter's own tokens it says nothing.
      yield finding(
        kind === 'taskrouter' ? 'warning' : 'error',
        codes.tooLong,
        detail,
        'Let a token live for less than 86400 seconds (24 hours)',
      )
    } else if (lifetime === limits.maxLifetime) {
      // https://www.twilio.com/docs/api/errors/31207 advises a second less.
      yield hint(
        codes.tooLong,
        detail,
        'Take 86399 seconds or less: at exactly 24 hours a clock that differs makes it too long',
      )
    }
  }
  for (const [name, time] of Object.entries({ nbf, iat })) {
    if (time === undefined) {
      if (claims[name] !== undefined)
        yield problem(
          codes.form,
          `${name} is ${shown(claims[name])}`,
          `Set ${name} to whole seconds, or leave it out`,
        )
    } else if (time > now + clockTolerance) {
      const why = time > limits.lastSecond ? ': that is milliseconds' : `, and ${clock}`
      yield problem(
        20105,
        `${name} is ${time}${why}`,
        'Set the clock of the server that makes the token, and leave nbf out',
      )
    }
  }
  if (nbf !== undefined && nbf === iat) {
    yield hint(
      20105,
      `nbf is ${nbf}, as iat is: a client whose clock runs behind refuses it`,
      'Leave nbf out, or set it a minute back',
    )
  }
}

function* ofNames({ kind, claims: { scope, grants } }: Subject): Generator<Finding> {
  const names = new Set<unknown>()
  if (kind === 'capability' && typeof scope === 'string') {
    for (const known of scope.split(' ').map(parseScope)) {
      if (
        (known.kind === 'incoming' || known.kind === 'outgoing') &&
        known.clientName !== undefined
      )
        names.add(known.clientName)
    }
  }
  if (isObject(grants)) {
    const { identity, voice } = grants
    if (typeof identity === 'string' && identity.length > limits.maxNameLength) {
      yield problem(
        51003,
        `identity has ${identity.length} characters`,
        `Take at most ${limits.maxNameLength} characters`,
      )
    }
    if (voice !== undefined && typeof identity === 'string') names.add(identity)
  }
  for (const name of names) yield* ofName(name as string) // only texts were added
}

// https://www.twilio.com/docs/voice/twiml/client, and RFC 2396 section 2.4.3 for the characters.
function* ofName(name: string): Generator<Finding> {
  const which = `the client name ${shown(name)}`
  if (!hasNameCharacters(name)) {
    const fix =
      'Take ASCII letters, digits and _: no spaces, no control characters, nothing beyond ASCII, none of <>#%"{}|\\^[]`'
    yield problem(
      31105,
      name === ''
        ? 'the client name is empty'
        : `${which} has characters that a client cannot have`,
      fix,
    )
  } else if (name.length > limits.maxNameLength) {
    yield problem(
      31105,
      `${which} has ${name.length} characters`,
      `Take at most ${limits.maxNameLength} characters`,
    )
  } else if (!/^\w{1,121}$/.test(name)) {
    yield hint(
      31105,
      `only newer SDKs take ${which}, of ${name.length} characters`,
      'Take at most 121 letters, digits and _',
    )
  }
}

function* ofGrants({ kind, claims: { grants } }: Subject): Generator<Finding> {
  if (kind !== 'access') return
  if (!isObject(grants)) {
    yield problem(
      20106,
      `grants is ${shown(grants)}`,
      'Grant what the token is for: grantVoice, grantVideo, grantChat, grantSync, grantTaskRouter',
    )
    return
  }
  const { identity, ...products } = grants
  if (identity === undefined || identity === '') {
    yield hint(
      20106,
      'grants has no identity',
      'Name who holds the token: most products refuse one without',
    )
  } else if (typeof identity !== 'string') {
    yield problem(20106, `identity is ${shown(identity)}`, 'Write the identity as a text')
  }
  if (Object.keys(products).length === 0)
    yield hint(
      20106,
      'the token grants nothing',
      'Grant what the token is for, for instance with grantVoice',
    )
  for (const [name, grant] of Object.entries(products)) {
    if (!isObject(grant))
      yield problem(
        20106,
        `the grant ${shown(name)} is ${shown(grant)}`,
        'Write each grant as an object',
      )
  }
  yield* ofRequired('data_sync', 'service_sid', products)
  yield* ofRequired('task_router', 'workspace_sid', products)
}

function* ofMeaning({ codes, header, claims }: Subject): Generator<Finding> {
  try {
    read(header, claims)
  } catch (error) {
    yield problem(
      codes.form,
      (error as TokenError).message,
      "Make the token with this library, or with one of Twilio's",
    ) // read throws nothing else
  }
}

function* ofRequired(name: string, member: string, products: Claims): Generator<Finding> {
  const grant = products[name]
  if (isObject(grant) && (typeof grant[member] !== 'string' || grant[member] === ''))
    yield problem(20106, `the grant ${name} has no ${member}`, `Set ${member} in it`)
}

function* ofDuplicates({ token, codes }: Subject): Generator<Finding> {
  for (const part of token.split('.', 2)) {
    for (const name of new Set(duplicates(new TextDecoder().decode(base64url.decode(part))))) {
      yield hint(
        codes.form,
        `${name} stands twice in one object: readers differ in which of the two they take`,
        `Write ${name} once`,
      )
    }
  }
}

// JSON.parse keeps the last of two, so the text itself must be looked at. It is JSON already: quotes and braces are all there is to follow.
function* duplicates(json: string): Generator<string> {
  const objects: Set<string>[] = []
  for (const [match, string = '', colon] of json.matchAll(
    /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}]/g,
  )) {
    if (match === '{') objects.push(new Set())
    else if (match === '}') objects.pop()
    else if (colon !== undefined) {
      const name = JSON.stringify(JSON.parse(string)) // so that two spellings of one name are one
      const seen = objects.at(-1)
      if (seen?.has(name)) yield shorten(name)
      seen?.add(name)
    }
  }
}

// A token of a mebibyte could hold a hundred thousand wrong scopes: who mends the first of them needs no list of all.
function first<T>(count: number, items: Iterable<T>): T[] {
  const taken: T[] = []
  for (const item of items) {
    if (taken.push(item) === count) break
  }
  return taken
}

function isError({ severity }: Finding): boolean {
  return severity === 'error'
}

function problem(code: Code, detail: string, fix: string): Finding {
  return finding('error', code, detail, fix)
}

function hint(code: Code, detail: string, fix: string): Finding {
  return finding('warning', code, detail, fix)
}

function finding(severity: Finding['severity'], code: Code, detail: string, fix: string): Finding {
  return { code, severity, title: titles[code], detail, fix }
}

function hasPrefix(value: unknown, prefix: string): boolean {
  return typeof value === 'string' && value.startsWith(prefix) && /^..[0-9A-Za-z]+$/.test(value)
}

function date(seconds: number): string {
  return seconds < 0 ? 'before 1970' : new Date(seconds * 1000).toISOString()
}

// Where a SID should stand somebody may have put a secret: only what has a SID's form is shown.
function shownSid(value: unknown): string {
  return typeof value !== 'string' || /^[A-Z]{2}([0-9a-f]{32}|\w{1,8})$/.test(value)
    ? shown(value)
    : `a text of ${value.length} characters`
}

// A finding shows what is wrong, but neither the whole of a long text nor what is nested, however deep.
function shown(value: unknown): string {
  if (value === undefined) return 'missing'
  if (Array.isArray(value)) return 'a list'
  return isObject(value) ? 'an object' : shorten(JSON.stringify(value))
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
