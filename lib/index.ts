// The public names, and nothing else.

export {
  AccessToken,
  type AccessClaims,
  type AccessTokenOptions,
  type ChatGrantOptions,
  type SyncGrantOptions,
  type TaskRouterGrantOptions,
  type VideoGrantOptions,
  type VoiceGrantOptions,
} from './access-token.ts'
export { TwilioCapability, type CapabilityClaims } from './capability.ts'
export type { GenerateOptions, Params, ParamValue } from './check.ts'
export { TokenError, type TokenErrorCode } from './error.ts'
export { TaskRouterCapability, type PolicyClaims, type PolicyFilters, type TaskRouterClaims } from './taskrouter.ts'
