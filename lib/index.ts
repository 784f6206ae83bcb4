// The public names, and nothing else.

export { TwilioCapability, type CapabilityClaims, type CapabilityContents } from './capability.ts'
export type { GenerateOptions, Params, ParamValue, VerifyOptions } from './check.ts'
export { diagnose, type DiagnoseOptions, type Finding } from './diagnose.ts'
export { TokenError, type TokenErrorCode } from './error.ts'
export type { Scope } from './scope.ts'
export { inspect, verify, type TokenContents } from './verify.ts'
