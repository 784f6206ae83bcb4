// Which secret has signed a token. Each candidate has a name, and the kinds of token that Twilio checks with it.

import type { Finding, TokenContents } from '../index.ts'
import * as jwt from '../jwt.ts'

type Kind = TokenContents['kind']

/** A secret that may have signed a token. */
export interface Candidate {
  /** What to call the secret, whose value is never shown: `TWILIO_AUTH_TOKEN`, or `this secret`. */
  name: string
  value: string
  /** The tokens that Twilio checks with it; omitted, any. */
  kinds?: readonly Kind[]
}

/** What is known about the signature of a token. */
export interface SignatureCheck {
  /** `other`: it is the signature of a candidate that Twilio does not use for this kind of token. */
  state: 'valid' | 'invalid' | 'other' | 'unchecked'
  /** The name of the candidate that has signed the token. */
  signedWith?: string
  /** The same as a clause for people. */
  text: string
}

/** Judges the pasted text with some secrets, as `diagnose` does. */
export type Judge = (candidates: readonly Candidate[]) => Promise<readonly Finding[]>

// Beside these, `diagnose` does not judge the signature.
const unreadable: readonly Finding['rule'][] = [
  'text-cut',
  'text-json',
  'text-encrypted',
  'text-long',
  'text-other',
]

/** Finds the candidate that has signed a token. `missing` says why there may be no candidate for its kind. */
export async function checkSignature(
  token: string,
  kind: Kind | undefined,
  candidates: readonly Candidate[],
  judge: Judge,
  missing: string,
): Promise<SignatureCheck> {
  const findings = await judge(candidates)
  if (findings.some(({ rule }) => unreadable.includes(rule)))
    return { state: 'unchecked', text: 'signature not checked: the token cannot be read' }
  const fits = ({ kinds }: Candidate) => kind === undefined || !kinds || kinds.includes(kind)
  const fitting = candidates.filter(fits)
  const others = candidates.filter((candidate) => !fits(candidate))
  const decoded = attempt(() => jwt.decode(token))
  for (const candidate of [...fitting, ...others]) {
    const { name: signedWith } = candidate
    if (!(await hasSigned(candidate, decoded, judge))) continue
    return fits(candidate)
      ? { state: 'valid', signedWith, text: `signed with ${signedWith}` }
      : {
          state: 'other',
          signedWith,
          text: `signed with ${signedWith}, but Twilio checks it with ${secretName(kind)}`,
        }
  }
  const hasCause = findings.some(isCause)
  if (fitting.length === 0 && !hasCause)
    return { state: 'unchecked', text: `signature not checked: ${missing}` }
  if (decoded?.header['alg'] !== 'HS256' && !findings.some(isAboutSignature))
    return { state: 'unchecked', text: 'signature not checked: its alg is not HS256' }
  const compared = hasCause ? candidates : fitting
  return {
    state: 'invalid',
    text: `not signed with ${compared.map(({ name }) => name).join(' or ')}`,
  }
}

/** Returns the findings of all candidates as they are when it is known which of them Twilio uses. */
export function judgeSignature(
  findings: readonly Finding[],
  { state, signedWith = '' }: SignatureCheck,
  kind: Kind | undefined,
): Finding[] {
  switch (state) {
    case 'other': {
      const isError = ({ severity }: Finding) => severity === 'error'
      const errors = findings.filter(isError)
      const warnings = findings.filter((finding) => !isError(finding))
      return [...errors, otherSecret(signedWith, kind), ...warnings]
    }
    case 'unchecked': // a secret that Twilio does not use proves nothing by not having signed
      return findings.filter(({ rule }) => rule !== 'signature-wrong')
    default:
      return [...findings]
  }
}

function secretName(kind: Kind | undefined): string {
  return kind === 'access'
    ? 'the secret of the API key in iss'
    : 'the auth token of the account in iss'
}

// `diagnose` does not know which of several secrets is which.
function otherSecret(signedWith: string, kind: Kind | undefined): Finding {
  return {
    rule: 'signature-secret',
    code: kind === 'capability' ? 31202 : 20107,
    severity: 'error',
    pointer: '/signature',
    title:
      kind === 'capability' ? 'JWT signature validation failed' : 'Invalid access token signature',
    detail: `${signedWith} has signed this token, but Twilio checks it with ${secretName(kind)}`,
    fix: `Sign with ${secretName(kind)}`,
  }
}

// A signature that only a lenient reader can read is judged only by `diagnose`.
async function hasSigned(
  candidate: Candidate,
  decoded: jwt.DecodedToken | undefined,
  judge: Judge,
): Promise<boolean> {
  if (decoded) return jwt.isSigned(decoded, candidate.value)
  return !(await judge([candidate])).some(isAboutSignature)
}

function isAboutSignature({ pointer }: Finding): boolean {
  return pointer === '/signature'
}

function isCause(finding: Finding): boolean {
  return (
    isAboutSignature(finding) && !['signature-wrong', 'signature-length'].includes(finding.rule)
  )
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined // the findings say why
  }
}
