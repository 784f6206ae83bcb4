// What a consumer writes, and what must not compile.

import * as all from 'twilio-tokens'
import {
  TokenError,
  TwilioCapability,
  type CapabilityClaims,
  type GenerateOptions,
  type Params,
  type TokenErrorCode,
} from 'twilio-tokens'

const params: Params = { city: 'Oslo', tags: ['new', 2, true], agent: undefined }
const options: GenerateOptions = { expires: 600, now: 1_800_000_000 }
const capability = new TwilioCapability('AC123123', 'secret')
  .allowClientIncoming('Alice')
  .allowClientOutgoing('AP123', params)
export const token: Promise<string> = capability.allowEventStream().generate(options)
export const claims: CapabilityClaims = capability.claims()
export const code = (error: unknown): TokenErrorCode | undefined =>
  error instanceof TokenError ? error.code : undefined
export const names: string[] = Object.keys(all)

// @ts-expect-error -- a lifetime is a number of seconds
void capability.generate({ expires: '10m' })
// @ts-expect-error -- a param is no object
capability.allowClientOutgoing('AP123', { city: { name: 'Oslo' } })
// @ts-expect-error -- the secret is missing
new TwilioCapability('AC123123')
