// Examines a pasted text, for command and page: what it contains, what Twilio would report, and which secret has signed it.

import { unwrap } from '../diagnose/text.ts'
import { diagnose, inspect, type Finding, type TokenContents } from '../index.ts'
import { decodeParts, encodeObject, type DecodedParts } from './decode.ts'
import { maskSecrets } from './mask.ts'
import { readPaste } from './paste.ts'
import { checkSignature, judgeSignature, type Candidate, type SignatureCheck } from './signature.ts'

export { forgetKeys } from '../jwt.ts'

/** What is known about a pasted text. */
export interface Examination extends DecodedParts {
  /** Where in a JSON response the token was found. */
  path?: string
  /** The kind of the token, if it is one of Twilio's. */
  kind?: TokenContents['kind']
  /** What `inspect` reads, if it can. */
  contents?: TokenContents
  findings: Finding[]
  signatureCheck: SignatureCheck
}

/** How serious the findings are; `unsure`: there are none, but no signature was checked. */
export type Level = 'error' | 'warning' | 'unsure' | 'good'

/**
 * Examines a pasted text. `missing` says why there may be no candidate for a kind of token, such as
 * `TWILIO_AUTH_TOKEN is not set`.
 */
export async function examine(
  pasted: string,
  candidates: readonly Candidate[],
  missing: (kind: TokenContents['kind'] | undefined) => string,
  now: number,
): Promise<Examination> {
  const { text, path } = readPaste(pasted)
  const { token } = unwrap(text)
  const judge = (judges: readonly Candidate[]) => {
    const secret = [...new Set(judges.map(({ value }) => value))]
    return diagnose(text, secret.length === 0 ? { now } : { now, secret })
  }
  const findings = await judge(candidates)
  const parts = maskSecrets(
    decodeParts(token),
    candidates.map(({ value }) => value),
    findings,
  )
  const contents = readContents(parts)
  const kind = contents?.kind ?? kindOf(parts, findings)
  const signatureCheck = await checkSignature(token, kind, candidates, judge, missing(kind))
  return {
    ...parts,
    ...(path !== undefined && { path }),
    ...(kind && { kind }),
    ...(contents && { contents }),
    findings: judgeSignature(findings, signatureCheck, kind),
    signatureCheck,
  }
}

/** The result of an examination. */
export interface Summary {
  level: Level
  /** How many findings there are. */
  text: string
  /** The first finding, and how many others there are. */
  headline: string
}

/** Summarizes an examination. */
export function summarize({ findings, signatureCheck }: Examination): Summary {
  const [first, ...others] = findings // errors come first
  const isUnchecked = signatureCheck.state === 'unchecked'
  if (first === undefined) {
    const level = isUnchecked ? 'unsure' : 'good'
    const text = isUnchecked
      ? 'No errors found, but the signature was not checked'
      : 'No problems found'
    return { level, text, headline: isUnchecked ? 'No errors found' : text }
  }
  const counts = countFindings(findings)
  const rest = countFindings(others, ' more')
  return first.severity === 'error'
    ? {
        level: 'error',
        text: counts,
        headline: `Error: ${first.detail}${rest === '' ? '' : `; ${rest}`}`,
      }
    : {
        level: 'warning',
        text: `No errors, ${counts}${isUnchecked ? ', signature not checked' : ''}`,
        headline: `No errors, ${counts}`,
      }
}

function countFindings(findings: readonly Finding[], more = ''): string {
  const count = (severity: Finding['severity']) => {
    const number = findings.filter((finding) => finding.severity === severity).length
    const which = severity === 'error' ? more : '' // the first finding is an error
    return number === 0 ? [] : [`${number}${which} ${severity}${number === 1 ? '' : 's'}`]
  }
  return [...count('error'), ...count('warning')].join(', ')
}

// Only from the header and the claims, so that it also reads a token whose signature, alphabet or wrapping is wrong.
function readContents({ header, claims }: DecodedParts): TokenContents | undefined {
  if (header === undefined || claims === undefined) return undefined
  try {
    return inspect(`${encodeObject(header)}.${encodeObject(claims)}.`)
  } catch {
    return undefined // the findings say why
  }
}

// For tokens that `inspect` cannot read: the findings show what `diagnose` has judged them as.
function kindOf({ claims }: DecodedParts, findings: readonly Finding[]): Examination['kind'] {
  const has = (rule: Finding['rule']) => findings.some((finding) => finding.rule === rule)
  if (claims === undefined) return undefined
  if (has('kind-deprecated')) return 'capability'
  if (Object.hasOwn(claims, 'grants') || has('grants-missing')) return 'access'
  return Object.hasOwn(claims, 'policies') ? 'taskrouter' : undefined
}
