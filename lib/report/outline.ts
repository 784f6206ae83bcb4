// What a token holds, for people: a tree of labels and values, which command and page print in their own ways.

import type { Policy, Scope, TokenContents } from '../index.ts'
import { formatTime } from './times.ts'

/** One line of an outline, and the lines below it: `label: value`, a heading with a label alone, or a sentence without one. */
export interface OutlineNode {
  readonly label?: string
  readonly value?: string
  readonly children: readonly OutlineNode[]
}

const maxDepth = 10 // grants may be nested thousands of times

/** Returns the outline of a token; its root is the name of the token's kind. */
export function outline(contents: TokenContents): OutlineNode {
  switch (contents.kind) {
    case 'capability':
      return sentence('capability token', [
        field('account', contents.accountSid),
        heading('scopes', contents.scopes.map(scopeNode)),
      ])
    case 'taskrouter': {
      const { accountSid: account, workspaceSid: workspace, channelSid: channel, policies } = contents
      return sentence('TaskRouter token', [
        ...memberNodes({ account, workspace, channel }),
        heading('policies', policies.map(policyNode)),
      ])
    }
    case 'access': {
      const { accountSid: account, keySid: key, identity, region, id } = contents
      return sentence('access token', [
        ...memberNodes({ account, key, identity, region, id }),
        ...timeNodes({ made: contents.issuedAt, 'good from': contents.notBefore }),
        heading('grants', memberNodes(contents.grants)),
      ])
    }
  }
}

/** Returns the text of a node's own line, without its children. */
export function nodeText({ label, value }: OutlineNode): string {
  if (label === undefined) return value ?? ''
  return value === undefined ? `${label}:` : `${label}: ${value}`
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

function policyNode({ allow, method, url, queryFilter, postFilter }: Policy): OutlineNode {
  const filters = Object.entries({ query: queryFilter, post: postFilter }).filter(
    ([, filter]) => Object.keys(filter).length > 0,
  )
  return sentence(
    `${allow ? 'allow' : 'deny'} ${method} ${url}`,
    memberNodes(Object.fromEntries(filters)),
  )
}

// A list repeats its name, as it does on the wire.
function paramNodes(params: Record<string, string | string[]>): OutlineNode[] {
  return Object.entries(params).flatMap(([name, value]) =>
    [value].flat().map((item) => field(name, item)),
  )
}

function timeNodes(times: Record<string, number | undefined>): OutlineNode[] {
  return Object.entries(times).flatMap(([name, time]) =>
    time === undefined ? [] : [field(name, formatTime(time))],
  )
}

function memberNodes(members: object, depth = 0): OutlineNode[] {
  if (depth === maxDepth && Object.keys(members).length > 0) return [sentence('…')]
  return Object.entries(members).flatMap(([name, value]: [string, unknown]) => {
    if (value === undefined) return []
    const children =
      typeof value === 'object' && value !== null ? memberNodes(value, depth + 1) : []
    if (children.length > 0) return [heading(name, children)]
    return [field(name, typeof value === 'string' ? value : JSON.stringify(value))]
  })
}

function heading(label: string, children: readonly OutlineNode[]): OutlineNode {
  return children.length === 0 ? field(label, 'none') : { label, children }
}

function field(label: string, value: string): OutlineNode {
  return { label, value, children: [] }
}

function sentence(value: string, children: readonly OutlineNode[] = []): OutlineNode {
  return { value, children }
}
