// A Twilio access token is a JSON Web Token that an API key signs. It says who its holder is, and grants access to Twilio's products:
//
//   { "alg": "HS256", "typ": "JWT", "cty": "twilio-fpa;v=1", "twr": "ie1" }                           ; twr where a region is given
//   { "jti": "SK…-…", "grants": { "identity": "alice", "voice": { … } }, "nbf": 1799999990, "iat": 1800000000, "exp": 1800003600,
//     "iss": "SK…", "sub": "AC…" }                                                                    ; nbf where it is asked for
//
// https://www.twilio.com/docs/iam/access-tokens

import { readCapability, type CapabilityContents, type TwilioCapability } from './capability.ts'
import * as check from './check.ts'
import type { GenerateOptions } from './check.ts'
import { objectClaim, optionalClaim, present, textClaim, timeClaim, type Claims } from './claims.ts'
import * as jwt from './jwt.ts'

/** Whom an access token is for, and where and from when on it is good. */
export interface AccessTokenOptions {
  /** The user: 1 to 256 characters. For voice it must be a client's name, as in `<Client>`. */
  identity: string
  /** The region that takes the token, such as `ie1`; `us1` if left out. Its API keys are its own. */
  region?: string
  /** From when on the token is good, in whole seconds since the epoch; at once if left out, which also serves clocks that run behind. */
  notBefore?: number
}

/** What a voice client may do. */
export interface VoiceGrantOptions {
  /** Whether it may take calls as the token's identity. */
  incomingAllow?: boolean
  /** The TwiML application through which it may place calls, `AP…`. */
  outgoingApplicationSid?: string
  /** What the application's webhook gets with each call. */
  outgoingApplicationParams?: object
  /** The credential for push notifications of calls to mobile phones, `CR…`. */
  pushCredentialSid?: string
  /** Tells apart the devices of one identity. */
  endpointId?: string
}

/** Which video room may be joined. */
export interface VideoGrantOptions {
  /** The room's name or SID; any room if left out. */
  room?: string
}

/** Which conversations may be joined. */
export interface ChatGrantOptions {
  /** The Conversations service, `IS…`. */
  serviceSid?: string
  /** Tells apart the devices of one identity. */
  endpointId?: string
  /** The role that the user gets, `RL…`. */
  deploymentRoleSid?: string
  /** The credential for push notifications, `CR…`. */
  pushCredentialSid?: string
}

/** Which Sync objects may be used. */
export interface SyncGrantOptions {
  /** The Sync service, `IS…`, or `default`. */
  serviceSid: string
  /** Tells apart the devices of one identity. */
  endpointId?: string
}

/** Which TaskRouter workspace may be used, by TaskRouter.js version 2. */
export interface TaskRouterGrantOptions {
  /** The workspace, `WS…`. */
  workspaceSid: string
  /** The worker, `WK…`. */
  workerSid?: string
  /** The worker's role, such as `worker` or `supervisor`. */
  role?: string
}

/** What an access token holds. */
export interface AccessClaims {
  /** The key's SID and a random part, unlike that of any other token. */
  jti: string
  /** The identity, and the grants by their names on the wire: `voice`, `video`, `chat`, `data_sync`, `task_router`. */
  grants: { identity: string; [name: string]: unknown }
  /** From when on the token is good, in seconds since the epoch. */
  nbf?: number
  /** When the token was made, in seconds since the epoch. */
  iat: number
  /** When the token expires, in seconds since the epoch. */
  exp: number
  /** The API key's SID. */
  iss: string
  /** The account's SID. */
  sub: string
}

/** What an access token says, read back. */
export interface AccessContents {
  /** Tells it from the other tokens. */
  kind: 'access'
  /** The account, `AC…`: the claim `sub`. */
  accountSid: string
  /** The API key that says it has signed, `SK…`: the claim `iss`. */
  keySid: string
  /** Whom the token is for: `grants.identity`. */
  identity?: string
  /** When the token expires, in seconds since the epoch. */
  expires: number
  /** From when on the token is good, in seconds since the epoch. */
  notBefore?: number
  /** When the token was made, in seconds since the epoch. */
  issuedAt?: number
  /** The claim `jti`, unlike that of any other token. */
  id?: string
  /** The region that the token is for, such as `ie1`: `twr` in the header; US1 where it is absent. */
  region?: string
  /** The grants by their names on the wire, as they stand in the token. */
  grants: Record<string, unknown>
}

/**
 * Makes access tokens: what a user's voice, video, chat, Sync or TaskRouter client may do, signed by an API key.
 *
 * Calls chain; a repeated grant replaces the one before; a builder may make any number of tokens.
 *
 * @see https://www.twilio.com/docs/iam/access-tokens
 * @example
 * ```ts
 * import { AccessToken } from 'twilio-tokens'
 *
 * const token = await new AccessToken('AC123123', 'SK123123', 'the secret of that API key', { identity: 'alice' })
 *   .grantVoice({ incomingAllow: true, outgoingApplicationSid: 'APabe7650f654fc34655fc81ae71caa3ff' })
 *   .grantVideo({ room: 'standup' })
 *   .generate({ expires: 600 })
 * ```
 */
export class AccessToken {
  readonly #accountSid: string
  readonly #keySid: string
  readonly #keySecret: string // private by the language, not by a type: no JSON and no printed object shows it
  readonly #identity: string
  readonly #region: string | undefined
  readonly #notBefore: number | undefined
  readonly #grants = new Map<string, object>() // by name on the wire; a Map keeps the place of the one that is replaced

  /**
   * Begins without a grant.
   *
   * @param accountSid The account, `AC…`.
   * @param keySid The API key, `SK…`.
   * @param keySecret The API key's secret, which signs; never in a browser.
   * @param options Whom the token is for.
   * @throws {TypeError} if a SID is not of that form, the secret or the identity is empty, or an option has the wrong type.
   * @throws {RangeError} if the identity is too long, or `notBefore` is out of range.
   */
  constructor(accountSid: string, keySid: string, keySecret: string, options: AccessTokenOptions) {
    this.#accountSid = check.sid('accountSid', 'AC', accountSid)
    this.#keySid = check.sid('keySid', 'SK', keySid)
    this.#keySecret = check.text('keySecret', keySecret)
    const { identity, region, notBefore } = check.plainObject('options', options)
    this.#identity = check.identity('identity', identity)
    this.#region = check.optional(check.region, 'region', region)
    this.#notBefore = check.optional(check.time, 'notBefore', notBefore)
  }

  /**
   * Carries a capability token over: the client's name becomes the identity, what it may do becomes a voice grant.
   *
   * @param capability The builder, or the contents of a token.
   * @param keySid The API key, `SK…`, which takes the place of the account's auth token.
   * @param keySecret The API key's secret.
   * @throws {TypeError} if an access token cannot say the same: without a client's name, with two of them, with two applications, an event stream or an unknown scope.
   * @throws {RangeError} if the client's name has more than 256 characters.
   * @see https://www.twilio.com/docs/voice/sdks/javascript/migrating-capability-token
   * @example
   * ```ts
   * import { AccessToken, TwilioCapability } from 'twilio-tokens'
   *
   * const capability = new TwilioCapability('AC123123', 'the auth token of that account').allowClientIncoming('Alice')
   * const token = await AccessToken.fromCapability(capability, 'SK123123', 'the secret of that API key').generate()
   * ```
   */
  static fromCapability(
    capability: TwilioCapability | CapabilityContents,
    keySid: string,
    keySecret: string,
  ): AccessToken {
    check.plainObject('capability', capability)
    const contents =
      'claims' in capability ? readCapability({ ...capability.claims() }) : capability
    if ((contents.kind as unknown) !== 'capability') throw inexpressible('no capability')
    const names = new Set<string>()
    const voice: VoiceGrantOptions = {}
    for (const scope of contents.scopes) {
      if (scope.kind === 'events') throw inexpressible('an event stream')
      if (scope.kind === 'other') throw inexpressible('an unknown scope')
      if (scope.clientName !== undefined) names.add(scope.clientName)
      if (scope.kind === 'incoming') voice.incomingAllow = true
      else {
        if (voice.outgoingApplicationSid !== undefined) throw inexpressible('several applications')
        voice.outgoingApplicationSid = scope.applicationSid
        if (Object.keys(scope.params).length > 0) voice.outgoingApplicationParams = scope.params
      }
    }
    const [identity, ...others] = names
    if (identity === undefined) throw inexpressible('no client name')
    if (others.length > 0) throw inexpressible('several client names')
    return new AccessToken(contents.accountSid, keySid, keySecret, { identity }).grantVoice(voice)
  }

  /**
   * Lets the user place and take calls, as the Voice SDKs do.
   *
   * @param options Which calls; none if left out.
   * @throws {TypeError} if an option is not of its form, there are params without an application, or the identity is no client's name: printable ASCII but for spaces and ``<>#%"{}|\^[]` ``.
   * @see https://www.twilio.com/docs/iam/access-tokens
   * @example
   * ```ts
   * import { AccessToken } from 'twilio-tokens'
   *
   * const access = new AccessToken('AC123123', 'SK123123', 'the secret of that API key', { identity: 'alice' })
   * access.grantVoice({ incomingAllow: true, outgoingApplicationSid: 'APabe7650f654fc34655fc81ae71caa3ff' })
   * ```
   */
  grantVoice(options: VoiceGrantOptions = {}): this {
    check.clientName('identity', this.#identity)
    const {
      incomingAllow,
      outgoingApplicationSid,
      outgoingApplicationParams,
      pushCredentialSid,
      endpointId,
    } = check.plainObject('options', options)
    const outgoing = {
      application_sid: check.optionalSid('outgoingApplicationSid', 'AP', outgoingApplicationSid),
      params: check.optional(check.json, 'outgoingApplicationParams', outgoingApplicationParams),
    }
    if (outgoing.params !== undefined && outgoing.application_sid === undefined) {
      throw new TypeError(
        'Cannot use outgoingApplicationParams: it must be left out without outgoingApplicationSid, got Object',
      )
    }
    return this.grant('voice', {
      incoming:
        check.optional(check.flag, 'incomingAllow', incomingAllow) === true
          ? { allow: true }
          : undefined,
      outgoing: outgoing.application_sid === undefined ? undefined : outgoing,
      push_credential_sid: check.optionalSid('pushCredentialSid', 'CR', pushCredentialSid),
      endpoint_id: check.optional(check.text, 'endpointId', endpointId),
    })
  }

  /**
   * Lets the user join video rooms.
   *
   * @param options Which room; any if left out.
   * @throws {TypeError} if the room is empty or no text.
   * @see https://www.twilio.com/docs/video/tutorials/user-identity-access-tokens
   * @example
   * ```ts
   * import { AccessToken } from 'twilio-tokens'
   *
   * const access = new AccessToken('AC123123', 'SK123123', 'the secret of that API key', { identity: 'alice' })
   * access.grantVideo({ room: 'standup' })
   * ```
   */
  grantVideo(options: VideoGrantOptions = {}): this {
    const { room } = check.plainObject('options', options)
    return this.grant('video', { room: check.optional(check.text, 'room', room) })
  }

  /**
   * Lets the user join conversations, as the Conversations SDKs do.
   *
   * @param options Which service, in which role.
   * @throws {TypeError} if an option is not of its form.
   * @see https://www.twilio.com/docs/conversations/create-tokens
   * @example
   * ```ts
   * import { AccessToken } from 'twilio-tokens'
   *
   * const access = new AccessToken('AC123123', 'SK123123', 'the secret of that API key', { identity: 'alice' })
   * access.grantChat({ serviceSid: 'IS123' })
   * ```
   */
  grantChat(options: ChatGrantOptions = {}): this {
    const { serviceSid, endpointId, deploymentRoleSid, pushCredentialSid } = check.plainObject(
      'options',
      options,
    )
    return this.grant('chat', {
      service_sid: check.optionalSid('serviceSid', 'IS', serviceSid),
      endpoint_id: check.optional(check.text, 'endpointId', endpointId),
      deployment_role_sid: check.optionalSid('deploymentRoleSid', 'RL', deploymentRoleSid),
      push_credential_sid: check.optionalSid('pushCredentialSid', 'CR', pushCredentialSid),
    })
  }

  /**
   * Lets the user read and write Sync objects.
   *
   * @param options Which service.
   * @throws {TypeError} if the service is missing, or an option is not of its form.
   * @see https://www.twilio.com/docs/sync/identity-and-access-tokens
   * @example
   * ```ts
   * import { AccessToken } from 'twilio-tokens'
   *
   * const access = new AccessToken('AC123123', 'SK123123', 'the secret of that API key', { identity: 'alice' })
   * access.grantSync({ serviceSid: 'default' })
   * ```
   */
  grantSync(options: SyncGrantOptions): this {
    const { serviceSid, endpointId } = check.plainObject('options', options)
    return this.grant('data_sync', {
      // Every account has a service that goes by this name as well as by its SID.
      service_sid:
        serviceSid === 'default' ? serviceSid : check.sid('serviceSid', 'IS', serviceSid),
      endpoint_id: check.optional(check.text, 'endpointId', endpointId),
    })
  }

  /**
   * Lets the user work in a TaskRouter workspace; version 1 of TaskRouter.js takes a `TaskRouterCapability` instead.
   *
   * @param options Which workspace, as which worker.
   * @throws {TypeError} if the workspace is missing, or an option is not of its form.
   * @see https://www.twilio.com/docs/iam/access-tokens
   * @example
   * ```ts
   * import { AccessToken } from 'twilio-tokens'
   *
   * const access = new AccessToken('AC123123', 'SK123123', 'the secret of that API key', { identity: 'alice' })
   * access.grantTaskRouter({ workspaceSid: 'WS123', workerSid: 'WK123', role: 'worker' })
   * ```
   */
  grantTaskRouter(options: TaskRouterGrantOptions): this {
    const { workspaceSid, workerSid, role } = check.plainObject('options', options)
    return this.grant('task_router', {
      workspace_sid: check.sid('workspaceSid', 'WS', workspaceSid),
      worker_sid: check.optionalSid('workerSid', 'WK', workerSid),
      role: check.optional(check.text, 'role', role),
    })
  }

  /**
   * Grants what this library does not know yet.
   *
   * @param name The grant's name on the wire, but for `identity`, which has its place among the grants.
   * @param payload The grant as it goes on the wire; copied.
   * @throws {TypeError} if the name is empty or `identity`, or JSON cannot hold the payload.
   * @see https://www.twilio.com/docs/iam/access-tokens
   * @example
   * ```ts
   * import { AccessToken } from 'twilio-tokens'
   *
   * const access = new AccessToken('AC123123', 'SK123123', 'the secret of that API key', { identity: 'alice' })
   * access.grant('player', { playbackUrl: 'https://example.com' })
   * ```
   */
  grant(name: string, payload: object): this {
    this.#grants.set(check.grantName('name', name), check.json('payload', payload))
    return this
  }

  /**
   * What `generate` signs, with a `jti` of its own in each call.
   *
   * @param options The lifetime in seconds, 1 to 86400; one hour if left out.
   * @throws {TypeError} if an option has the wrong type.
   * @throws {RangeError} if an option is out of range.
   * @see https://www.twilio.com/docs/iam/access-tokens
   * @example
   * ```ts
   * import { AccessToken } from 'twilio-tokens'
   *
   * const access = new AccessToken('AC123123', 'SK123123', 'the secret of that API key', { identity: 'alice' })
   * const { jti, exp } = access.claims({ expires: 600 })
   * ```
   */
  claims(options?: GenerateOptions): AccessClaims {
    const { iat, exp } = check.lifetime(options)
    return {
      jti: `${this.#keySid}-${crypto.randomUUID()}`,
      grants: { identity: this.#identity, ...check.copy(Object.fromEntries(this.#grants)) }, // copied, so that no caller changes ours
      ...present({ nbf: this.#notBefore }),
      iat,
      exp,
      iss: this.#keySid,
      sub: this.#accountSid,
    }
  }

  /**
   * Makes a token.
   *
   * @param options The lifetime in seconds, 1 to 86400; one hour if left out.
   * @throws {TypeError} if an option has the wrong type; like every error here it rejects the promise.
   * @throws {RangeError} if an option is out of range.
   * @see https://www.twilio.com/docs/iam/access-tokens
   * @example
   * ```ts
   * import { AccessToken } from 'twilio-tokens'
   *
   * const access = new AccessToken('AC123123', 'SK123123', 'the secret of that API key', { identity: 'alice' })
   * const token = await access.generate({ expires: 600 }) // ten minutes
   * ```
   */
  generate(options?: GenerateOptions): Promise<string> {
    const header = jwt.encodeHeader({ cty: 'twilio-fpa;v=1', ...present({ twr: this.#region }) })
    return jwt.sign(() => this.claims(options), this.#keySecret, header)
  }
}

/** Reads the header and the claims of an access token. */
export function readAccess(header: Claims, claims: Claims): AccessContents {
  const { identity, ...grants } = objectClaim(claims, 'grants')
  return {
    kind: 'access',
    accountSid: textClaim(claims, 'sub'),
    keySid: textClaim(claims, 'iss'),
    expires: timeClaim(claims, 'exp'),
    ...present({
      identity: optionalClaim(textClaim, { identity }, 'identity'),
      notBefore: optionalClaim(timeClaim, claims, 'nbf'),
      issuedAt: optionalClaim(timeClaim, claims, 'iat'),
      id: optionalClaim(textClaim, claims, 'jti'),
      region: optionalClaim(textClaim, header, 'twr'),
    }),
    grants,
  }
}

function inexpressible(found: string): TypeError {
  return new TypeError(
    `Cannot use capability: it must be one that an access token can express, got ${found}`,
  )
}
