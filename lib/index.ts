// The public names, and nothing else.

export { TwilioCapability, type CapabilityClaims } from './capability.ts'
export type { GenerateOptions, Params, ParamValue } from './check.ts'
export { TokenError, type TokenErrorCode } from './error.ts'
