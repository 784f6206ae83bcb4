// A TaskRouter capability token is a JSON Web Token that is signed with the account's auth token, for TaskRouter.js version 1. It
// tells Twilio which requests a channel (a worker, a task queue or a workspace) may make, as policies: see policies.ts.
//
//   { "alg": "HS256", "typ": "JWT" }
//   { "account_sid": "AC…", "workspace_sid": "WS…", "channel": "WK…", "version": "v1", "friendly_name": "WK…", "policies": […],
//     "worker_sid": "WK…", "iss": "AC…", "exp": 1800000000 }              ; taskqueue_sid for a WQ…, neither for a workspace
//
// https://www.twilio.com/docs/taskrouter/js-sdk/workspace/constructing-jwts

import * as check from './check.ts'
import { expiryClaim, listClaim, textClaim, type Claims } from './claims.ts'
import * as jwt from './jwt.ts'
import { generateCall, issueTimes, type GenerateOptions } from './options.ts'
import {
  createPolicy,
  defaultPolicies,
  findCall,
  readPolicy,
  type Policy,
  type PolicyClaims,
  type PolicyFilters,
} from './policies.ts'

/** The claims of a TaskRouter capability token. */
export interface TaskRouterClaims {
  /** The account SID, as in `iss`. */
  account_sid: string
  /** The workspace, `WS…`. */
  workspace_sid: string
  /** The SID of the worker, the task queue or the workspace. */
  channel: string
  /** The version of TaskRouter's API. */
  version: 'v1'
  /** The channel SID again. */
  friendly_name: string
  /** Which requests are allowed or denied. */
  policies: PolicyClaims[]
  /** The worker, `WK…`, if the channel is one. */
  worker_sid?: string
  /** The task queue, `WQ…`, if the channel is one. */
  taskqueue_sid?: string
  /** The account SID. */
  iss: string
  /** When the token expires, in seconds since the epoch. */
  exp: number
}

/** The contents of a TaskRouter capability token. */
export interface TaskRouterContents {
  /** Always `'taskrouter'`; distinguishes this kind from the others. */
  kind: 'taskrouter'
  /** The account, `AC…`: the claim `iss`. */
  accountSid: string
  /** The workspace, `WS…`. */
  workspaceSid: string
  /** The SID of the worker, the task queue or the workspace. */
  channelSid: string
  /** When the token expires, in seconds since the epoch. */
  expiresAt: number
  /** Which requests are allowed or denied. */
  policies: Policy[]
}

/**
 * Creates TaskRouter capability tokens, which let the page of a worker, a task queue or a workspace make requests to TaskRouter.
 *
 * Every token may use its event channel and fetch its own resource. The token of a worker may also fetch its activities, tasks
 * and reservations. Calls can be chained, and each adds to that. You can reuse a builder.
 *
 * @see https://www.twilio.com/docs/taskrouter/js-sdk/workspace/constructing-jwts
 * @example
 * ```ts
 * import { TaskRouterCapability } from 'twilio-tokens'
 *
 * const secret = 'the auth token of that account'
 * const capability = new TaskRouterCapability('AC123123', secret, 'WS123', 'WK123')
 *   .allowUpdateActivities()
 *   .allowUpdateReservations()
 *   .allow('https://taskrouter.twilio.com/v1/Workspaces/WS123/Tasks/**', 'POST', {
 *     postFilter: { Priority: { required: true } },
 *   })
 *   .deny('https://taskrouter.twilio.com/v1/Workspaces/WS123/Tasks/**', 'DELETE')
 * const token = await capability.generate({ expires: 600 })
 * ```
 */
export class TaskRouterCapability {
  readonly #accountSid: string
  readonly #authToken: string // private by the language, not by a type: no JSON and no printed object shows it
  readonly #workspaceSid: string
  readonly #channelSid: string
  readonly #workspaceUrl: string
  readonly #url: string // of the channel's own resource
  readonly #policies: PolicyClaims[]

  /**
   * Creates a builder with the policies that every token of the channel has.
   *
   * @param accountSid The account SID, `AC…`.
   * @param authToken The account's auth token, which signs; a secret, so never in a browser.
   * @param workspaceSid The workspace SID, `WS…`.
   * @param channelSid The SID of the worker, `WK…`, or of the task queue, `WQ…`; the workspace itself if omitted. It must not
   * be passed as `undefined`, because the token would then cover the whole workspace.
   * @throws {TypeError} if a SID or the auth token is invalid.
   */
  constructor(accountSid: string, authToken: string, workspaceSid: string, channelSid?: string)
  constructor(...args: [string, string, string, string?]) {
    const [accountSid, authToken, workspaceSid, channelSid = workspaceSid] = args
    this.#accountSid = check.sid('accountSid', 'AC', accountSid)
    this.#authToken = check.secret('authToken', authToken)
    this.#workspaceSid = check.sid('workspaceSid', 'WS', workspaceSid)
    this.#channelSid = channelSid
    if (args.length > 3 && args[3] !== workspaceSid) {
      check.sid('channelSid', 'WK or WQ', args[3]) // undefined too, if it is passed
    }
    check.noMore(args, 4, generateCall.example)
    this.#workspaceUrl = `https://taskrouter.twilio.com/v1/Workspaces/${workspaceSid}`
    this.#url = this.#workspaceUrl
    if (this.#isOf('WK')) this.#url += `/Workers/${channelSid}`
    if (this.#isOf('WQ')) this.#url += `/TaskQueues/${channelSid}`
    this.#policies = defaultPolicies(accountSid, this.#workspaceUrl, channelSid, this.#url)
  }

  /**
   * Allows requests.
   *
   * @param url Where they may go: `https://` on a host under `.twilio.com`. `*` stands for one segment, `**` for any number of
   * them, so text that a user has entered must not contain `*`.
   * @param method The HTTP method in capital letters, such as `GET`.
   * @param filters What their query and body must contain; anything if omitted. Copied.
   * @returns This builder.
   * @throws {TypeError} if the URL or the method is invalid, or JSON cannot represent a filter.
   */
  allow(url: string, method: string, filters?: PolicyFilters): this
  allow(...args: [string, string, PolicyFilters?]): this {
    this.#policies.push(createPolicy(true, ...args))
    return this
  }

  /**
   * Denies requests.
   *
   * @param url Where they may not go, as in `allow`.
   * @param method The HTTP method in capital letters, such as `DELETE`.
   * @param filters What their query and body must contain to be denied; anything if omitted. Copied.
   * @returns This builder.
   * @throws {TypeError} if the URL or the method is invalid, or JSON cannot represent a filter.
   */
  deny(url: string, method: string, filters?: PolicyFilters): this
  deny(...args: [string, string, PolicyFilters?]): this {
    this.#policies.push(createPolicy(false, ...args))
    return this
  }

  /**
   * Lets the channel fetch the resources below its own.
   *
   * @returns This builder.
   */
  allowFetchSubresources(): this {
    return this.allow(`${this.#url}/**`, 'GET')
  }

  /**
   * Lets the channel update its own resource.
   *
   * @returns This builder.
   */
  allowUpdateSelf(): this {
    return this.allow(this.#url, 'POST')
  }

  /**
   * Lets the channel update the resources below its own.
   *
   * @returns This builder.
   */
  allowUpdateSubresources(): this {
    return this.allow(`${this.#url}/**`, 'POST')
  }

  /**
   * Lets the channel delete its own resource.
   *
   * @returns This builder.
   */
  allowDeleteSelf(): this {
    return this.allow(this.#url, 'DELETE')
  }

  /**
   * Lets the channel delete the resources below its own.
   *
   * @returns This builder.
   */
  allowDeleteSubresources(): this {
    return this.allow(`${this.#url}/**`, 'DELETE')
  }

  /**
   * Lets the worker change its activity, but nothing else about itself.
   *
   * @returns This builder.
   * @throws {TypeError} if the channel is not a worker.
   */
  allowUpdateActivities(): this {
    return this.#forWorker().allow(this.#url, 'POST', {
      postFilter: { ActivitySid: { required: true } },
    })
  }

  /**
   * Lets the worker update tasks and its reservations of them.
   *
   * @returns This builder.
   * @throws {TypeError} if the channel is not a worker.
   */
  allowUpdateReservations(): this {
    return this.#forWorker()
      .allow(`${this.#workspaceUrl}/Tasks/**`, 'POST')
      .allow(`${this.#url}/Reservations/**`, 'POST')
  }

  /**
   * Returns the claims that `generate` signs.
   *
   * @param options The lifetime, 1 to 86400 seconds; one hour if omitted.
   * @returns The claims, in a new object.
   * @throws {TypeError} if an option has the wrong type.
   * @throws {RangeError} if an option is out of range.
   */
  claims(options?: GenerateOptions): TaskRouterClaims {
    const { exp } = issueTimes(options, findCall)
    return {
      account_sid: this.#accountSid,
      workspace_sid: this.#workspaceSid,
      channel: this.#channelSid,
      version: 'v1',
      friendly_name: this.#channelSid,
      policies: check.copy(this.#policies), // so that no caller changes ours
      ...(this.#isOf('WK') && { worker_sid: this.#channelSid }),
      ...(this.#isOf('WQ') && { taskqueue_sid: this.#channelSid }),
      iss: this.#accountSid,
      exp,
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
  generate(options?: GenerateOptions): Promise<string> {
    return jwt.sign(() => JSON.stringify(this.claims(options)), this.#authToken)
  }

  #forWorker(): this {
    if (this.#isOf('WK')) return this
    throw check.invalid('channelSid', 'a worker, WK…, for this permission', 'another channel')
  }

  #isOf(prefix: 'WK' | 'WQ'): boolean {
    return this.#channelSid.startsWith(prefix)
  }
}

/** Reads the claims of a TaskRouter capability token. */
export function readTaskRouter(claims: Claims): TaskRouterContents {
  return {
    kind: 'taskrouter',
    accountSid: textClaim(claims, 'iss'),
    workspaceSid: textClaim(claims, 'workspace_sid'),
    channelSid: textClaim(claims, 'channel'),
    expiresAt: expiryClaim(claims),
    policies: listClaim(claims, 'policies').map(readPolicy),
  }
}
