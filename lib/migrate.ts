// From a capability token to an access token, as Twilio publishes it: the client name becomes the identity, and what the client
// may do becomes a voice grant. https://www.twilio.com/docs/voice/sdks/javascript/migrating-capability-token

import { invalid } from './check.ts'
import { describe } from './describe.ts'
import type { Json, VoiceGrant } from './grants.ts'
import type { Scope } from './scope.ts'

/** What is carried over. */
export interface Migratable {
  accountSid: string
  scopes: readonly Scope[]
}

// Registered, so that the ES module and its CommonJS twin know each other's; data from outside can carry no symbol.
const migratable = /* @__PURE__ */ Symbol.for('twilio-tokens.migratable')

/**
 * Marks a builder or verified contents: only these may become a new token. What has the same shape may be a stranger's, such as
 * the contents of `inspect`. A copy and JSON do not carry the mark.
 */
export function vouch(trusted: object, read: () => Migratable): void {
  // Stated in full, because `enumerable` of a polluted Object.prototype would let copies carry the mark. (A descriptor without a
  // prototype does the same, but makes signing slower.)
  Object.defineProperty(trusted, migratable, { value: read, enumerable: false, writable: false })
}

/** The account, identity and voice grant of a capability. */
export function migrate(capability: object): {
  accountSid: string
  identity: string
  voice: VoiceGrant
} {
  const read = Object.getOwnPropertyDescriptor(Object(capability), migratable)?.value as
    (() => Migratable) | undefined
  if (read === undefined) {
    const rule = 'a TwilioCapability, or the contents of a token, not a copy: verify it here'
    throw invalid('capability', rule, describe(capability))
  }
  const { accountSid, scopes } = read()
  const names = new Set<string | undefined>()
  const voice: VoiceGrant = {}
  let hasApplication = false
  for (const scope of scopes) {
    if (scope.kind === 'events') throw inexpressible('an event stream')
    if (scope.kind === 'other') throw inexpressible('an unknown scope')
    if (Object.hasOwn(scope, 'clientName')) names.add(scope.clientName)
    if (scope.kind === 'incoming') voice.incomingAllow = true
    else {
      if (hasApplication) throw inexpressible('several applications')
      hasApplication = true
      voice.outgoingApplicationSid = scope.applicationSid
      // On the wire, a list with one element and a string look the same, and an empty list is nothing.
      const params = Object.entries(scope.params).flatMap(([name, value]): [string, Json][] =>
        Array.isArray(value) && value.length < 2
          ? value.map((only) => [name, only])
          : [[name, value]],
      )
      if (params.length > 0) voice.outgoingApplicationParams = Object.fromEntries(params)
    }
  }
  const [identity, ...others] = names
  if (identity === undefined) throw inexpressible('no client name')
  if (others.length > 0) throw inexpressible('several client names')
  return { accountSid, identity, voice }
}

function inexpressible(got: string): TypeError {
  return invalid('capability', 'one that an access token can express', got)
}
