// A Twilio access token is a JSON Web Token that is signed with an API key. It states who the user is, and grants access to
// Twilio's products:
//
//   { "alg": "HS256", "typ": "JWT", "cty": "twilio-fpa;v=1", "twr": "ie1" }         ; twr if a region is given
//   { "jti": "SK…-…", "grants": { "identity": "alice", "voice": { … } }, "nbf": 1799999990, "iat": 1800000000,
//     "exp": 1800003600, "iss": "SK…", "sub": "AC…" }                               ; nbf if it is asked for
//
// https://www.twilio.com/docs/iam/access-tokens

import type { CapabilityContents, TwilioCapability } from './capability.ts'
import * as check from './check.ts'
import {
  expiryClaim,
  numberClaim,
  objectClaim,
  optionalClaim,
  own,
  present,
  textClaim,
  type Claims,
} from './claims.ts'
import {
  grants,
  membersOf,
  readViews,
  type ChatGrant,
  type GrantName,
  type Member,
  type SyncGrant,
  type TaskRouterGrant,
  type VideoGrant,
  type VoiceGrant,
} from './grants.ts'
import * as jwt from './jwt.ts'
import { lastSecond } from './limits.ts'
import { migrate } from './migrate.ts'
import {
  accessTokenCall,
  callWith,
  generateCall,
  issueTimes,
  options as checkOptions,
  type Call,
  type GenerateOptions,
} from './options.ts'
import { need } from './platform.ts'

/** The content type of an access token. */
export const contentType = 'twilio-fpa;v=1'

/** Options for an access token: its identity, region and start time. */
export interface AccessTokenOptions {
  /** The user: 1 to 256 characters. With a voice grant, it must be a client name. */
  identity: string
  /** The region that accepts the token, such as `ie1`, which has its own API keys; Twilio assumes `us1` if omitted. */
  region?: string
  /**
   * When the token becomes valid, in whole seconds since the epoch. If omitted, it is valid immediately, also for a client whose
   * clock is behind.
   */
  notBefore?: number
}

/** The claims of an access token. */
export interface AccessClaims {
  /** The API key SID and a random part; unique for every token. */
  jti: string
  /** The identity, and the grants by their names on the wire: `voice`, `video`, `chat`, `data_sync`, `task_router`. */
  grants: { identity: string; [name: string]: unknown }
  /** When the token becomes valid, in seconds since the epoch. */
  nbf?: number
  /** When the token was created, in seconds since the epoch. */
  iat: number
  /** When the token expires, in seconds since the epoch. */
  exp: number
  /** The API key SID. */
  iss: string
  /** The account SID. */
  sub: string
}

/** The contents of an access token. */
export interface AccessContents {
  /** Always `'access'`; distinguishes this kind from the others. */
  kind: 'access'
  /** The account, `AC…`: the claim `sub`. */
  accountSid: string
  /** The SID of the API key that claims to have signed the token, `SK…`: the claim `iss`. */
  keySid: string
  /** The user: `grants.identity`. */
  identity?: string
  /** When the token expires, in seconds since the epoch. */
  expiresAt: number
  /** When the token becomes valid, in seconds since the epoch. */
  notBefore?: number
  /** When the token was created, in seconds since the epoch. */
  issuedAt?: number
  /** The claim `jti`; unique for every token. */
  id?: string
  /** The region that the token is for, such as `ie1`: `twr` in the header. */
  region?: string
  /** The voice grant, as far as `grantVoice` accepts it. */
  voice?: VoiceGrant
  /** The video grant, as far as `grantVideo` accepts it. */
  video?: VideoGrant
  /** The chat grant, as far as `grantChat` accepts it. */
  chat?: ChatGrant
  /** The Sync grant, as far as `grantSync` accepts it. */
  sync?: Partial<SyncGrant>
  /** The TaskRouter grant, as far as `grantTaskRouter` accepts it. */
  taskRouter?: Partial<TaskRouterGrant>
  /** Every grant by its name on the wire, as received, including what no view contains. */
  grants: Record<string, unknown>
}

/**
 * Creates access tokens, which let a user's voice, video, chat, Sync or TaskRouter client connect to Twilio.
 *
 * Calls can be chained, and granting again replaces the earlier grant. You can reuse a builder and generate several tokens
 * concurrently.
 *
 * @see https://www.twilio.com/docs/iam/access-tokens
 * @example
 * ```ts
 * import { AccessToken, TwilioCapability } from 'twilio-tokens'
 *
 * const secret = 'the secret of that API key'
 * const token = await new AccessToken('AC123123', 'SK123123', secret, { identity: 'alice' })
 *   .grantVoice({
 *     incomingAllow: true,
 *     outgoingApplicationSid: 'APabe7650f654fc34655fc81ae71caa3ff',
 *   })
 *   .grantVideo({ room: 'standup' })
 *   .generate({ expires: 600 })
 *
 * const capability = new TwilioCapability('AC123123', 'the auth token of that account')
 * const migrated = AccessToken.fromCapability(capability.allowClientIncoming('Alice'), 'SK123123', secret)
 * ```
 */
export class AccessToken {
  readonly #accountSid: string
  readonly #keySid: string
  readonly #keySecret: string // private by the language, not by a type: no JSON and no printed object shows it
  readonly #identity: string
  readonly #region: string | undefined
  readonly #notBefore: number | undefined
  readonly #grants = new Map<string, object>() // by name on the wire; a Map keeps the position of the one that is replaced

  /**
   * Creates a builder with no grants.
   *
   * @param accountSid The account SID, `AC…`.
   * @param keySid The API key SID, `SK…`.
   * @param keySecret The API key secret, which signs; never in a browser.
   * @param options The identity, the region and the start time.
   * @throws {TypeError} if a SID, the secret or an option is invalid.
   * @throws {RangeError} if the identity is longer than 256 characters, or `notBefore` is out of range.
   */
  constructor(accountSid: string, keySid: string, keySecret: string, options: AccessTokenOptions)
  constructor(...args: [string, string, string, AccessTokenOptions]) {
    const [accountSid, keySid, keySecret, options] = args
    this.#accountSid = check.sid('accountSid', 'AC', accountSid)
    this.#keySid = check.sid('keySid', 'SK', keySid)
    this.#keySecret = check.secret('keySecret', keySecret)
    const given = checkOptions('options', options, accessTokenCall, findCall)
    const { identity, region, notBefore } = given
    this.#identity = check.identity('identity', identity)
    this.#region = region === undefined ? region : check.region('region', region)
    this.#notBefore =
      notBefore === undefined ? notBefore : check.seconds('notBefore', notBefore, 0, lastSecond)
    check.noMore(args, 4, generateCall.example)
  }

  /**
   * Converts a capability by Twilio's own rules: the client name becomes the identity, and the scopes become a voice grant.
   *
   * @param capability The builder, or contents that `verify` has returned. Contents of `inspect` are rejected, because a stranger
   * may have written them.
   * @param keySid The API key SID, `SK…`, which replaces the account's auth token.
   * @param keySecret The API key secret.
   * @returns A builder with a voice grant.
   * @throws {TypeError} if an access token cannot express the capability: no client name or more than one, several applications, an
   * event stream or an unknown scope.
   * @throws {RangeError} if the client name is longer than 256 characters.
   * @see https://www.twilio.com/docs/voice/sdks/javascript/migrating-capability-token
   */
  static fromCapability(
    capability: TwilioCapability | CapabilityContents,
    keySid: string,
    keySecret: string,
  ): AccessToken
  static fromCapability(...args: Parameters<typeof migrated>): AccessToken {
    check.noMore(args, 3, `${generateCall.example}, or new AccessToken(…, { region })`)
    return migrated(...args)
  }

  /**
   * Lets the user receive and place calls with the Voice SDKs.
   *
   * @param options Which calls; none if omitted.
   * @returns This builder.
   * @throws {TypeError} if an option is invalid or there are params without an application, or if the identity is not a client
   * name: printable ASCII without space and ``<>#%"{}|\^[]` ``.
   */
  grantVoice(options: VoiceGrant = {}): this {
    return this.#grant('voice', options)
  }

  /**
   * Lets the user join video rooms.
   *
   * @param options Which room; any room if omitted.
   * @returns This builder.
   * @throws {TypeError} if an option is invalid.
   */
  grantVideo(options: VideoGrant = {}): this {
    return this.#grant('video', options)
  }

  /**
   * Lets the user join conversations with the Conversations SDKs.
   *
   * @param options Which service, in which role.
   * @returns This builder.
   * @throws {TypeError} if an option is invalid.
   */
  grantChat(options: ChatGrant = {}): this {
    return this.#grant('chat', options)
  }

  /**
   * Lets the user read and write Sync objects.
   *
   * @param options Which service.
   * @returns This builder.
   * @throws {TypeError} if the service is missing, or an option is invalid.
   */
  grantSync(options: SyncGrant): this {
    return this.#grant('sync', options)
  }

  /**
   * Lets the user work in a TaskRouter workspace, with TaskRouter.js version 2.
   *
   * @param options Which workspace, as which worker.
   * @returns This builder.
   * @throws {TypeError} if the workspace is missing, or an option is invalid.
   */
  grantTaskRouter(options: TaskRouterGrant): this {
    return this.#grant('taskRouter', options)
  }

  /**
   * Adds a grant that this library does not know yet.
   *
   * @param name The grant's name on the wire; not `identity`, which is beside the grants.
   * @param payload The grant as it is on the wire; copied.
   * @returns This builder.
   * @throws {TypeError} if the name is empty or `identity`, if JSON cannot represent the payload, or if it is `voice` and the identity
   * is not a client name.
   */
  grant(name: string, payload: object): this {
    if (check.text('name', name) === 'identity') {
      throw check.invalid('name', 'the name of a grant', 'identity, which new AccessToken sets')
    }
    return this.#add(name, check.json('payload', payload))
  }

  /**
   * Returns the claims that `generate` signs, with a `jti` of its own in each call.
   *
   * @param options The lifetime, 1 to 86400 seconds; one hour if omitted.
   * @returns The claims, in a new object.
   * @throws {TypeError} if an option has the wrong type.
   * @throws {RangeError} if an option is out of range.
   */
  claims(options?: GenerateOptions): AccessClaims {
    const { iat, exp } = issueTimes(options, findCall)
    return {
      jti: `${this.#keySid}-${randomPart()}`,
      // Copied, so that no caller changes ours.
      grants: { identity: this.#identity, ...check.copy(Object.fromEntries(this.#grants)) },
      ...present({ nbf: this.#notBefore }),
      iat,
      exp,
      iss: this.#keySid,
      sub: this.#accountSid,
    }
  }

  /**
   * Generates a token.
   *
   * @param options The lifetime, 1 to 86400 seconds; one hour if omitted.
   * @returns The signed token.
   * @throws {TypeError} if an option has the wrong type; like every error here, it rejects the promise.
   * @throws {RangeError} if an option is out of range, or the token would have more than 65,536 characters.
   */
  async generate(options?: GenerateOptions): Promise<string> {
    // Async, because encoding the header fails if the platform lacks TextEncoder, and that must reject the promise.
    const header = jwt.encodeHeader({ cty: contentType, ...present({ twr: this.#region }) })
    return jwt.sign(() => JSON.stringify(this.claims(options)), this.#keySecret, header)
  }

  // Checks and writes the options of a grant by the table.
  #grant(key: GrantName, options: object): this {
    const { name } = grants[key]
    const checked = checkOptions('options', options, grantCall(key), findCall)
    const given = new Map<string, unknown>(Object.entries(checked))
    const payload: Record<string, unknown> = {}
    for (const [option, member] of membersOf(grants[key])) {
      const isRequired = member.required === true || given.has(member.requiredBy ?? '')
      if (!given.has(option) && !isRequired) continue
      const value = checkMember(option, member.type, given.get(option))
      if (value === false) continue // which is what an omitted boolean means
      const [name = '', inner] = member.path.split('.')
      const outer = own(payload, name) as object | undefined // of this function's own making
      payload[name] = inner === undefined ? value : { ...outer, [inner]: value }
    }
    return this.#add(name, payload)
  }

  #add(name: string, payload: object): this {
    if (name === grants.voice.name) check.clientName('identity', this.#identity)
    this.#grants.set(name, payload)
    return this
  }
}

/** Reads the header and the claims of an access token. */
export function readAccess(header: Claims, claims: Claims): AccessContents {
  const received = objectClaim(claims, 'grants')
  const others = Object.entries(received).filter(([name]) => name !== 'identity')
  return {
    kind: 'access',
    accountSid: textClaim(claims, 'sub'),
    keySid: textClaim(claims, 'iss'),
    expiresAt: expiryClaim(claims),
    ...present({
      identity: optionalClaim(textClaim, received, 'identity'),
      notBefore: optionalClaim(numberClaim, claims, 'nbf'),
      issuedAt: optionalClaim(numberClaim, claims, 'iat'),
      id: optionalClaim(textClaim, claims, 'jti'),
      region: optionalClaim(textClaim, header, 'twr'),
    }),
    ...readViews(received),
    grants: Object.fromEntries(others),
  }
}

// Outside of the class, because esbuild would rename a class that creates itself, and people see its name in print.
function migrated(
  capability: TwilioCapability | CapabilityContents,
  keySid: string,
  keySecret: string,
): AccessToken {
  const { accountSid, identity, voice } = migrate(capability)
  return new AccessToken(accountSid, keySid, keySecret, { identity }).grantVoice(voice)
}

// Finds the call that has an option.
function findCall(name: string): string | undefined {
  const keys = Object.keys(grants) as GrantName[] // the table has no other keys
  return callWith(name, [generateCall, accessTokenCall, ...keys.map(grantCall)])
}

function grantCall(key: GrantName): Call {
  const names = Object.keys(grants[key].members)
  const method = `grant${key.charAt(0).toUpperCase()}${key.slice(1)}`
  return { example: `${method}({ ${names.join(', ')} })`, names }
}

// A `switch` and not a table of functions: a function that is called by a name stops bundlers from dropping the others.
function checkMember(option: string, type: Member['type'], value: unknown): unknown {
  switch (type) {
    case 'boolean':
      return check.boolean(option, value as boolean)
    case 'string':
      return check.text(option, value as string, check.notSet)
    case 'object':
      return check.json(option, value as object)
    case 'IS or default':
      return value === 'default'
        ? value
        : check.sid(option, 'IS', value, 'default, or IS and 32 lower-case hexadecimal digits')
    default:
      return check.sid(option, type, value)
  }
}

// 128 bits. Not randomUUID, which pages without a secure context and older runtimes do not have.
function randomPart(): string {
  const bytes = Array.from(
    need(globalThis.crypto, 'crypto.subtle').getRandomValues(new Uint8Array(16)),
  )
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
