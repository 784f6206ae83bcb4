// What Twilio would report for a token, as far as the token and the secret, if one is given, show it. The meaning of each code is
// Twilio's page https://www.twilio.com/docs/api/errors/CODE; the limits and habits behind the warnings have their page beside them.

import { invalid, notSet } from '../check.ts'
import { describe } from '../describe.ts'
import {
  callWith,
  diagnoseCall,
  generateCall,
  options as checkOptions,
  verifyCall,
  verifyTimes,
  type Secret,
} from '../options.ts'
import * as utf8 from '../utf8.ts'
import type { VerifyOptions } from '../verify.ts'
import { codesOf, complete, type Draft, type Finding } from './finding.ts'
import { checkGrants } from './grants.ts'
import { checkContentType, checkHeader, checkKind, checkRegion } from './header.ts'
import { checkIdentity } from './identity.ts'
import { checkExposure, checkId, checkParties } from './parties.ts'
import { checkPolicies, checkScopes } from './scopes.ts'
import { hiderOf } from './show.ts'
import { checkSignature } from './signature.ts'
import { kindOf, scopesOf, type Subject } from './subject.ts'
import { checkDuplicates, readText } from './text.ts'
import { checkTimes } from './times.ts'

/** Options for `diagnose`: the secrets that may have signed the token, and how its times are judged. */
export interface DiagnoseOptions extends Omit<VerifyOptions, 'kind'> {
  /**
   * The account's auth token, or the API key secret for an access token; a list while it is rotated. Any string is accepted,
   * because a wrong secret is a mistake to be found. If omitted, the signature is not checked.
   */
  secret?: Secret
}

// After fixing the first few, the caller can run `diagnose` again.
const maxFindingsPerRule = 20

// Of thousands of mistakes of one group, these show every rule that is broken.
const maxErrorsPerGroup = 1000

/**
 * Predicts the errors and warnings that Twilio would report for a token, as far as the token and the secret show them. If Twilio
 * would accept the token, no finding is an error.
 *
 * The function never throws for an invalid token: a string that is not a token yields a finding too. Errors are returned before
 * warnings. Each rule returns at most 20 errors and 20 warnings. No finding contains anything of a secret, or the whole token.
 *
 * @param token A token of any of Twilio's libraries, or a string that was pasted as one.
 * @param options The secret, to check the signature; the current time and the clock tolerance, in whole seconds.
 * @returns The findings.
 * @throws {TypeError} if an argument has the wrong type; like every error here, it rejects the promise.
 * @throws {RangeError} if an option is out of range.
 * @see https://www.twilio.com/docs/api/errors
 * @example
 * ```ts
 * import { diagnose, TwilioCapability } from 'twilio-tokens'
 *
 * const token = await new TwilioCapability('AC123123', 'the auth token').allowClientIncoming('Alice').generate()
 * const [finding] = await diagnose(token, { secret: 'another auth token' })
 * if (finding?.rule !== 'signature-wrong' || finding.code !== 31202) throw new Error('another secret has signed it')
 * ```
 */
export async function diagnose(token: string, options: DiagnoseOptions = {}): Promise<Finding[]> {
  const given = checkOptions('options', options, diagnoseCall, (name) =>
    callWith(name, [verifyCall, generateCall]),
  )
  const { secret } = given
  const clock = verifyTimes(given)
  const secrets = secret === undefined ? undefined : secretsOf(secret)
  if (typeof (token as unknown) !== 'string') throw invalid('token', 'a string', describe(token))
  // These throw where the platform lacks them, which must not look like a malformed token.
  utf8.strictDecoder()
  utf8.encode('')
  const drafts: Draft[] = []
  const read = collect(readText(token), drafts)
  if (read === undefined) return finish(drafts, false, secrets)
  const { header, claims } = read
  const kind = kindOf(header, claims)
  const subject = { kind, header, claims, scopes: scopesOf(kind, claims), ...clock }
  collect(checkDuplicates(read.json), drafts)
  for (const rule of rulesOf(kind)) drafts.push(...someOf(rule(subject)))
  const signature = await checkSignature(subject, read, secrets)
  if (signature) drafts.push(signature)
  const exposures: Draft[] = []
  const exposed = collect(checkExposure(subject, read.json, secrets ?? []), exposures)
  // A secret in place of something else is one mistake, whatever else it is not.
  const others = drafts.filter(({ pointer }) => !exposed.has(pointer))
  return finish([...others, ...exposures], kind === 'capability', secrets)
}

// What is not one of Twilio's tokens for SDKs has little that could be judged.
function rulesOf(kind: Subject['kind']): ((subject: Subject) => Iterable<Draft>)[] {
  if (kind === 'unknown') return [checkKind, checkHeader]
  return [
    checkHeader,
    checkContentType,
    checkRegion,
    checkParties,
    checkId,
    checkTimes,
    checkKind,
    checkIdentity,
    checkGrants,
    checkScopes,
    checkPolicies,
  ]
}

// Errors first, then in the order of the rules.
function finish(
  drafts: readonly Draft[],
  isCapability: boolean,
  secrets: readonly string[] = [],
): Finding[] {
  const order = Object.keys(codesOf)
  const counts = new Map<string, number>()
  const kept = drafts.filter(({ rule, severity }) => {
    const count = counts.get(rule + severity) ?? 0
    counts.set(rule + severity, count + 1)
    return count < maxFindingsPerRule
  })
  const rank = ({ rule, severity }: Draft) =>
    order.indexOf(rule) + (severity === 'error' ? 0 : order.length)
  kept.sort((a, b) => rank(a) - rank(b))
  const hide = hiderOf(secrets)
  return kept.map((draft) => complete(hide(draft), isCapability))
}

// One secret or several, as a list. Which of them can be right is for the findings.
function secretsOf(secret: Secret): readonly string[] {
  // A copy, because what the caller passed may change while the token is examined.
  const secrets: readonly unknown[] = Array.isArray(secret) ? Array.from<unknown>(secret) : [secret]
  const wrong = secrets.findIndex((value) => typeof value !== 'string')
  if (wrong >= 0) {
    const argument = Array.isArray(secret) ? `secret[${wrong}]` : 'secret'
    throw invalid(argument, 'a string, or a list of strings', notSet(secrets[wrong]))
  }
  if (secrets.length === 0)
    throw invalid('secret', 'a secret or a list of secrets', 'an empty list')
  return secrets as string[] // each of which was checked
}

// All drafts of a group of rules, unless there are so many errors that nobody needs the rest.
function someOf(drafts: Iterable<Draft>): Draft[] {
  const list: Draft[] = []
  let errors = 0
  for (const draft of drafts) {
    list.push(draft)
    if (draft.severity === 'error' && ++errors === maxErrorsPerGroup) break
  }
  return list
}

// A generator's drafts, and what it returns.
function collect<T>(drafts: Iterator<Draft, T>, list: Draft[]): T {
  for (;;) {
    const next = drafts.next()
    if (next.done) return next.value
    list.push(next.value)
  }
}
