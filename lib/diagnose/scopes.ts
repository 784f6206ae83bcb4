// What a capability token allows by its scopes, and a TaskRouter token by its policies.
//
// https://www.twilio.com/docs/api/errors/31204

import { isObject, own, type Claims } from '../claims.ts'
import { isReadableSid } from '../names.ts'
import { parseQuery } from './encoding.ts'
import { error, warning, type Draft } from './finding.ts'
import { isSidPlaceholder } from './identity.ts'
import { alike } from './likeness.ts'
import { show, showSid } from './show.ts'
import { at, type ScopeUri, type Subject } from './subject.ts'

const place = '/claims/scope'

// The scopes that Twilio has: the name that each needs, and all that it may have. twilio-csharp 4 wrote clientName into every one.
const known: Readonly<Record<string, readonly string[]>> = {
  'scope:client:incoming': ['clientName'],
  'scope:client:outgoing': ['appSid', 'appParams', 'clientName'],
  'scope:stream:subscribe': ['path', 'params', 'appParams', 'clientName'],
}

/** Judges the scopes of a capability token. */
export function* checkScopes({ kind, claims, scopes }: Subject): Generator<Draft> {
  if (kind !== 'capability') return
  const scope = own(claims, 'scope')
  if (scope !== undefined && typeof scope !== 'string') {
    const detail = `scope is ${show(scope)}, which is not a string`
    const fix = 'Write all scopes as one string, with a space between them'
    yield error('scope-form', place, detail, fix)
  } else if (scopes.length === 0) {
    const detail = `scope is ${scope === undefined ? 'missing' : 'empty'}, so the token allows nothing`
    yield warning('scope-empty', place, detail, 'Allow incoming or outgoing calls')
  }
  for (const uri of scopes) yield* checkScope(uri)
}

/** Judges the policies of a TaskRouter token, and the claims that it needs beside them. */
export function* checkPolicies({ kind, claims }: Subject): Generator<Draft> {
  if (kind !== 'taskrouter') return
  const policies = own(claims, 'policies')
  if (Array.isArray(policies)) {
    for (const [i, policy] of policies.entries()) yield* checkPolicy(i, policy)
  } else {
    const detail = `policies is ${show(policies)}, which is not an array`
    yield error('policy-form', '/claims/policies', detail, 'Set policies to an array of policies')
  }
  for (const name of ['version', 'workspace_sid', 'channel']) {
    const example = name === 'version' ? 'v1' : name === 'channel' ? 'WK…, WQ… or WS…' : 'WS…'
    yield* checkString(claims, name, '/claims', `a string such as ${example}`)
  }
}

function* checkScope(scope: ScopeUri): Generator<Draft> {
  const { uri, name, query, isMalformed, isJoined } = scope
  const names = own(known, name)
  if (names === undefined || isJoined) {
    yield unknownScope(scope)
    return
  }
  const found = `the scope ${show(uri)}`
  const nested = query.filter(([member]) => isNested(member)).map(([, value]) => value)
  if (isMalformed || nested.some((value) => parseQuery(value) === undefined)) {
    const detail = `${found} has malformed percent-encoding`
    yield error('scope-encoding', place, detail, 'Encode names and values as a form does: % is %25')
    return
  }
  const spilled = spillOf(query, names)
  if (spilled !== undefined) {
    const detail = `${found} has the name ${show(spilled)} after its params, which are encoded only once`
    yield error(
      'scope-encoding',
      place,
      detail,
      'Encode the params twice: each, then all as one value',
    )
    return
  }
  const flaw = memberFlaw(query, names)
  if (flaw !== undefined) {
    const fix = `Use the names ${names.join(', ')}, each once. The first of them is required`
    yield error('scope-member', place, `${found} ${flaw}`, fix)
    return
  }
  const sid = query.find(([member]) => member === 'appSid')?.[1]
  if (sid !== undefined && (!isReadableSid(sid, 'AP') || isSidPlaceholder(sid))) {
    const detail = `appSid is ${sid === '' ? 'empty' : showSid(sid)}, which is not the SID of a TwiML application`
    yield error('scope-sid', place, detail, 'Set appSid to a SID, AP and 32 hexadecimal digits')
  }
}

function unknownScope({ uri, name, isJoined }: ScopeUri): Draft {
  if (isJoined) {
    const detail = `the scopes ${show(uri)} are not separated by a space`
    return error('scope-name', place, detail, 'Write one space between two scopes')
  }
  const meant = alike(name, Object.keys(known))
  const fix = `Use one of Twilio's scopes: ${meant ?? Object.keys(known).join(', ')}`
  return error('scope-name', place, `${show(name)} is not a Twilio scope`, fix)
}

// Params that are encoded once end at their first &, and what follows is taken for names of the scope.
function spillOf(query: ScopeUri['query'], names: readonly string[]): string | undefined {
  const params = query.findIndex(([member]) => isNested(member))
  return params < 0
    ? undefined
    : query.slice(params + 1).find(([member]) => !names.includes(member))?.[0]
}

function memberFlaw(query: ScopeUri['query'], names: readonly string[]): string | undefined {
  const seen = new Set<string>()
  for (const [name] of query) {
    if (!names.includes(name)) return `has the unknown name ${show(name)}`
    if (seen.has(name)) return `has ${name} twice`
    seen.add(name)
  }
  const required = String(names[0])
  if (!seen.has(required)) return `has no ${required}`
  return seen.has('params') && seen.has('appParams') ? 'has both params and appParams' : undefined
}

function isNested(name: string): boolean {
  return name === 'params' || name === 'appParams'
}

function* checkPolicy(index: number, policy: unknown): Generator<Draft> {
  const pointer = at('/claims/policies', index)
  if (!isObject(policy)) {
    const fix = 'Write an object with url, method and allow'
    yield error(
      'policy-form',
      pointer,
      `the policy is ${show(policy)}, which is not an object`,
      fix,
    )
    return
  }
  yield* checkString(policy, 'url', pointer, 'a string, the URL that the policy is about')
  yield* checkString(policy, 'method', pointer, 'a string, such as GET')
  const allow = own(policy, 'allow')
  if (typeof allow !== 'boolean') {
    const detail = `allow is ${show(allow)}, which is not a boolean`
    yield error('policy-member', at(pointer, 'allow'), detail, 'Set allow to true or false')
  }
  for (const name of ['query_filter', 'post_filter']) {
    const value = own(policy, name)
    if (value === undefined || value === null || isObject(value)) continue
    if (Array.isArray(value) && value.every(isObject)) continue
    const detail = `${name} is ${show(value)}, which is not an object${Array.isArray(value) ? ' or an array of objects' : ''}`
    const fix = `Set ${name} to an object such as { "Name": { "required": true } }, or omit it`
    yield error('policy-member', at(pointer, name), detail, fix)
  }
}

function* checkString(
  object: Claims,
  name: string,
  pointer: string,
  rule: string,
): Generator<Draft> {
  const value = own(object, name)
  if (typeof value === 'string') return
  const detail = `${name} is ${show(value)}${value === undefined ? '' : ', which is not a string'}`
  yield error('policy-member', at(pointer, name), detail, `Set ${name} to ${rule}`)
}
