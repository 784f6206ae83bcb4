// What a token contains, for people: a tree of labels and values, which command and page print in their own ways.

import type { Finding, Policy, Scope, TokenContents } from '../index.ts'
import type { Examination } from './examine.ts'
import { appendPointer, nearestPointer, splitPointer } from './pointer.ts'
import { formatExpiry, formatTime } from './times.ts'

/** One line of an outline, and the lines below it: `label: value`, a heading with only a label, or a sentence. */
export interface OutlineNode {
  readonly label?: string
  readonly value?: string
  /** The place in `{ header, claims, signature }` that the line shows. */
  readonly pointer?: string
  readonly children: readonly OutlineNode[]
}

const maxDepth = 10 // grants may be nested thousands of times

const kindNames = {
  access: 'access token',
  capability: 'capability token',
  taskrouter: 'TaskRouter token',
}

/** Returns the outline of a pasted text: what the token contains, its expiry, its signature; each finding has a line. */
export function outline(examination: Examination, now: number): OutlineNode[] {
  const { contents, header, claims, findings, signatureCheck } = examination
  const isReadable = header !== undefined || claims !== undefined
  const token = contents ? outlineContents(contents) : sentence(rawTitle(examination), [], '')
  const lines = [
    ...(contents ? [sentence(formatExpiry(contents.expiresAt, now), [], '/claims/exp')] : []),
    ...(isReadable ? [sentence(signatureCheck.text, [], '/signature')] : []),
  ]
  // Contents have no place for everything that a finding may point to, such as `alg`.
  const places = [...pointersOf([token, ...lines])].filter((place) => place !== '')
  const parts = Object.entries({ header, claims }).flatMap(([part, members]) => {
    if (members === undefined) return []
    const names = new Set(contents ? [] : Object.keys(members))
    for (const { pointer } of findings) {
      const [first, name] = splitPointer(pointer)
      if (first === part && name !== undefined && nearestPointer(pointer, places) === undefined)
        names.add(name)
    }
    if (names.size === 0) return []
    const selected = [...names].map((name): [string, unknown] => [
      name,
      Object.hasOwn(members, name) ? members[name] : undefined,
    ])
    return [heading(part, memberNodes(selected, `/${part}`), `/${part}`)]
  })
  return [{ ...token, children: [...token.children, ...parts] }, ...lines]
}

/** Returns the outline of the contents of a token. */
export function outlineContents(contents: TokenContents): OutlineNode {
  const title = kindNames[contents.kind]
  switch (contents.kind) {
    case 'capability':
      return sentence(
        title,
        [
          field('account', contents.accountSid, '/claims/iss'),
          heading('scopes', contents.scopes.map(scopeNode), '/claims/scope'),
        ],
        '',
      )
    case 'taskrouter':
      return sentence(
        title,
        [
          field('account', contents.accountSid, '/claims/iss'),
          field('workspace', contents.workspaceSid, '/claims/workspace_sid'),
          field('channel', contents.channelSid, '/claims/channel'),
          heading('policies', contents.policies.map(policyNode), '/claims/policies'),
        ],
        '',
      )
    case 'access':
      return sentence(
        title,
        [
          field('account', contents.accountSid, '/claims/sub'),
          field('key', contents.keySid, '/claims/iss'),
          ...optionalField('identity', contents.identity, '/claims/grants/identity'),
          ...optionalField('region', contents.region, '/header/twr'),
          ...optionalField('id', contents.id, '/claims/jti'),
          ...timeField('issued', contents.issuedAt, '/claims/iat'),
          ...timeField('valid from', contents.notBefore, '/claims/nbf'),
          heading(
            'grants',
            memberNodes(Object.entries(contents.grants), '/claims/grants'),
            '/claims/grants',
          ),
        ],
        '',
      )
  }
}

/** Returns the text of a node's own line, without its children. */
export function nodeText({ label, value }: OutlineNode): string {
  if (value === undefined) return `${String(label)}:`
  return label === undefined ? value : `${label}: ${value}`
}

/** Returns the findings of each line, by its pointer: those whose place it shows, or is the nearest to. */
export function assignFindings(
  nodes: readonly OutlineNode[],
  findings: readonly Finding[],
): Map<string, Finding[]> {
  const places = pointersOf(nodes)
  const assigned = new Map<string, Finding[]>()
  for (const finding of findings) {
    const place = nearestPointer(finding.pointer, places) ?? ''
    assigned.set(place, [...(assigned.get(place) ?? []), finding])
  }
  return assigned
}

function pointersOf(nodes: readonly OutlineNode[]): Set<string> {
  return new Set(
    nodes.flatMap(({ pointer, children }) => [
      ...(pointer === undefined ? [] : [pointer]),
      ...pointersOf(children),
    ]),
  )
}

function rawTitle({ header, claims, kind, findings }: Examination): string {
  if (header === undefined && claims === undefined) return 'no token that can be read'
  if (claims === undefined) return 'token whose claims cannot be read'
  if (kind !== undefined) return kindNames[kind]
  return findings.some(({ rule }) => rule === 'kind-unknown')
    ? "JSON Web Token, but not one of Twilio's"
    : 'JSON Web Token'
}

function scopeNode(scope: Scope): OutlineNode {
  switch (scope.kind) {
    case 'incoming':
      return sentence(`incoming calls as ${scope.clientName}`)
    case 'outgoing': {
      const name = scope.clientName === undefined ? '' : ` as ${scope.clientName}`
      return sentence(
        `outgoing calls through ${scope.applicationSid}${name}`,
        paramNodes(scope.params),
      )
    }
    case 'events':
      return sentence(`events at ${scope.path}`, paramNodes(scope.filters))
    case 'other':
      return sentence(`unknown: ${scope.uri}`)
  }
}

function policyNode(
  { allow, method, url, queryFilter, postFilter }: Policy,
  index: number,
): OutlineNode {
  const pointer = `/claims/policies/${index}`
  const filters = [
    ['query', queryFilter, `${pointer}/query_filter`],
    ['post', postFilter, `${pointer}/post_filter`],
  ] as const
  return sentence(
    `${allow ? 'allow' : 'deny'} ${method} ${url}`,
    filters.flatMap(([label, filter, place]) => {
      const children = memberNodes(Object.entries(filter), place)
      return children.length === 0 ? [] : [heading(label, children, place)]
    }),
    pointer,
  )
}

// A list repeats its name, as it does on the wire.
function paramNodes(params: Record<string, string | string[]>): OutlineNode[] {
  return Object.entries(params).flatMap(([name, value]) =>
    [value].flat().map((item) => ({ label: name, value: item, children: [] })),
  )
}

function memberNodes(
  members: readonly (readonly [name: string, value: unknown])[],
  pointer: string,
  depth = 0,
): OutlineNode[] {
  if (depth === maxDepth && members.length > 0) return [sentence('…')]
  return members.map(([name, value]) => {
    const place = appendPointer(pointer, name)
    const children =
      typeof value === 'object' && value !== null
        ? memberNodes(Object.entries(value), place, depth + 1)
        : []
    return children.length > 0 ? heading(name, children, place) : field(name, value, place)
  })
}

function optionalField(label: string, value: string | undefined, pointer: string): OutlineNode[] {
  return value === undefined ? [] : [field(label, value, pointer)]
}

function timeField(label: string, time: number | undefined, pointer: string): OutlineNode[] {
  return time === undefined ? [] : [field(label, formatTime(time), pointer)]
}

function heading(label: string, children: readonly OutlineNode[], pointer: string): OutlineNode {
  return children.length === 0 ? field(label, 'none', pointer) : { label, pointer, children }
}

function field(label: string, value: unknown, pointer: string): OutlineNode {
  const text =
    value === undefined ? 'missing' : typeof value === 'string' ? value : JSON.stringify(value)
  return { label, value: text, pointer, children: [] }
}

function sentence(
  value: string,
  children: readonly OutlineNode[] = [],
  pointer?: string,
): OutlineNode {
  return { value, children, ...(pointer !== undefined && { pointer }) }
}
