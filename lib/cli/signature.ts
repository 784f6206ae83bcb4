// The secrets of the environment, which may have signed a token.

import type { TokenContents } from '../index.ts'
import type { Candidate } from '../report/signature.ts'
import type { Environment } from './command.ts'
import { readVariable, variables } from './options.ts'

/** Returns the secrets that are set, each for the tokens that Twilio checks with it. */
export function readCandidates(environment: Environment): Candidate[] {
  const kinds = { authToken: ['capability', 'taskrouter'], keySecret: ['access'] } as const
  return (['authToken', 'keySecret'] as const).flatMap((argument) => {
    const variable = readVariable(environment, argument)
    return variable ? [{ ...variable, kinds: kinds[argument] }] : []
  })
}

/** Says which variable would let the signature of a token be checked. */
export function missingVariable(kind: TokenContents['kind'] | undefined): string {
  const names = {
    access: variables.keySecret[0],
    capability: variables.authToken[0],
    taskrouter: variables.authToken[0],
  }
  return kind === undefined
    ? `neither ${variables.authToken[0]} nor ${variables.keySecret[0]} is set`
    : `${names[kind]} is not set`
}
