// The policies of a TaskRouter capability token: which requests a channel may make.
//
//   { "url": "https://…", "method": "GET", "allow": true, "query_filter": {}, "post_filter": {} }
//
// In a URL, * stands for one segment, ** for any number of them; a filter states what query or body must contain.
//
// https://www.twilio.com/docs/taskrouter/js-sdk/workspace/constructing-jwts

import * as check from './check.ts'
import { booleanClaim, isObject, own, textClaim, wrongClaim, type Claims } from './claims.ts'
import { describe } from './describe.ts'
import { accessTokenCall, allowCall, callWith, generateCall, options } from './options.ts'

/** What a request's query and body must contain for a policy to apply, such as `{ ActivitySid: { required: true } }`. */
export interface PolicyFilters {
  /** Names in the request's query, and whether each is required; anything if omitted. */
  queryFilter?: object
  /** Names in the request's body, and whether each is required; anything if omitted. */
  postFilter?: object
}

/** A policy as a token contains it. */
export interface PolicyClaims {
  /** Where requests go: `*` stands for one segment, `**` for any number of them. */
  url: string
  /** The HTTP method. */
  method: string
  /** Whether the requests are allowed or denied. */
  allow: boolean
  /** What the query must contain; empty for anything. */
  query_filter: object
  /** What the body must contain; empty for anything. */
  post_filter: object
}

/** A policy of a token that was read. */
export interface Policy {
  /** Where requests go: `*` stands for one segment, `**` for any number of them. */
  url: string
  /** The HTTP method. */
  method: string
  /** Whether the requests are allowed or denied. */
  allow: boolean
  /** What the query must contain; empty for anything. */
  queryFilter: Record<string, unknown>
  /** What the body must contain; empty for anything. */
  postFilter: Record<string, unknown>
}

/** Creates a policy from the arguments of `allow` and `deny`. */
export function createPolicy(
  allow: boolean,
  ...args: [url: string, method: string, filters?: PolicyFilters]
): PolicyClaims {
  const [url, method, filters = {}] = args
  check.noMore(args, 3, 'allow(url, method, { queryFilter, postFilter })')
  const given = options('filters', filters, allowCall, findCall)
  return {
    url: checkUrl(url),
    method: checkMethod(method),
    allow,
    query_filter: checkFilter('queryFilter', given),
    post_filter: checkFilter('postFilter', given),
  }
}

/** Finds the call of a TaskRouter capability that has an option. */
export function findCall(name: string): string | undefined {
  if (name === 'allow') return 'deny(url, method)'
  return callWith(name, [
    allowCall,
    generateCall,
    accessTokenCall,
    {
      example: 'new TaskRouterCapability(…, workspaceSid, channelSid)',
      names: ['workspaceSid', 'channelSid'],
    },
  ])
}

/** The policies that every token of a channel has, in the order of twilio-python. */
export function defaultPolicies(
  accountSid: string,
  workspaceUrl: string,
  channelSid: string,
  channelUrl: string,
): PolicyClaims[] {
  const events = `https://event-bridge.twilio.com/v1/wschannels/${accountSid}/${channelSid}`
  const policies = [
    createPolicy(true, events, 'GET'),
    createPolicy(true, events, 'POST'),
    createPolicy(true, channelUrl, 'GET'),
  ]
  if (!channelSid.startsWith('WK')) return policies
  return [
    ...policies,
    createPolicy(true, `${workspaceUrl}/Activities`, 'GET'),
    createPolicy(true, `${workspaceUrl}/Tasks/**`, 'GET'),
    createPolicy(true, `${channelUrl}/Reservations/**`, 'GET'),
  ]
}

/** Reads a policy. */
export function readPolicy(policy: unknown): Policy {
  if (!isObject(policy)) throw wrongClaim('policies', 'a list of objects', policy)
  return {
    url: textClaim(policy, 'url'),
    method: textClaim(policy, 'method'),
    allow: booleanClaim(policy, 'allow'),
    queryFilter: readFilter(policy, 'query_filter'),
    postFilter: readFilter(policy, 'post_filter'),
  }
}

/** Whether a value is what other libraries write as a filter: twilio-java omits one, twilio-php writes lists. */
export function isFilter(value: unknown): boolean {
  return value === undefined || value === null || [value].flat().every(isObject)
}

function readFilter(policy: Claims, name: string): Record<string, unknown> {
  const value = own(policy, name)
  if (!isFilter(value)) throw wrongClaim(name, 'an object or a list of objects', value)
  // fromEntries creates own properties, also for names such as __proto__; of two with one name, the last counts.
  return Object.fromEntries([value ?? []].flat().flatMap((filter) => Object.entries(filter)))
}

// The whole host is judged, so that neither `twilio.com.example` nor `twilio.com@example` passes.
function checkUrl(url: string): string {
  const form = /^https:\/\/([\w-]+\.)+twilio\.com(:\d+)?([/?]\S*)?$/i
  if (form.test(check.text('url', url))) return url
  const rule = 'a URL that starts with https:// and a host under .twilio.com, without white space'
  const at = url.search(/\s/)
  const kind = /^https:/i.test(url) ? 'a URL of another host' : 'a URL of another scheme'
  const got = at < 0 ? (url.includes(':') ? kind : describe(url)) : check.character(url, at)
  throw check.invalid('url', rule, check.flaw(url) ?? got)
}

function checkMethod(method: string): string {
  if (/^[A-Z]+$/.test(check.text('method', method))) return method
  const meant =
    /^(get|post|put|patch|delete|head|options)$/.exec(method.toLowerCase().trim())?.[0] ?? 'get'
  const rule = `an HTTP method in capital letters, such as ${meant.toUpperCase()}`
  throw check.invalid('method', rule, 'another word')
}

// A filter that is passed and undefined is rejected, because what restricts must not be lost.
function checkFilter(name: keyof PolicyFilters, given: PolicyFilters): object {
  if (!Object.hasOwn(given, name)) return {}
  return check.json(name, given[name], false)
}
