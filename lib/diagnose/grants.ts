// What an access token grants, judged by the table of grants. https://www.twilio.com/docs/api/errors/20106

import { isObject, own, type Claims } from '../claims.ts'
import { grants, type Grant, type Member, type MemberType } from '../grants.ts'
import { isReadableSid } from '../names.ts'
import { error, warning, type Draft } from './finding.ts'
import { isPlaceholder, isSidPlaceholder } from './identity.ts'
import { meantGrant, meantMember, spellingsOf, type Spelling } from './likeness.ts'
import { show, showSid } from './show.ts'
import { at, type Subject } from './subject.ts'

const place = '/claims/grants'
const fixGrants =
  'Set grants to an object with the identity and voice, video, chat, data_sync or task_router'

// Grants of products that Twilio has ended.
const retired: Readonly<Record<string, string>> = {
  ip_messaging: 'Use the grant chat, with the SID of a Conversations service',
  rtc: 'Use the grant video, or chat for Twilio Conversations',
  player: 'Remove the grant: Twilio Live has ended',
}

// Members that their grant needs, although the builder does not ask for them: a chat grant works without its service, but hardly
// anywhere.
const needed: readonly string[] = ['incoming.allow', 'outgoing.application_sid', 'service_sid']

/** An object inside a grant, to be judged. */
interface Node {
  grant: Grant
  value: Claims
  pointer: string
  /** Where it is in the grant, with a dot at the end; empty for the grant as a whole. */
  inside: string
}

/** Judges the grants as a whole, then each. */
export function* checkGrants({ kind, claims }: Subject): Generator<Draft> {
  if (kind !== 'access') return
  const value = own(claims, 'grants')
  if (!Object.hasOwn(claims, 'grants')) {
    yield error('grants-missing', place, 'the claims have no grants', fixGrants)
  } else if (!isObject(value)) {
    yield error('grants-form', place, `grants is ${show(value)}, which is not an object`, fixGrants)
  } else {
    const names = Object.keys(value).filter((name) => name !== 'identity')
    if (names.length === 0) {
      const detail = 'the grants are empty, so the token allows nothing'
      yield warning('grants-empty', place, detail, fixGrants)
    }
    for (const name of names) yield* checkGrant(name, value)
  }
}

function* checkGrant(name: string, all: Claims): Generator<Draft> {
  const pointer = at(place, name)
  const retirement = own(retired, name)
  if (retirement !== undefined) {
    const detail = `the grant ${name} belongs to a product that Twilio has ended`
    yield warning('grant-retired', pointer, detail, retirement)
    return
  }
  const meant = meantGrant(name)
  const grant: Grant | undefined = Object.values(grants).find((known) => known.name === meant)
  if (grant === undefined) return
  if (name !== grant.name) {
    const detail = `${show(name)} is not a grant, but the name of one is ${grant.name}`
    yield error('grant-name', pointer, detail, `Rename the grant to ${grant.name}`)
  }
  const value = own(all, name)
  if (!isObject(value)) {
    const detail = `the grant ${show(name)} is ${show(value)}, which is not an object`
    const fix = `Set it to an object${grant.name === 'video' ? ", such as { room: '…' }" : ''}`
    yield error('grant-form', pointer, detail, fix)
    return
  }
  yield* checkNode({ grant, value, pointer, inside: '' }, Object.hasOwn(all, 'identity'))
}

// One object: what it has, then what it lacks.
function* checkNode(node: Node, hasIdentity: boolean): Generator<Draft> {
  const { grant, value, pointer, inside } = node
  const meant = new Set<string>()
  let spellings: Spelling[] | undefined
  for (const [name, member] of Object.entries(value)) {
    const path = inside + name
    const members = name.includes('.') ? [] : Object.values(grant.members)
    const known = members.find((candidate) => candidate.path === path)
    const isNested = members.some(({ path: other }) => other.startsWith(`${path}.`))
    if (known) {
      yield* checkMember(node, known, member)
    } else if (isNested) {
      yield* checkNested(node, name, member)
    } else if (name !== 'identity' || hasIdentity) {
      const other = meantMember(name, (spellings ??= spellingsOf(grant, inside)))
      if (other !== undefined) meant.add(other)
      yield checkName(node, name, other)
    }
  }
  yield* checkMissing(node, meant)
  if (grant.name === 'voice' && inside === '' && meant.size === 0 && allowsNoCall(value)) {
    const detail = 'the voice grant allows neither incoming nor outgoing calls'
    const fix = 'Add incoming: { "allow": true } or outgoing: { "application_sid": "AP…" }'
    yield warning('grant-nothing', pointer, detail, fix)
  }
}

function* checkNested(node: Node, name: string, value: unknown): Generator<Draft> {
  const pointer = at(node.pointer, name)
  if (isObject(value)) {
    yield* checkNode({ ...node, value, pointer, inside: `${node.inside}${name}.` }, true)
    return
  }
  const example = name === 'incoming' ? '{ "allow": true }' : '{ "application_sid": "AP…" }'
  const detail = `${name} is ${show(value)}, which is not an object`
  yield error('grant-member-type', pointer, detail, `Set ${name}: ${example}`)
}

function checkName(
  { grant, value, pointer, inside }: Node,
  name: string,
  meant: string | undefined,
): Draft {
  const place = at(pointer, name)
  const found = `the grant ${grant.name} has no member ${show(name)}`
  if (meant === undefined) {
    return warning(
      'grant-member-name',
      place,
      `${found}, so Twilio ignores it`,
      `Remove ${show(name)}`,
    )
  }
  const isPresent = find(value, meant.slice(inside.length)) !== undefined
  const draft = isPresent ? warning : error
  const fix = isPresent
    ? `Remove ${show(name)}: ${nest(meant)} is there already`
    : `Write ${nest(meant)} instead`
  return draft('grant-member-name', place, `${found}, but ${meant}`, fix)
}

function* checkMember(node: Node, member: Member, value: unknown): Generator<Draft> {
  const { grant, inside } = node
  const name = member.path.slice(inside.length)
  const pointer = at(node.pointer, name)
  const isEmpty = value === null || value === ''
  if (isEmpty && isNeeded(member)) return // which is reported as missing
  const found = `${name} is ${value === '' ? 'empty' : show(value)}`
  const rule = describe(member.type)
  if (isEmpty || !hasType(member.type, value)) {
    const fix = `Set ${name} to ${rule}${isEmpty ? ', or omit it' : ''}`
    yield error('grant-member-type', pointer, `${found}, but it must be ${rule}`, fix)
  } else if (typeof value === 'string' && isSidType(member.type)) {
    if (isSidOf(member.type, value)) return
    const detail = `${name} is ${showSid(value)}, but it must be ${rule}`
    yield error('grant-member-sid', pointer, detail, `Set ${name} to ${rule}`)
  } else if (typeof value === 'string' && isPlaceholder(value)) {
    const detail = `${found}, which looks like a variable that was not set or an unfilled template`
    yield warning('grant-member-placeholder', pointer, detail, `Set ${name} to its value`)
  }
  if (grant.name === 'chat' && name === 'endpoint_id' && !isEmpty) {
    const detail = 'endpoint_id in a chat grant is obsolete'
    yield warning('grant-retired', pointer, detail, 'Omit endpoint_id')
  }
}

function* checkMissing(
  { grant, value, pointer, inside }: Node,
  meant: Set<string>,
): Generator<Draft> {
  for (const member of Object.values<Member>(grant.members)) {
    const name = member.path.slice(inside.length)
    if (!member.path.startsWith(inside) || name.includes('.')) continue
    const found = own(value, name)
    const isMissing = found === undefined || found === null || found === ''
    if (!isMissing || meant.has(member.path) || !isNeeded(member)) continue
    const owner = inside === '' ? `the grant ${grant.name}` : inside.slice(0, -1)
    const detail = `${owner} has no ${name}${found === undefined ? '' : `: it is ${found === '' ? 'empty' : 'null'}`}`
    const draft = grant.name === 'chat' ? warning : error
    const fix = `Set ${name} to ${describe(member.type)}`
    yield draft('grant-member-missing', at(pointer, name), detail, fix)
  }
}

function isNeeded(member: Member): boolean {
  // own, because most members do not have it
  return Object.hasOwn(member, 'required') || needed.includes(member.path)
}

function allowsNoCall(voice: Claims): boolean {
  const incoming = own(voice, 'incoming')
  const isClosed = isObject(incoming) && own(incoming, 'allow') === false
  return (incoming === undefined || isClosed) && !Object.hasOwn(voice, 'outgoing')
}

function find(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce((object, name) => (isObject(object) ? own(object, name) : undefined), value)
}

function nest(path: string): string {
  if (path === 'incoming.allow') return 'incoming: { allow: true }'
  return path.includes('.') ? `${path.replace('.', ': { ')}: … }` : path
}

function isSidType(type: MemberType): boolean {
  return /[A-Z]/.test(type)
}

function isSidOf(type: MemberType, value: string): boolean {
  if (type === 'IS or default' && value === 'default') return true
  return isReadableSid(value, type) && !isSidPlaceholder(value)
}

function hasType(type: MemberType, value: unknown): boolean {
  if (type === 'object') return isObject(value)
  return typeof value === (type === 'boolean' ? 'boolean' : 'string')
}

function describe(type: MemberType): string {
  switch (type) {
    case 'boolean':
      return 'true or false'
    case 'object':
      return 'an object'
    case 'string':
      return 'a string'
    case 'IS or default':
      return 'the SID of a service, IS and 32 hexadecimal digits, or default'
    default:
      return `a SID, ${type} and 32 hexadecimal digits`
  }
}
