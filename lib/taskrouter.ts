// A TaskRouter capability token is a JSON Web Token that an account's auth token signs, for TaskRouter.js version 1. It tells Twilio which
// requests a channel may make, a worker, a task queue or a workspace, as policies: a URL, a method, and what its query and body must hold.
//
//   { "alg": "HS256", "typ": "JWT" }
//   { "account_sid": "AC…", "workspace_sid": "WS…", "channel": "WK…", "version": "v1", "friendly_name": "WK…",
//     "policies": [{ "url": "https://…", "method": "GET", "allow": true, "query_filter": {}, "post_filter": {} }, …],
//     "worker_sid": "WK…", "iss": "AC…", "exp": 1800000000 }              ; taskqueue_sid for a WQ…, neither for a workspace
//
// In a URL * stands for one segment, ** for any number of them.
//
// https://www.twilio.com/docs/taskrouter/js-sdk/workspace/constructing-jwts

import * as check from './check.ts'
import type { GenerateOptions } from './check.ts'
import {
  flagClaim,
  isObject,
  listClaim,
  objectClaim,
  optionalClaim,
  textClaim,
  timeClaim,
  wrongClaim,
  type Claims,
} from './claims.ts'
import * as jwt from './jwt.ts'

/** What a request's query and body must hold for a policy to apply, such as `{ ActivitySid: { required: true } }`. */
export interface PolicyFilters {
  /** Names in the request's query, and whether each is required; anything if left out. */
  queryFilter?: object
  /** Names in the request's body, and whether each is required; anything if left out. */
  postFilter?: object
}

/** A policy as it stands in a token. */
export interface PolicyClaims {
  /** Where requests go: `*` stands for one segment, `**` for any number of them. */
  url: string
  /** The HTTP method. */
  method: string
  /** Whether they are allowed, or denied. */
  allow: boolean
  /** What the query must hold; empty for anything. */
  query_filter: object
  /** What the body must hold; empty for anything. */
  post_filter: object
}

/** What a TaskRouter capability token holds. */
export interface TaskRouterClaims {
  /** The account's SID, as in `iss`. */
  account_sid: string
  /** The workspace, `WS…`. */
  workspace_sid: string
  /** The SID of the worker, the task queue or the workspace. */
  channel: string
  /** The version of TaskRouter's API. */
  version: 'v1'
  /** The channel's SID again. */
  friendly_name: string
  /** Which requests are allowed or denied. */
  policies: PolicyClaims[]
  /** The worker, `WK…`, where the channel is one. */
  worker_sid?: string
  /** The task queue, `WQ…`, where the channel is one. */
  taskqueue_sid?: string
  /** The account's SID. */
  iss: string
  /** When the token expires, in seconds since the epoch. */
  exp: number
}

/** Which requests are allowed or denied. */
export interface Policy {
  /** Where requests go: `*` stands for one segment, `**` for any number of them. */
  url: string
  /** The HTTP method. */
  method: string
  /** Whether they are allowed, or denied. */
  allow: boolean
  /** What the query must hold; empty for anything. */
  queryFilter: Record<string, unknown>
  /** What the body must hold; empty for anything. */
  postFilter: Record<string, unknown>
}

/** What a TaskRouter capability token says, read back. */
export interface TaskRouterContents {
  /** Tells it from the other tokens. */
  kind: 'taskrouter'
  /** The account, `AC…`: the claim `iss`. */
  accountSid: string
  /** The workspace, `WS…`. */
  workspaceSid: string
  /** The SID of the worker, the task queue or the workspace. */
  channel: string
  /** When the token expires, in seconds since the epoch. */
  expires: number
  /** Which requests are allowed or denied. */
  policies: Policy[]
}

/**
 * Makes TaskRouter capability tokens: what a worker's, a task queue's or a workspace's page in a browser may do, signed by the account.
 *
 * Every token may use its event channel and fetch its own resource, and a worker's token its activities, tasks and reservations.
 * Calls chain and add to that; a builder may make any number of tokens.
 *
 * @see https://www.twilio.com/docs/taskrouter/js-sdk/workspace/constructing-jwts
 * @example
 * ```ts
 * import { TaskRouterCapability } from 'twilio-tokens'
 *
 * const capability = new TaskRouterCapability('AC123123', 'the auth token of that account', 'WS123', 'WK123')
 * const token = await capability.allowUpdateActivities().allowUpdateReservations().generate({ expires: 600 })
 * ```
 */
export class TaskRouterCapability {
  readonly #accountSid: string
  readonly #authToken: string // private by the language, not by a type: no JSON and no printed object shows it
  readonly #workspaceSid: string
  readonly #channel: string
  readonly #workspaceUrl: string
  readonly #url: string // of the channel's own resource
  readonly #policies: PolicyClaims[] = []

  /**
   * Begins with what every token of that channel may do.
   *
   * @param accountSid The account, `AC…`.
   * @param authToken The account's auth token, which signs; a secret, so never in a browser.
   * @param workspaceSid The workspace, `WS…`.
   * @param channelSid The worker, `WK…`, or the task queue, `WQ…`; the workspace itself if left out.
   * @throws {TypeError} if a SID is not of that form, or the auth token is empty.
   */
  constructor(
    accountSid: string,
    authToken: string,
    workspaceSid: string,
    channelSid: string = workspaceSid,
  ) {
    this.#accountSid = check.sid('accountSid', 'AC', accountSid)
    this.#authToken = check.text('authToken', authToken)
    this.#workspaceSid = check.sid('workspaceSid', 'WS', workspaceSid)
    this.#channel = check.channelSid('channelSid', channelSid, workspaceSid)
    this.#workspaceUrl = `https://taskrouter.twilio.com/v1/Workspaces/${workspaceSid}`
    this.#url =
      this.#workspaceUrl +
      (this.#isOf('WK')
        ? `/Workers/${channelSid}`
        : this.#isOf('WQ')
          ? `/TaskQueues/${channelSid}`
          : '')
    const eventsUrl = `https://event-bridge.twilio.com/v1/wschannels/${accountSid}/${channelSid}`
    this.allow(eventsUrl, 'GET').allow(eventsUrl, 'POST').allow(this.#url, 'GET')
    if (this.#isOf('WK')) {
      this.allow(`${this.#workspaceUrl}/Activities`, 'GET')
      this.allow(`${this.#workspaceUrl}/Tasks/**`, 'GET').allow(
        `${this.#url}/Reservations/**`,
        'GET',
      )
    }
  }

  /**
   * Allows requests.
   *
   * @param url Where they may go: `*` stands for one segment, `**` for any number of them.
   * @param method The HTTP method, such as `GET`.
   * @param filters What their query and body must hold; anything if left out. Copied.
   * @throws {TypeError} if the URL is empty, the method is none, or JSON cannot hold a filter.
   * @see https://www.twilio.com/docs/taskrouter/js-sdk/workspace/constructing-jwts
   * @example
   * ```ts
   * import { TaskRouterCapability } from 'twilio-tokens'
   *
   * const capability = new TaskRouterCapability('AC123123', 'the auth token of that account', 'WS123', 'WK123')
   * capability.allow('https://taskrouter.twilio.com/v1/Workspaces/WS123/Tasks/**', 'POST', { postFilter: { ReservationStatus: { required: true } } })
   * ```
   */
  allow(url: string, method: string, filters?: PolicyFilters): this {
    return this.#add(true, url, method, filters)
  }

  /**
   * Denies requests.
   *
   * @param url Where they may not go: `*` stands for one segment, `**` for any number of them.
   * @param method The HTTP method, such as `DELETE`.
   * @param filters What their query and body must hold to be denied; anything if left out. Copied.
   * @throws {TypeError} if the URL is empty, the method is none, or JSON cannot hold a filter.
   * @see https://www.twilio.com/docs/taskrouter/js-sdk/workspace/constructing-jwts
   * @example
   * ```ts
   * import { TaskRouterCapability } from 'twilio-tokens'
   *
   * const capability = new TaskRouterCapability('AC123123', 'the auth token of that account', 'WS123', 'WK123')
   * capability.deny('https://taskrouter.twilio.com/v1/Workspaces/WS123/Tasks/**', 'DELETE')
   * ```
   */
  deny(url: string, method: string, filters?: PolicyFilters): this {
    return this.#add(false, url, method, filters)
  }

  /**
   * Allows to fetch what is below the channel's own resource.
   *
   * @see https://www.twilio.com/docs/taskrouter/js-sdk-v1/workspace
   * @example
   * ```ts
   * import { TaskRouterCapability } from 'twilio-tokens'
   *
   * const capability = new TaskRouterCapability('AC123123', 'the auth token of that account', 'WS123', 'WK123')
   * capability.allowFetchSubresources()
   * ```
   */
  allowFetchSubresources(): this {
    return this.allow(`${this.#url}/**`, 'GET')
  }

  /**
   * Allows to update the channel's own resource.
   *
   * @see https://www.twilio.com/docs/taskrouter/js-sdk-v1/workspace
   * @example
   * ```ts
   * import { TaskRouterCapability } from 'twilio-tokens'
   *
   * const capability = new TaskRouterCapability('AC123123', 'the auth token of that account', 'WS123', 'WK123')
   * capability.allowUpdateSelf()
   * ```
   */
  allowUpdateSelf(): this {
    return this.allow(this.#url, 'POST')
  }

  /**
   * Allows to update what is below the channel's own resource.
   *
   * @see https://www.twilio.com/docs/taskrouter/js-sdk-v1/workspace
   * @example
   * ```ts
   * import { TaskRouterCapability } from 'twilio-tokens'
   *
   * const capability = new TaskRouterCapability('AC123123', 'the auth token of that account', 'WS123', 'WK123')
   * capability.allowUpdateSubresources()
   * ```
   */
  allowUpdateSubresources(): this {
    return this.allow(`${this.#url}/**`, 'POST')
  }

  /**
   * Allows to delete the channel's own resource.
   *
   * @see https://www.twilio.com/docs/taskrouter/js-sdk-v1/workspace
   * @example
   * ```ts
   * import { TaskRouterCapability } from 'twilio-tokens'
   *
   * const capability = new TaskRouterCapability('AC123123', 'the auth token of that account', 'WS123', 'WK123')
   * capability.allowDeleteSelf()
   * ```
   */
  allowDeleteSelf(): this {
    return this.allow(this.#url, 'DELETE')
  }

  /**
   * Allows to delete what is below the channel's own resource.
   *
   * @see https://www.twilio.com/docs/taskrouter/js-sdk-v1/workspace
   * @example
   * ```ts
   * import { TaskRouterCapability } from 'twilio-tokens'
   *
   * const capability = new TaskRouterCapability('AC123123', 'the auth token of that account', 'WS123', 'WK123')
   * capability.allowDeleteSubresources()
   * ```
   */
  allowDeleteSubresources(): this {
    return this.allow(`${this.#url}/**`, 'DELETE')
  }

  /**
   * Allows a worker to change its activity, and nothing else of itself.
   *
   * @throws {TypeError} if the channel is no worker.
   * @see https://www.twilio.com/docs/taskrouter/js-sdk-v1/workspace/worker
   * @example
   * ```ts
   * import { TaskRouterCapability } from 'twilio-tokens'
   *
   * const capability = new TaskRouterCapability('AC123123', 'the auth token of that account', 'WS123', 'WK123')
   * capability.allowUpdateActivities()
   * ```
   */
  allowUpdateActivities(): this {
    return this.#workerOnly('allowUpdateActivities').allow(this.#url, 'POST', {
      postFilter: { ActivitySid: { required: true } },
    })
  }

  /**
   * Allows a worker to update tasks and its reservations of them.
   *
   * @throws {TypeError} if the channel is no worker.
   * @see https://www.twilio.com/docs/taskrouter/js-sdk-v1/workspace/worker
   * @example
   * ```ts
   * import { TaskRouterCapability } from 'twilio-tokens'
   *
   * const capability = new TaskRouterCapability('AC123123', 'the auth token of that account', 'WS123', 'WK123')
   * capability.allowUpdateReservations()
   * ```
   */
  allowUpdateReservations(): this {
    return this.#workerOnly('allowUpdateReservations')
      .allow(`${this.#workspaceUrl}/Tasks/**`, 'POST')
      .allow(`${this.#url}/Reservations/**`, 'POST')
  }

  /**
   * What `generate` signs.
   *
   * @param options The lifetime in seconds, 1 to 86400; one hour if left out.
   * @throws {TypeError} if an option has the wrong type.
   * @throws {RangeError} if an option is out of range.
   * @see https://www.twilio.com/docs/taskrouter/js-sdk/workspace/constructing-jwts
   * @example
   * ```ts
   * import { TaskRouterCapability } from 'twilio-tokens'
   *
   * const capability = new TaskRouterCapability('AC123123', 'the auth token of that account', 'WS123', 'WK123')
   * const { policies, exp } = capability.claims({ expires: 600 })
   * ```
   */
  claims(options?: GenerateOptions): TaskRouterClaims {
    const { exp } = check.lifetime(options)
    return {
      account_sid: this.#accountSid,
      workspace_sid: this.#workspaceSid,
      channel: this.#channel,
      version: 'v1',
      friendly_name: this.#channel,
      policies: this.#policies.map((policy) => check.copy(policy)), // copied, so that no caller changes ours
      ...(this.#isOf('WK') && { worker_sid: this.#channel }),
      ...(this.#isOf('WQ') && { taskqueue_sid: this.#channel }),
      iss: this.#accountSid,
      exp,
    }
  }

  /**
   * Makes a token.
   *
   * @param options The lifetime in seconds, 1 to 86400; one hour if left out.
   * @throws {TypeError} if an option has the wrong type; like every error here it rejects the promise.
   * @throws {RangeError} if an option is out of range.
   * @see https://www.twilio.com/docs/taskrouter/js-sdk/workspace/constructing-jwts
   * @example
   * ```ts
   * import { TaskRouterCapability } from 'twilio-tokens'
   *
   * const capability = new TaskRouterCapability('AC123123', 'the auth token of that account', 'WS123', 'WK123')
   * const token = await capability.generate({ expires: 600 }) // ten minutes
   * ```
   */
  generate(options?: GenerateOptions): Promise<string> {
    return jwt.sign(() => this.claims(options), this.#authToken)
  }

  #add(allow: boolean, url: string, method: string, filters: PolicyFilters = {}): this {
    const { queryFilter = {}, postFilter = {} } = check.plainObject('filters', filters)
    this.#policies.push({
      url: check.text('url', url),
      method: check.method('method', method),
      allow,
      query_filter: check.json('queryFilter', queryFilter),
      post_filter: check.json('postFilter', postFilter),
    })
    return this
  }

  #workerOnly(name: string): this {
    if (this.#isOf('WK')) return this
    throw new TypeError(
      `Cannot use ${name}: it must be a worker's token, whose channelSid starts with WK, got another`,
    )
  }

  #isOf(prefix: 'WK' | 'WQ'): boolean {
    return this.#channel.startsWith(prefix)
  }
}

/** Reads the claims of a TaskRouter capability token. */
export function readTaskRouter(claims: Claims): TaskRouterContents {
  return {
    kind: 'taskrouter',
    accountSid: textClaim(claims, 'iss'),
    workspaceSid: textClaim(claims, 'workspace_sid'),
    channel: textClaim(claims, 'channel'),
    expires: timeClaim(claims, 'exp'),
    policies: listClaim(claims, 'policies').map(readPolicy),
  }
}

function readPolicy(policy: unknown): Policy {
  if (!isObject(policy)) throw wrongClaim('policies', 'a list of objects', policy)
  return {
    url: textClaim(policy, 'url'),
    method: textClaim(policy, 'method'),
    allow: flagClaim(policy, 'allow'),
    queryFilter: optionalClaim(objectClaim, policy, 'query_filter') ?? {}, // twilio-java and -php leave out an empty one
    postFilter: optionalClaim(objectClaim, policy, 'post_filter') ?? {},
  }
}
