// A Twilio capability token is a JSON Web Token that is signed with the account's auth token. It tells Twilio what the browser
// with the token may do, as URIs in one claim, `scope`:
//
//   { "alg": "HS256", "typ": "JWT" }
//   { "scope": "scope:client:incoming?clientName=Alice scope:client:outgoing?appSid=AP…&clientName=Alice",
//     "iss": "AC…", "exp": 1800000000 }
//
// https://www.twilio.com/docs/deprecated-pages/client/capability-tokens

import * as check from './check.ts'
import { expiryClaim, optionalClaim, textClaim, type Claims } from './claims.ts'
import * as jwt from './jwt.ts'
import { vouch } from './migrate.ts'
import {
  accessTokenCall,
  callWith,
  generateCall,
  issueTimes,
  type Filters,
  type GenerateOptions,
  type Params,
} from './options.ts'
import { formatScope, parseScope, type Scope } from './scope.ts'

/** The claims of a capability token. */
export interface CapabilityClaims {
  /** The scopes, separated by spaces. */
  scope: string
  /** The account SID. */
  iss: string
  /** When the token expires, in seconds since the epoch. */
  exp: number
}

/** The contents of a capability token. */
export interface CapabilityContents {
  /** Always `'capability'`; distinguishes this kind from the others. */
  kind: 'capability'
  /** The account, `AC…`: the claim `iss`. */
  accountSid: string
  /** When the token expires, in seconds since the epoch. */
  expiresAt: number
  /** What the token allows, in the order of the claim `scope`. */
  scopes: Scope[]
}

/**
 * Creates capability tokens, which let a softphone in a browser receive and place calls. Twilio has deprecated them: new
 * applications need an {@link AccessToken}.
 *
 * Calls can be chained, and calling a method again replaces the earlier call. You can reuse a builder and generate several
 * tokens concurrently.
 *
 * @see https://www.twilio.com/docs/deprecated-pages/client/capability-tokens
 * @example
 * ```ts
 * import { TwilioCapability } from 'twilio-tokens'
 *
 * const capability = new TwilioCapability('AC123123', 'the auth token of that account')
 * capability.allowClientIncoming('Alice')
 * capability.allowClientOutgoing('APabe7650f654fc34655fc81ae71caa3ff')
 * const token = await capability.generate({ expires: 600 })
 * ```
 */
export class TwilioCapability {
  readonly #accountSid: string
  readonly #authToken: string // private by the language, not by a type: no JSON and no printed object shows it
  readonly #scopes = new Map<Scope['kind'], Scope>() // one of a kind; a Map keeps the position of the one that is replaced
  #clientName: string | undefined

  /**
   * Creates a builder that allows nothing yet.
   *
   * @param accountSid The account SID, `AC…`.
   * @param authToken The account's auth token, which signs; a secret, so never in a browser.
   * @throws {TypeError} if the SID or the auth token is invalid.
   */
  constructor(accountSid: string, authToken: string)
  constructor(...args: [string, string]) {
    const [accountSid, authToken] = args
    this.#accountSid = check.sid('accountSid', 'AC', accountSid)
    this.#authToken = check.secret('authToken', authToken)
    check.noMore(args, 2, generateCall.example)
    vouch(this, () => ({ accountSid, scopes: [...this.#scopes.values()] }))
  }

  /**
   * Lets the client receive incoming calls as `clientName`, the name that TwiML's `<Client>` dials.
   *
   * @param clientName 1 to 256 characters: printable ASCII without space and ``<>#%"{}|\^[]` ``. Mobile SDKs accept only
   * letters, digits and `_`.
   * @returns This builder.
   * @throws {TypeError} if a character is not allowed.
   * @throws {RangeError} if the name is too long.
   * @see https://www.twilio.com/docs/voice/twiml/client
   */
  allowClientIncoming(clientName: string): this {
    this.#clientName = check.clientName('clientName', clientName)
    return this.#allow({ kind: 'incoming', clientName })
  }

  /**
   * Lets the client make outgoing calls through a TwiML application. If `allowClientIncoming` is also called, they come from
   * that client name.
   *
   * @param applicationSid The application SID, `AP…`.
   * @param params Values that the application's webhook receives with each call. They are signed, so the browser cannot
   * change them. Values that are `undefined` are omitted.
   * @returns This builder.
   * @throws {TypeError} if the SID is invalid, or a param is not a string, finite number, boolean or list of these.
   */
  allowClientOutgoing(applicationSid: string, params?: Params): this {
    return this.#allow({
      kind: 'outgoing',
      applicationSid: check.sid('applicationSid', 'AP', applicationSid),
      params: params === undefined ? {} : check.texts('params', params, true),
    })
  }

  /**
   * Lets the client watch the account's events as they happen.
   *
   * @param filters Values that an event must have; every event if omitted.
   * @returns This builder.
   * @throws {TypeError} if a filter is not a string, finite number, boolean or list of these.
   */
  allowEventStream(filters: Filters = {}): this {
    const path = '/2010-04-01/Events'
    return this.#allow({ kind: 'events', path, filters: check.texts('filters', filters, false) })
  }

  /**
   * Returns the claims that `generate` signs.
   *
   * @param options The lifetime, 1 to 86400 seconds; one hour if omitted.
   * @returns The claims, in a new object.
   * @throws {TypeError} if an option has the wrong type.
   * @throws {RangeError} if an option is out of range.
   */
  claims(options?: GenerateOptions): CapabilityClaims {
    let scope = ''
    for (const allowed of this.#scopes.values()) {
      // With the client name as it is now, so that the order of the calls does not matter.
      scope += `${scope && ' '}${formatScope(allowed, this.#clientName)}`
    }
    return { scope, iss: this.#accountSid, exp: issueTimes(options, findCall).exp }
  }

  /**
   * Generates a token.
   *
   * @param options The lifetime, 1 to 86400 seconds; one hour if omitted.
   * @returns The signed token.
   * @throws {TypeError} if an option has the wrong type; like every error here, it rejects the promise.
   * @throws {RangeError} if an option is out of range, or the token would have more than 65,536 characters.
   */
  generate(options?: GenerateOptions): Promise<string> {
    return jwt.sign(() => {
      const { scope, iss, exp } = this.claims(options)
      return `{"scope":"${scope}","iss":"${iss}","exp":${exp}}` // none has a character that JSON escapes
    }, this.#authToken)
  }

  #allow(scope: Scope): this {
    this.#scopes.set(scope.kind, scope)
    return this
  }
}

// Finds the call that has an option.
function findCall(name: string): string | undefined {
  return callWith(name, [
    { example: 'allowClientOutgoing(applicationSid, params)', names: ['applicationSid', 'params'] },
    { example: 'allowClientIncoming(clientName)', names: ['clientName'] },
    accessTokenCall,
  ])
}

/** Reads the claims of a capability token; twilio-csharp omits `scope` if nothing is allowed. */
export function readCapability(claims: Claims): CapabilityContents {
  const scopes: Scope[] = []
  for (const uri of (optionalClaim(textClaim, claims, 'scope') ?? '').split(' '))
    if (uri !== '') scopes.push(parseScope(uri))
  return {
    kind: 'capability',
    accountSid: textClaim(claims, 'iss'),
    expiresAt: expiryClaim(claims),
    scopes,
  }
}
