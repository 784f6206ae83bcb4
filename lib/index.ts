// The public names, and nothing else.

export {
  AccessToken,
  type AccessClaims,
  type AccessContents,
  type AccessTokenOptions,
  type ChatGrantOptions,
  type SyncGrantOptions,
  type TaskRouterGrantOptions,
  type VideoGrantOptions,
  type VoiceGrantOptions,
} from './access-token.ts'
export { TwilioCapability, type CapabilityClaims, type CapabilityContents } from './capability.ts'
export type { GenerateOptions, Params, ParamValue, VerifyOptions } from './check.ts'
export { diagnose, type DiagnoseOptions } from './diagnose/diagnose.ts'
export type { Finding } from './diagnose/finding.ts'
export { TokenError, type TokenErrorCode } from './error.ts'
export type { Scope } from './scope.ts'
export {
  TaskRouterCapability,
  type Policy,
  type PolicyClaims,
  type PolicyFilters,
  type TaskRouterClaims,
  type TaskRouterContents,
} from './taskrouter.ts'
export { inspect, verify, type TokenContents } from './verify.ts'
