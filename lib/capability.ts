// A Twilio capability token is a JSON Web Token that an account's auth token signs. It tells Twilio what the browser that holds it
// may do, as URIs in one claim, `scope`:
//
//   { "alg": "HS256", "typ": "JWT" }
//   { "scope": "scope:client:incoming?clientName=Alice scope:client:outgoing?appSid=AP…&clientName=Alice", "iss": "AC…", "exp": 1800000000 }
//
// https://www.twilio.com/docs/deprecated-pages/client/capability-tokens

import * as check from './check.ts'
import type { GenerateOptions, Params } from './check.ts'
import { textClaim, timeClaim, type Claims } from './claims.ts'
import * as jwt from './jwt.ts'
import { formatScope, parseScope, type Scope } from './scope.ts'

/** What a capability token holds. */
export interface CapabilityClaims {
  /** The scopes, with a space between them. */
  scope: string
  /** The account's SID. */
  iss: string
  /** When the token expires, in seconds since the epoch. */
  exp: number
}

/** What a capability token says, read back. */
export interface CapabilityContents {
  /** Tells it from the other tokens. */
  kind: 'capability'
  /** The account, `AC…`: the claim `iss`. */
  accountSid: string
  /** When the token expires, in seconds since the epoch. */
  expires: number
  /** What it allows, in the order of the claim `scope`. */
  scopes: Scope[]
}

/**
 * Makes capability tokens: what a softphone in a browser may do, signed by the account.
 *
 * Calls chain; a repeated call replaces what the one before allowed; a builder may make any number of tokens.
 *
 * @see https://www.twilio.com/docs/deprecated-pages/client/capability-tokens
 * @example
 * ```ts
 * import { TwilioCapability } from 'twilio-tokens'
 *
 * const capability = new TwilioCapability('AC123123', 'the auth token of that account')
 * capability.allowClientIncoming('Alice').allowClientOutgoing('APabe7650f654fc34655fc81ae71caa3ff')
 * const token = await capability.generate({ expires: 600 })
 * ```
 */
export class TwilioCapability {
  readonly #accountSid: string
  readonly #authToken: string // private by the language, not by a type: no JSON and no printed object shows it
  readonly #scopes = new Map<Scope['kind'], Scope>() // one of a kind; a Map keeps the place of the one that is replaced
  #clientName: string | undefined

  /**
   * Begins with nothing allowed.
   *
   * @param accountSid The account, `AC…`.
   * @param authToken The account's auth token, which signs; a secret, so never in a browser.
   * @throws {TypeError} if the SID is not of that form, or the auth token is empty.
   */
  constructor(accountSid: string, authToken: string) {
    this.#accountSid = check.sid('accountSid', 'AC', accountSid)
    this.#authToken = check.text('authToken', authToken)
  }

  /**
   * Allows to take calls as a client of this name: what `<Client>` in TwiML dials.
   *
   * @param clientName 1 to 256 characters: printable ASCII but for spaces and ``<>#%"{}|\^[]` ``. Mobile SDKs take only letters, digits and `_`.
   * @throws {TypeError} if a character is not allowed.
   * @throws {RangeError} if the name is too long.
   * @see https://www.twilio.com/docs/voice/twiml/client
   */
  allowClientIncoming(clientName: string): this {
    this.#clientName = check.clientName('clientName', clientName)
    return this.#allow({ kind: 'incoming', clientName })
  }

  /**
   * Allows to place calls through a TwiML application, in the name that `allowClientIncoming` gives, if it is called too.
   *
   * @param applicationSid The application, `AP…`.
   * @param params What the application's webhook gets with each call; signed, so that the browser cannot change it.
   * @throws {TypeError} if the SID is not of that form, or a param is neither text, finite number, boolean nor a list of these.
   */
  allowClientOutgoing(applicationSid: string, params: Params = {}): this {
    return this.#allow({
      kind: 'outgoing',
      applicationSid: check.sid('applicationSid', 'AP', applicationSid),
      params: check.params('params', params),
    })
  }

  /**
   * Allows to watch the account's events as they happen.
   *
   * @param filters Only events that match.
   * @throws {TypeError} if a filter is neither text, finite number, boolean nor a list of these.
   */
  allowEventStream(filters: Params = {}): this {
    return this.#allow({
      kind: 'events',
      path: '/2010-04-01/Events',
      filters: check.params('filters', filters),
    })
  }

  /**
   * What `generate` signs.
   *
   * @param options The lifetime, one hour if left out.
   * @throws {TypeError} if an option has the wrong type.
   * @throws {RangeError} if an option is out of range.
   */
  claims(options?: GenerateOptions): CapabilityClaims {
    let scope = ''
    // The client's name only now, so that the order of the calls does not matter.
    for (const allowed of this.#scopes.values())
      scope += `${scope && ' '}${formatScope(allowed, this.#clientName)}`
    return { scope, iss: this.#accountSid, exp: check.lifetime(options).exp }
  }

  /**
   * Makes a token.
   *
   * @param options The lifetime, one hour if left out.
   * @throws {TypeError} if an option has the wrong type; like every error here it rejects the promise.
   * @throws {RangeError} if an option is out of range.
   */
  generate(options?: GenerateOptions): Promise<string> {
    return jwt.sign(() => this.claims(options), this.#authToken)
  }

  #allow(scope: Scope): this {
    this.#scopes.set(scope.kind, scope)
    return this
  }
}

/** Reads the claims of a capability token. */
export function readCapability(claims: Claims): CapabilityContents {
  const scopes = textClaim(claims, 'scope').split(' ')
  return {
    kind: 'capability',
    accountSid: textClaim(claims, 'iss'),
    expires: timeClaim(claims, 'exp'),
    scopes: scopes.filter((uri) => uri !== '').map(parseScope),
  }
}
