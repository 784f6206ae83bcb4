// What Twilio would say of a token, as far as the token, and the secret where it is given, can show. The meaning of each code is Twilio's page
// https://www.twilio.com/docs/api/errors/CODE; the limits and habits behind the warnings have their page beside them.

import * as check from '../check.ts'
import type { VerifyOptions } from '../check.ts'
import { TokenError } from '../error.ts'
import * as jwt from '../jwt.ts'
import { read } from '../verify.ts'
import { accessCodes, capabilityCodes, error, isError, type Finding } from './finding.ts'
import { checkGrants } from './grants.ts'
import { checkHeader } from './header.ts'
import { checkNames } from './identity.ts'
import { checkParties } from './parties.ts'
import { checkKind } from './scopes.ts'
import { signatureFix } from './signature.ts'
import { kindOf, type Subject } from './subject.ts'
import { checkDuplicates } from './text.ts'
import { checkTimes } from './times.ts'

/** The secret, or several, that may have signed a token, and the clock by which it is judged. */
export interface DiagnoseOptions extends VerifyOptions {
  /** The account's auth token, or the API key's secret for an access token; the signature is not looked at where it is left out. */
  secret?: string | readonly string[]
}

// Of one rule.
const maxFindingsPerRule = 20

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
  const { secret } = check.plainObject('options', options)
  const clock = check.clock(options)
  const secrets = secret === undefined ? undefined : check.secrets('secret', secret)
  let decoded
  try {
    decoded = jwt.decode(token)
  } catch (cause) {
    if (!(cause instanceof TokenError)) throw cause
    return [
      error(
        20101,
        cause.message,
        'Pass the token alone and whole, as it was made: three parts of base64url with dots between them',
      ),
    ]
  }
  const { header, claims } = decoded
  const kind = kindOf(header, claims)
  const codes = kind === 'capability' ? capabilityCodes : accessCodes
  const subject = { token, kind, codes, header, claims, ...clock }
  const rules = [
    checkKind,
    checkHeader,
    checkParties,
    checkTimes,
    checkNames,
    checkGrants,
    checkDuplicates,
  ]
  const findings = rules.flatMap((rule) => first(maxFindingsPerRule, rule(subject)))
  if (
    secrets !== undefined &&
    header['alg'] === 'HS256' &&
    !(await jwt.isSigned(decoded, secrets))
  ) {
    findings.push(
      error(codes.signature, 'no secret given has signed this token', signatureFix[kind]),
    )
  }
  // What `verify` refuses is never sound here, whatever the rules above have seen.
  if (!findings.some(isError)) findings.push(...checkMeaning(subject))
  return [...findings.filter(isError), ...findings.filter((finding) => !isError(finding))]
}

function* checkMeaning({ codes, header, claims }: Subject): Generator<Finding> {
  try {
    read(header, claims)
  } catch (cause) {
    yield error(
      codes.form,
      (cause as TokenError).message,
      "Make the token with this library, or with one of Twilio's",
    ) // read throws nothing else
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
