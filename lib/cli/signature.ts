// Which of the environment's secrets has signed a token, if any.

import { TokenError, verify, type TokenContents } from '../index.ts'
import type { Environment } from './command.ts'

/** The secret by which to judge a token, if there is one, and what to say of its signature. */
export interface Check {
  secret: string | undefined
  verdict: string
}

/** Tries both secrets: a token that the wrong one of them has signed is a common mistake. */
export async function checkSignature(
  token: string,
  kind: TokenContents['kind'] | undefined,
  environment: Environment,
): Promise<Check> {
  const names = ['TWILIO_AUTH_TOKEN', 'TWILIO_API_SECRET'] as const
  const [right, wrong] = kind === 'access' ? ([names[1], names[0]] as const) : names
  const [secret, other] = [environment[right], environment[wrong]].map((value) =>
    value === '' ? undefined : value,
  ) // set to nothing is not set
  if (secret !== undefined && (await isSigned(token, secret)))
    return { secret, verdict: `signed with ${right}` }
  if (other !== undefined && (await isSigned(token, other))) {
    // Where the right one is not there, one that cannot have signed stands for it: Twilio would refuse the token all the same.
    return {
      secret: secret ?? `not ${other}`,
      verdict: `signed with ${wrong}, where Twilio wants ${right}`,
    }
  }
  return {
    secret,
    verdict:
      secret === undefined
        ? `signature not checked: ${right} is not set`
        : `not signed with ${right}`,
  }
}

// The signature is looked at before times and claims, so that an error about those tells that it is right.
async function isSigned(token: string, secret: string): Promise<boolean> {
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
