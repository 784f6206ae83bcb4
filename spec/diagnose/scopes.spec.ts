import { describe, expect, it } from 'vitest'
import { findingsIn, linesOf, sid, tokenFor, tokenOf, type Members } from '../support/subjects.ts'

const incoming = 'scope:client:incoming?clientName=ana'
const outgoing = `scope:client:outgoing?appSid=${sid('AP')}`
const events = 'scope:stream:subscribe?path=%2F2010-04-01%2FEvents'

const wrong: [title: string, scope: unknown, rule: string][] = [
  ['a list', [incoming], 'scope-form'],
  ['an object', { incoming }, 'scope-form'],
  ['null', null, 'scope-form'],
  ['a number', 1, 'scope-form'],
  ['two scopes with a comma', `${incoming},${outgoing}`, 'scope-name'],
  ['two scopes with a comma and a space', `${incoming}, ${outgoing}`, 'scope-name'],
  ['two scopes with a semicolon', `${incoming};${outgoing}`, 'scope-name'],
  ['two scopes with a plus', `${incoming}+${outgoing}`, 'scope-name'],
  ['two scopes with nothing between them', `${incoming}${outgoing}`, 'scope-name'],
  ['two scopes with a slash', `${incoming}/${outgoing}`, 'scope-name'],
  ['two scopes with an ampersand', `${incoming}&${outgoing}`, 'scope-name'],
  ['an unknown scope after a comma', `${incoming},scope:x`, 'scope-name'],
  ['an unknown scope after a line feed', `${incoming}\nscope:x`, 'scope-name'],
  ['two scopes with a line feed', `${incoming}\n${outgoing}`, 'scope-name'],
  ['a misspelled scope', incoming.replace('incoming', 'incomming'), 'scope-name'],
  ['a scope in capitals', incoming.replace('client:', 'Client:'), 'scope-name'],
  ['a scope without scope:', incoming.slice(6), 'scope-name'],
  ['a word', 'incoming', 'scope-name'],
  ['a client name with a raw space', `${incoming} smith`, 'scope-name'],
  ['no query', 'scope:client:incoming', 'scope-member'],
  ['a client name twice', `${incoming}&clientName=b`, 'scope-member'],
  ['an application twice', `${outgoing}&appSid=${sid('AP')}`, 'scope-member'],
  ['no application', 'scope:client:outgoing?clientName=a', 'scope-member'],
  ['an unknown name', `${outgoing}&record=true`, 'scope-member'],
  ['another letter case', `scope:client:outgoing?appsid=${sid('AP')}`, 'scope-member'],
  ['no path', 'scope:stream:subscribe?params=a', 'scope-member'],
  ['both params and appParams', `${events}&params=a&appParams=b`, 'scope-member'],
  ['an unknown name before params', 'scope:stream:subscribe?x=1&params=a&path=b', 'scope-member'],
  ['filters in an outgoing scope', `${outgoing}&params=a%3Db`, 'scope-member'],
  ['an application in an incoming scope', `${incoming}&appSid=${sid('AP')}`, 'scope-member'],
  ['an empty application', 'scope:client:outgoing?appSid=', 'scope-sid'],
  ['a key as application', `scope:client:outgoing?appSid=${sid('SK')}`, 'scope-sid'],
  ['a placeholder as application', 'scope:client:outgoing?appSid=APxxxx', 'scope-sid'],
  ['a bare percent sign', `${incoming}%`, 'scope-encoding'],
  ['bytes that are not UTF-8', `${incoming}%ff`, 'scope-encoding'],
  ['a bare percent sign in params', `${outgoing}&appParams=100%25`, 'scope-encoding'],
  ['params that spill', `${outgoing}&appParams=a=1&b=2`, 'scope-encoding'],
  [
    'params that spill, before the application',
    `scope:client:outgoing?appParams=a=1&b=2&appSid=${sid('AP')}`,
    'scope-encoding',
  ],
  ['filters that spill', `${events}&params=a=1&b=2`, 'scope-encoding'],
]

const sound: [title: string, scope: string][] = [
  ['two scopes', `${incoming} ${outgoing}`],
  ['two spaces between scopes', `${incoming}  ${outgoing}`],
  ['params in any place', `scope:client:outgoing?appParams=a%3Db%26c%3D1&appSid=${sid('AP')}`],
  ['an empty pair', `${outgoing}&&appParams=`],
  ['the event stream', events],
  ['filters in appParams', `${events}&appParams=a%3Db`],
  ['a client name in the event stream, as twilio-csharp 4 wrote it', `${events}&clientName=a+b`],
  ['a client name that ends in an underscore', 'scope:client:incoming?clientName=a_'],
]

const policy = { url: 'https://taskrouter.twilio.com', method: 'GET', allow: true }

const policies: [title: string, claims: Members, lines: string[]][] = [
  ['policies null', { policies: null }, ['policy-form /claims/policies']],
  ['policies that are an object', { policies: { 0: policy } }, ['policy-form /claims/policies']],
  [
    'policies that are not objects',
    { policies: ['x', policy, [], null] },
    [
      'policy-form /claims/policies/0',
      'policy-form /claims/policies/2',
      'policy-form /claims/policies/3',
    ],
  ],
  [
    'no url',
    { policies: [{ ...policy, url: undefined }] },
    ['policy-member /claims/policies/0/url'],
  ],
  [
    'a method null',
    { policies: [{ ...policy, method: null }] },
    ['policy-member /claims/policies/0/method'],
  ],
  [
    'allow that is a string',
    { policies: [{ ...policy, allow: 'true' }] },
    ['policy-member /claims/policies/0/allow'],
  ],
  [
    'no allow',
    { policies: [policy, { ...policy, allow: undefined }] },
    ['policy-member /claims/policies/1/allow'],
  ],
  [
    'a filter that is a string',
    { policies: [{ ...policy, query_filter: 'x' }] },
    ['policy-member /claims/policies/0/query_filter'],
  ],
  [
    'a filter that is 0',
    { policies: [{ ...policy, post_filter: 0 }] },
    ['policy-member /claims/policies/0/post_filter'],
  ],
  [
    'a filter that is a list of numbers',
    { policies: [{ ...policy, post_filter: [1] }] },
    ['policy-member /claims/policies/0/post_filter'],
  ],
  [
    'a filter that is a list of an object and a number',
    { policies: [{ ...policy, post_filter: [{}, 1] }] },
    ['policy-member /claims/policies/0/post_filter'],
  ],
  [
    'filters null, as Java writes them',
    { policies: [{ ...policy, query_filter: null, post_filter: null }] },
    [],
  ],
  ['a filter that is a list of objects', { policies: [{ ...policy, query_filter: [{}, {}] }] }, []],
  ['no policies', { policies: [] }, []],
  ['no version', { version: undefined }, ['policy-member /claims/version']],
  ['a version that is a number', { version: 1 }, ['policy-member /claims/version']],
  ['no workspace', { workspace_sid: undefined }, ['policy-member /claims/workspace_sid']],
  ['a channel null', { channel: null }, ['policy-member /claims/channel']],
  ['a workspace that is not a SID', { workspace_sid: 'x' }, []],
]

describe('diagnose() judges the scopes', () => {
  it.each(wrong)('diagnose() reports %s', async (_, scope, rule) => {
    expect(await linesOf(await tokenFor(scope))).toEqual([`error 31204 ${rule} /claims/scope`])
  })

  it.each(sound)('diagnose() accepts %s', async (_, scope) => {
    expect(await linesOf(await tokenFor(scope))).toEqual([])
  })

  it.each([
    ['an empty scope', { scope: '' }],
    ['a scope of spaces', { scope: '  ' }],
    ['no scope', { scope: undefined }],
  ])('diagnose() warns of %s', async (_, claims) => {
    expect(await linesOf(await tokenOf('capability', claims))).toEqual([
      'warning 31204 scope-empty /claims/scope',
    ])
  })

  it.each([
    ['a comma inside, before another scope', `${incoming},b ${outgoing}`],
    ['a word that ends in scope', `${incoming},bscope:x`],
  ])('diagnose() takes a client name with %s for one name', async (_, scope) => {
    expect(await linesOf(await tokenFor(scope))).toEqual([
      'warning 31105 identity-portable /claims/scope',
    ])
  })

  it('diagnose() judges no scopes of an access token', async () => {
    const scope = 'scope:client:incoming?clientName=a+b'
    expect(await linesOf(await tokenOf('access', { scope }))).toEqual([])
  })

  it('diagnose() judges each scope by itself', async () => {
    const scope = `${incoming}% scope:client:outgoing?appSid=x scope:a scope:a`
    expect(await linesOf(await tokenFor(scope))).toEqual([
      'error 31204 scope-name /claims/scope',
      'error 31204 scope-sid /claims/scope',
      'error 31204 scope-encoding /claims/scope',
    ])
  })

  it.each([
    [incoming.replace('incoming', 'incomming'), 'scope:client:incoming'],
    [outgoing.replace('appSid', 'AppSid'), 'appSid'],
    ['scope:client:outgoing?appSid=', 'AP'],
    [`${incoming},${outgoing}`, 'space'],
    [`${outgoing}&appParams=a=1&b=2`, 'twice'],
  ])('diagnose() says what to write instead of %s', async (scope, words) => {
    const [finding] = await findingsIn(await tokenFor(scope))
    expect(finding?.fix).toContain(words)
  })
})

describe('diagnose() judges the policies', () => {
  it.each(policies)('diagnose() judges %s', async (_, claims, lines) => {
    expect(await linesOf(await tokenOf('taskrouter', claims))).toEqual(
      lines.map((line) => `error 20101 ${line}`),
    )
  })
})
