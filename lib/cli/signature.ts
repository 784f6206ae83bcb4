// Which of the environment's secrets has signed a token, if any.

import { TokenError, verify, type Finding, type TokenContents } from '../index.ts'
import type { Environment } from './command.ts'

/** The secret that Twilio would use, if it is set, and what is known about the signature. */
export interface SignatureCheck {
  secret: string | undefined
  verdict: string
  /** What `diagnose` cannot find without the secret that Twilio would use: another one has signed. */
  findings: Finding[]
}

/** Tries both secrets, because signing with the wrong one of them is a common mistake. */
export async function checkSignature(
  token: string,
  kind: TokenContents['kind'] | undefined,
  environment: Environment,
): Promise<SignatureCheck> {
  const names = ['TWILIO_AUTH_TOKEN', 'TWILIO_API_SECRET'] as const
  const [right, wrong] = kind === 'access' ? ([names[1], names[0]] as const) : names
  const [secret, other] = [environment[right], environment[wrong]].map((value) =>
    value === '' ? undefined : value,
  ) // an empty variable counts as missing
  if (secret !== undefined && (await hasValidSignature(token, secret)))
    return { secret, verdict: `signed with ${right}`, findings: [] }
  if (other !== undefined && (await hasValidSignature(token, other))) {
    const verdict = `signed with ${wrong}, where Twilio wants ${right}`
    return { secret, verdict, findings: secret === undefined ? [wrongSecret(kind, wrong)] : [] }
  }
  const verdict =
    secret === undefined ? `signature not checked: ${right} is not set` : `not signed with ${right}`
  return { secret, verdict, findings: [] }
}

function wrongSecret(kind: TokenContents['kind'] | undefined, signer: string): Finding {
  const [code, title] =
    kind === 'capability'
      ? [31202, 'JWT signature validation failed']
      : [20107, 'Invalid access token signature']
  return {
    code,
    severity: 'error',
    title,
    detail: `${signer} has signed this token, but Twilio checks it with another secret`,
    fix:
      kind === 'access'
        ? 'Sign with the secret of the API key in iss'
        : 'Sign with the auth token of the account in iss',
  }
}

// The signature is checked before times and claims, so an error about those proves that it is valid.
async function hasValidSignature(token: string, secret: string): Promise<boolean> {
  try {
    await verify(token, secret)
    return true
  } catch (error) {
    return (
      error instanceof TokenError &&
      !['ERR_TOKEN_MALFORMED', 'ERR_TOKEN_ALGORITHM', 'ERR_TOKEN_SIGNATURE'].includes(error.code)
    )
  }
}
