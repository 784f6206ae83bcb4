// What a token holds, as lines for people: a tree, by indentation.

import type { Policy, Scope, TokenContents } from '../index.ts'
import { date, expiry } from './duration.ts'
import { printable, type Paint } from './style.ts'

const deepest = 10 // a token may nest by the thousand

/** The lines of a token's contents. */
export function describe(contents: TokenContents, now: number, paint: Paint): string[] {
  const [first = '', ...lines] = [...linesOf(contents), expiry(contents.expiresAt, now)].map(
    printable,
  )
  return [paint('bold', first), ...lines]
}

function linesOf(contents: TokenContents): string[] {
  switch (contents.kind) {
    case 'capability':
      return [
        'capability token',
        ...indent([
          `account: ${contents.accountSid}`,
          ...heading('scopes', contents.scopes.flatMap(ofScope)),
        ]),
      ]
    case 'taskrouter': {
      const {
        accountSid: account,
        workspaceSid: workspace,
        channelSid: channel,
        policies,
      } = contents
      return [
        'TaskRouter token',
        ...indent([
          ...tree({ account, workspace, channel }),
          ...heading('policies', policies.flatMap(ofPolicy)),
        ]),
      ]
    }
    case 'access': {
      const {
        accountSid: account,
        keySid: key,
        identity,
        region,
        id,
        issuedAt,
        notBefore,
        grants,
      } = contents
      const times = { made: issuedAt, 'good from': notBefore }
      const dates = Object.entries(times).flatMap(([name, time]) =>
        time === undefined ? [] : [`${name}: ${date(time)}`],
      )
      return [
        'access token',
        ...indent([
          ...tree({ account, key, identity, region, id }),
          ...dates,
          ...heading('grants', tree(grants)),
        ]),
      ]
    }
  }
}

function ofScope(scope: Scope): string[] {
  switch (scope.kind) {
    case 'incoming':
      return [`incoming calls as ${scope.clientName}`]
    case 'outgoing': {
      const name = scope.clientName === undefined ? '' : ` as ${scope.clientName}`
      return [
        `outgoing calls through ${scope.applicationSid}${name}`,
        ...indent(pairs(scope.params)),
      ]
    }
    case 'events':
      return [`events at ${scope.path}`, ...indent(pairs(scope.filters))]
    case 'other':
      return [`unknown: ${scope.uri}`]
  }
}

function ofPolicy({ allow, method, url, queryFilter, postFilter }: Policy): string[] {
  const filters = Object.entries({ query: queryFilter, post: postFilter }).filter(
    ([, filter]) => Object.keys(filter).length > 0,
  )
  return [
    `${allow ? 'allow' : 'deny'} ${method} ${url}`,
    ...indent(tree(Object.fromEntries(filters))),
  ]
}

// A list repeats its name, as it does on the wire.
function pairs(params: Record<string, string | string[]>): string[] {
  return Object.entries(params).flatMap(([name, value]) =>
    [value].flat().map((text) => `${name}: ${text}`),
  )
}

function tree(members: object, depth = 0): string[] {
  if (depth === deepest && Object.keys(members).length > 0) return ['…']
  return Object.entries(members).flatMap(([name, value]: [string, unknown]) => {
    if (value === undefined) return []
    const below = typeof value === 'object' && value !== null ? tree(value, depth + 1) : []
    if (below.length > 0) return heading(name, below)
    return [`${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`]
  })
}

function heading(name: string, below: string[]): string[] {
  return below.length === 0 ? [`${name}: none`] : [`${name}:`, ...indent(below)]
}

function indent(lines: string[]): string[] {
  return lines.map((line) => `  ${line}`)
}
