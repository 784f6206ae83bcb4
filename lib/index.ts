// The public names, and nothing else.

export {
  AccessToken,
  type AccessClaims,
  type AccessContents,
  type AccessTokenOptions,
} from './access-token.ts'
export { TwilioCapability, type CapabilityClaims, type CapabilityContents } from './capability.ts'
export type { TokenContents } from './contents.ts'
export { diagnose, type DiagnoseOptions } from './diagnose/diagnose.ts'
export type { Finding, Rule } from './diagnose/finding.ts'
export { TokenError, type TokenErrorCode } from './error.ts'
export type {
  ChatGrant,
  Json,
  JsonObject,
  SyncGrant,
  TaskRouterGrant,
  VideoGrant,
  VoiceGrant,
} from './grants.ts'
export type { Filters, GenerateOptions, Params, ParamValue, Secret } from './options.ts'
export type { Policy, PolicyClaims, PolicyFilters } from './policies.ts'
export type { Scope } from './scope.ts'
export {
  TaskRouterCapability,
  type TaskRouterClaims,
  type TaskRouterContents,
} from './taskrouter.ts'
export { inspect, verify, type VerifyOptions } from './verify.ts'
export { WebhookError, type WebhookErrorCode, type WebhookReason } from './webhook/error.ts'
export {
  signWebhook,
  verifyWebhook,
  type SignWebhookOptions,
  type WebhookContents,
  type WebhookOptions,
} from './webhook/webhook.ts'
