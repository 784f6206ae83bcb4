import { describe, expect, expectTypeOf, it } from 'vitest'
import type { Policy, PolicyClaims, PolicyFilters } from 'twilio-tokens'
import { createPolicy, defaultPolicies, isFilter, readPolicy } from '../lib/policies.ts'
import { refuse, type Refusal } from './support/refusal.ts'

const workspaceUrl = 'https://taskrouter.twilio.com/v1/Workspaces/WS1'
const plain = 'plain object'
const environment = 'environment'

const ofUrl = (url: unknown) => () => createPolicy(true, url as string, 'GET')
const ofMethod = (method: unknown) => () => createPolicy(true, workspaceUrl, method as string)
const ofFilters = (filters: unknown) => () =>
  createPolicy(false, workspaceUrl, 'POST', filters as PolicyFilters)

describe('createPolicy', () => {
  it('shows a method in capital letters', () => {
    expect(ofMethod('post')).toThrow('an HTTP method in capital letters, such as POST, got ')
  })

  it('returns the policy as it is on the wire, with filters that are empty by default', () => {
    expect(JSON.stringify(createPolicy(false, workspaceUrl, 'DELETE'))).toBe(
      `{"url":"${workspaceUrl}","method":"DELETE","allow":false,"query_filter":{},"post_filter":{}}`,
    )
  })

  it('copies filters, with names that every object has', () => {
    const queryFilter = JSON.parse('{"__proto__": {"required": true}}') as object
    const postFilter = { ActivitySid: { required: true } }
    const policy = createPolicy(true, workspaceUrl, 'POST', { queryFilter, postFilter })
    postFilter.ActivitySid.required = false
    expect(JSON.stringify(policy)).toContain(
      '"query_filter":{"__proto__":{"required":true}},"post_filter":{"ActivitySid":{"required":true}}',
    )
    expect({}).not.toHaveProperty('required')
  })

  it.each([
    'https://taskrouter.twilio.com',
    'https://taskrouter.twilio.com/',
    'https://taskrouter.twilio.com:443/v1/Workspaces/**',
    'https://event-bridge.twilio.com/v1/wschannels/AC1/WK1',
    'https://taskrouter.dublin.ie1.twilio.com/v1/Workspaces/WS1?a=*',
    'https://api.twilio.com?x=y',
  ])('accepts the URL %s', (url) => {
    expect(createPolicy(true, url, 'GET').url).toBe(url)
  })

  it.each<Refusal>([
    ...[
      ['another scheme', 'http://taskrouter.twilio.com/'],
      ['no scheme', '//taskrouter.twilio.com/'],
      ['a path', '/v1/Workspaces/WS1'],
      ['another host', 'https://example.com/'],
      ['a host that ends as another', 'https://taskrouter.twilio.com.example/'],
      ['a host with another before it', 'https://eviltwilio.com/'],
      ['the bare domain', 'https://twilio.com/'],
      ['an empty label', 'https://.twilio.com/'],
      ['a user before another host', 'https://taskrouter.twilio.com@example.com/'],
      ['a user before the host', 'https://user:pass@taskrouter.twilio.com/'],
      ['a host in the path', 'https://example.com/taskrouter.twilio.com'],
      ['a host in the query', 'https://example.com?.twilio.com/'],
      ['a host in the fragment', 'https://example.com#.twilio.com/'],
      ['a backslash', 'https://taskrouter.twilio.com\\@example.com/'],
      ['a host with a wildcard', 'https://*.twilio.com/'],
      ['a port that is none', 'https://taskrouter.twilio.com:x/'],
    ].map(([title = '', url]): Refusal => [
      title,
      ofUrl(url),
      'TypeError',
      'url',
      'https://',
      '.twilio.com',
    ]),
    ...[
      ['another scheme', 'http://taskrouter.twilio.com/', 'got a URL of another scheme'],
      ['https in another scheme', 'xhttps://taskrouter.twilio.com/', 'got a URL of another scheme'],
      ['another host', 'https://example.com/', 'got a URL of another host'],
      ['a path', '/v1/Workspaces/WS1', 'got a string of 18 characters'],
    ].map(([title = '', url, words = '']): Refusal => [
      `${title}, and says so`,
      ofUrl(url),
      'TypeError',
      'url',
      words,
    ]),
    [
      'a space in the path',
      ofUrl(`${workspaceUrl}/a b`),
      'TypeError',
      'url',
      'white space',
      'position',
    ],
    ['a line feed at the end', ofUrl(`${workspaceUrl}\n`), 'TypeError', 'url', 'white space'],
    ['a space before the URL', ofUrl(` ${workspaceUrl}`), 'TypeError', 'url', 'position 1'],
    ['an empty URL', ofUrl(''), 'TypeError', 'url', 'empty'],
    ['no URL', ofUrl(undefined), 'TypeError', 'url', 'string'],
    ['a URL object', ofUrl(new URL(workspaceUrl)), 'TypeError', 'url', 'string'],
    ['a Promise of a URL', ofUrl(Promise.resolve(workspaceUrl)), 'TypeError', 'url', 'await'],

    ['get', ofMethod('get'), 'TypeError', 'method', 'capital', 'such as GET'],
    ['Post', ofMethod('Post'), 'TypeError', 'method', 'such as POST'],
    ['put with a space', ofMethod('put '), 'TypeError', 'method', 'such as PUT'],
    ['DELETE with a line feed', ofMethod('DELETE\n'), 'TypeError', 'method', 'such as DELETE'],
    ['two methods', ofMethod('GET POST'), 'TypeError', 'method', 'such as GET'],
    ['posting', ofMethod('posting'), 'TypeError', 'method', 'such as GET, got another word'],
    ['a wildcard', ofMethod('*'), 'TypeError', 'method', 'such as GET'],
    ['a word that is no method', ofMethod('update'), 'TypeError', 'method', 'such as GET'],
    ['an empty method', ofMethod(''), 'TypeError', 'method', 'empty'],
    ['no method', ofMethod(undefined), 'TypeError', 'method', 'string'],
    ['a list of methods', ofMethod(['GET']), 'TypeError', 'method', 'array'],

    [
      'a query filter that is undefined',
      ofFilters({ queryFilter: undefined }),
      'TypeError',
      'queryFilter',
      environment,
    ],
    [
      'a post filter that is undefined',
      ofFilters({ postFilter: undefined }),
      'TypeError',
      'postFilter',
      environment,
    ],
    [
      'a name that is undefined',
      ofFilters({ postFilter: { WorkerSid: undefined } }),
      'TypeError',
      'postFilter.WorkerSid',
      environment,
    ],
    [
      'a value that is undefined further in',
      ofFilters({ queryFilter: { WorkerSid: { required: undefined } } }),
      'TypeError',
      'queryFilter.WorkerSid.required',
      environment,
    ],
    ['a filter that is null', ofFilters({ queryFilter: null }), 'TypeError', 'queryFilter', plain],
    [
      'a filter that is a Map',
      ofFilters({ queryFilter: new Map() }),
      'TypeError',
      'queryFilter',
      plain,
    ],
    ['a filter that is a list', ofFilters({ postFilter: [] }), 'TypeError', 'postFilter', plain],
    [
      'a filter that is NaN',
      ofFilters({ postFilter: { a: NaN } }),
      'TypeError',
      'postFilter.a',
      'NaN',
    ],
  ])('rejects %s', refuse)
})

describe('defaultPolicies', () => {
  const brief = (channelSid: string, channelUrl: string) =>
    defaultPolicies('AC1', workspaceUrl, channelSid, channelUrl).map(
      ({ url, method, allow }) => `${allow ? 'allow' : 'deny'} ${method} ${url}`,
    )
  const events = (channel: string) => `https://event-bridge.twilio.com/v1/wschannels/AC1/${channel}`

  it.each([
    ['a workspace', 'WS1', workspaceUrl],
    ['a task queue', 'WQ1', `${workspaceUrl}/TaskQueues/WQ1`],
  ])('are three for %s', (_, sid, url) => {
    expect(brief(sid, url)).toEqual([
      `allow GET ${events(sid)}`,
      `allow POST ${events(sid)}`,
      `allow GET ${url}`,
    ])
  })

  it('are six for a worker', () => {
    const url = `${workspaceUrl}/Workers/WK1`
    expect(brief('WK1', url)).toEqual([
      `allow GET ${events('WK1')}`,
      `allow POST ${events('WK1')}`,
      `allow GET ${url}`,
      `allow GET ${workspaceUrl}/Activities`,
      `allow GET ${workspaceUrl}/Tasks/**`,
      `allow GET ${url}/Reservations/**`,
    ])
  })
})

describe('readPolicy', () => {
  const policy = { url: 'https://x', method: 'GET', allow: true }
  const read = { ...policy, queryFilter: {}, postFilter: {} }

  it.each<[title: string, filter: unknown, expected: object]>([
    ['that is absent', undefined, {}],
    ['that is null, as from twilio-java', null, {}],
    ['that is an object', { a: { required: true } }, { a: { required: true } }],
    ['that is an empty list, as from twilio-php', [], {}],
    ['that is a list of objects', [{ a: 1, b: 1 }, { b: 2 }], { a: 1, b: 2 }],
  ])('reads a filter %s', (_, filter, expected) => {
    const filters = filter === undefined ? {} : { query_filter: filter, post_filter: filter }
    expect(isFilter(filter)).toBe(true)
    expect(readPolicy({ ...policy, ...filters })).toStrictEqual({
      ...read,
      ...{ queryFilter: expected, postFilter: expected },
    })
  })

  it('reads names that every object has as names', () => {
    const received = JSON.parse('{"query_filter": {"__proto__": 1}}') as object
    expect(Object.entries(readPolicy({ ...policy, ...received }).queryFilter)).toEqual([
      ['__proto__', 1],
    ])
  })

  it('reads own properties only', () => {
    const inherited = Object.create({ query_filter: { a: 1 } }) as object
    expect(readPolicy(Object.assign(inherited, policy))).toStrictEqual(read)
  })

  it('says what policies and filters must be', () => {
    expect(() => readPolicy(7)).toThrow(
      'Cannot read token: its claim policies must be a list of objects, got 7',
    )
    expect(() => readPolicy({ ...policy, post_filter: 7 })).toThrow(
      'Cannot read token: its claim post_filter must be an object or a list of objects, got 7',
    )
  })

  it.each<[title: string, policy: unknown, claim: string, got: string]>([
    ['null', null, 'policies', 'null'],
    ['a list', [], 'policies', 'array'],
    ['a string', 'GET', 'policies', 'string'],
    ['a list for a URL', { ...policy, url: [] }, 'url', 'array'],
    ['no method', { ...policy, method: undefined }, 'method', 'nothing'],
    ['a number for allow', { ...policy, allow: 1 }, 'allow', '1'],
    ['a string for a filter', { ...policy, query_filter: 'a' }, 'query_filter', 'string'],
    ['a number for a filter', { ...policy, post_filter: 7 }, 'post_filter', '7'],
    ['a list of numbers for a filter', { ...policy, post_filter: [7] }, 'post_filter', 'array'],
    ['a list in a list for a filter', { ...policy, post_filter: [[{}]] }, 'post_filter', 'array'],
  ])('refuses %s', (_, policy, claim, got) => {
    expect(() => readPolicy(policy)).toThrow(
      expect.objectContaining({
        name: 'TokenError',
        code: 'ERR_TOKEN_CLAIM',
        message: expect.stringMatching(new RegExp(` claim ${claim} must .*${got}`)),
      }),
    )
  })
})

describe('types', () => {
  it('are those of the contract', () => {
    expectTypeOf<Policy>().toEqualTypeOf<{
      url: string
      method: string
      allow: boolean
      queryFilter: Record<string, unknown>
      postFilter: Record<string, unknown>
    }>()
    expectTypeOf<PolicyFilters>().toEqualTypeOf<{ queryFilter?: object; postFilter?: object }>()
    expectTypeOf<PolicyClaims>().toEqualTypeOf<{
      url: string
      method: string
      allow: boolean
      query_filter: object
      post_filter: object
    }>()
  })
})
