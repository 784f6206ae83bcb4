import { describe, expect, it } from 'vitest'
import { findingsIn, linesOf, sid, tokenFor, tokenOf, type Members } from '../support/subjects.ts'

const voice = { incoming: { allow: true } }
const place = '/claims/grants/identity'

type Row = [title: string, grants: Members, lines: string[]]

const grants: Row[] = [
  ['no identity in a voice token', { voice }, [`error 20106 identity-missing ${place}`]],
  ['no identity in a video token', { video: {} }, [`error 20106 identity-missing ${place}`]],
  [
    'no identity in a chat token',
    { chat: { service_sid: sid('IS') } },
    [`error 20106 identity-missing ${place}`],
  ],
  [
    'no identity in a Sync token',
    { data_sync: { service_sid: 'default' } },
    [`error 20106 identity-missing ${place}`],
  ],
  [
    'no identity in a TaskRouter access token',
    { task_router: { workspace_sid: sid('WS') } },
    [`warning 20106 identity-missing ${place}`],
  ],
  [
    'no identity with an unknown grant',
    { flex_insights: {} },
    [`warning 20106 identity-missing ${place}`],
  ],
  [
    'no identity with a misspelled grant',
    { Voice: voice },
    [`error 20106 identity-missing ${place}`, 'error 20106 grant-name /claims/grants/Voice'],
  ],
  ['an identity that is null', { identity: null, voice }, [`error 20106 identity-form ${place}`]],
  ['an empty identity', { identity: '', voice }, [`error 20106 identity-form ${place}`]],
  ['an identity that is a number', { identity: 7, voice }, [`error 20106 identity-form ${place}`]],
  [
    'an identity that is a list',
    { identity: ['a'], voice },
    [`error 20106 identity-form ${place}`],
  ],
  [
    'an identity inside a grant',
    { voice: { ...voice, identity: 'ana' } },
    ['error 20106 identity-place /claims/grants/voice/identity'],
  ],
  [
    'identities inside two grants',
    { chat: { service_sid: sid('IS'), identity: 'a' }, video: { identity: 'a' } },
    ['error 20106 identity-place /claims/grants/chat/identity'],
  ],
  [
    'an identity inside a grant and in its place',
    { identity: 'ana', video: { identity: 'ana' } },
    ['warning 20106 grant-member-name /claims/grants/video/identity'],
  ],
  ['a space with voice', { identity: 'a b', voice }, [`error 31105 identity-characters ${place}`]],
  ['a letter beyond ASCII', { identity: 'é', voice }, [`error 31105 identity-characters ${place}`]],
  [
    'a template with voice',
    { identity: '{{id}}', voice },
    [`error 31105 identity-characters ${place}`],
  ],
  [
    'a long identity of wrong characters, with voice',
    { identity: 'é'.repeat(300), voice },
    [`error 31105 identity-characters ${place}`],
  ],
  ['a space without voice', { identity: 'a b', video: {} }, []],
  [
    'an identity of 257 characters',
    { identity: 'a'.repeat(257), video: {} },
    [`error 51003 identity-length ${place}`],
  ],
  [
    'a template without voice',
    { identity: 'user-${id}', video: {} },
    [`warning 20106 identity-placeholder ${place}`],
  ],
  [
    'a whole template in brackets',
    { identity: '<identity>', video: {} },
    [`warning 20106 identity-placeholder ${place}`],
  ],
  [
    'a printed object',
    { identity: '[object Promise]', video: {} },
    [`warning 20106 identity-placeholder ${place}`],
  ],
  [
    'the text undefined with voice',
    { identity: 'undefined', voice },
    [`warning 20106 identity-placeholder ${place}`],
  ],
  ...['{name}', '%s', '%(name)s', '%{name}', '$(name)', '<<name>>', '%name%', '[[name]]'].map(
    (identity): Row => [
      `the template ${identity}`,
      { identity, video: {} },
      [`warning 20106 identity-placeholder ${place}`],
    ],
  ),
  ...['not undefined', 'undefined or null', 'a [object Object]', '100%s', '{a b}'].map(
    (identity): Row => [`the text ${identity}`, { identity, video: {} }, []],
  ),
  [
    'a printed object with voice',
    { identity: '[object Object]', voice },
    [`error 31105 identity-characters ${place}`],
  ],
  ['a name in brackets', { identity: 'Jane <jane@example.com>', video: {} }, []],
  ['a family called Null', { identity: 'Null', video: {} }, []],
  [
    'an address with voice',
    { identity: 'a@b.example', voice },
    [`warning 31105 identity-portable ${place}`],
  ],
  [
    'an identity of 122 characters',
    { identity: 'a'.repeat(122), voice },
    [`warning 31105 identity-portable ${place}`],
  ],
  ['an identity of 121 characters', { identity: 'a'.repeat(121), voice }, []],
]

const elsewhere: [title: string, claims: Members, lines: string[]][] = [
  ['beside the grants', { identity: 'ana' }, ['error 20106 identity-place /claims/identity']],
  ['in sub', { sub: 'ana' }, ['error 20106 identity-place /claims/sub']],
  ['in sub, an address', { sub: 'ana@x.example' }, ['error 20106 identity-place /claims/sub']],
  [
    'beside the grants, with a wrong sub',
    { identity: 'ana', sub: 'ana' },
    ['error 20103 party-form /claims/sub', 'error 20106 identity-place /claims/identity'],
  ],
  [
    'nowhere, with a sub that is cut',
    { sub: sid('AC').slice(0, -2) },
    ['error 20103 party-form /claims/sub', `error 20106 identity-missing ${place}`],
  ],
  [
    'nowhere, with a sub that is a placeholder',
    { sub: 'ACxxxxxxxx' },
    ['error 20103 party-placeholder /claims/sub', `error 20106 identity-missing ${place}`],
  ],
  [
    'nowhere, with an empty sub',
    { sub: '' },
    ['error 20103 party-missing /claims/sub', `error 20106 identity-missing ${place}`],
  ],
  [
    'nowhere, with a sub that looks like a secret',
    { sub: '0123456789abcdef'.repeat(2) },
    ['error 20103 secret-exposed /claims/sub', `error 20106 identity-missing ${place}`],
  ],
]

const scopes: [title: string, query: string, lines: string[]][] = [
  ['an empty client name', 'clientName=', ['error 31105 identity-form /claims/scope']],
  ['no value at all', 'clientName', ['error 31105 identity-form /claims/scope']],
  ['a space', 'clientName=a+b', ['error 31105 identity-characters /claims/scope']],
  ['a template', 'clientName=%7B%7Ba%7D%7D', ['error 31105 identity-characters /claims/scope']],
  [
    '257 characters',
    `clientName=${'a'.repeat(257)}`,
    ['error 31105 identity-length /claims/scope'],
  ],
  ['the text null', 'clientName=null', ['warning 31105 identity-placeholder /claims/scope']],
  ['a hyphen', 'clientName=a-b', ['warning 31105 identity-portable /claims/scope']],
  ['letters and digits', 'clientName=a_1', []],
]

describe('diagnose() judges the identity', () => {
  it.each(grants)('diagnose() judges %s', async (_, grants, lines) => {
    expect(await linesOf(await tokenOf('access', { grants }))).toEqual(lines)
  })

  it.each(elsewhere)('diagnose() looks for an identity %s', async (_, claims, lines) => {
    const token = await tokenOf('access', { grants: { video: {} }, ...claims })
    expect(await linesOf(token)).toEqual(lines)
  })

  it.each(scopes)('diagnose() judges a client name of %s', async (_, query, lines) => {
    expect(await linesOf(await tokenFor(`scope:client:incoming?${query}`))).toEqual(lines)
  })

  it('diagnose() judges each client name once', async () => {
    const app = `scope:client:outgoing?appSid=${sid('AP')}`
    const scope = `scope:client:incoming?clientName=a+b ${app}&clientName=a+b ${app}&clientName=a-b`
    expect(await linesOf(await tokenFor(scope))).toEqual([
      'error 31105 identity-characters /claims/scope',
      'warning 31105 identity-portable /claims/scope',
    ])
  })

  it.each([
    ['a b', 'a space'],
    ['zoë', '"ë"'],
    ['a%20b', '"%"'],
    ['{{name}}', 'a template'],
    ['a'.repeat(600) + ' ', 'other characters'],
  ])('diagnose() says what is wrong with %s', async (identity, words) => {
    const grants = { identity, voice: { incoming: { allow: true } } }
    const [finding] = await findingsIn(await tokenOf('access', { grants }))
    expect(finding?.detail).toContain(words)
  })
})
