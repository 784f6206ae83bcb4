import { describe, expect, it } from 'vitest'
import { isPlaceholder, isSidPlaceholder } from '../../lib/diagnose/identity.ts'
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

// What stands in `sub` is an identity, unless a SID was tried.
const names = ['ana', 'skylar', 'xAC1-2', 'x y AC', 'Ace12-34', 'sub of 12345678', 'W12345678']
const sidAttempts = [' AC-1', 'AC-12', 'sk.12', 'SK', ' ', 'PN12345678-', ' pn12345678.x']

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

  it.each(names)('diagnose() takes %j in sub for an identity', async (sub) => {
    const token = await tokenOf('access', { grants: { video: {} }, sub })
    expect(await linesOf(token)).toEqual(['error 20106 identity-place /claims/sub'])
  })

  it.each([...sidAttempts, 7])('diagnose() takes %j in sub for no identity', async (sub) => {
    const token = await tokenOf('access', { grants: { video: {} }, sub })
    expect(await linesOf(token)).toEqual([
      'error 20103 party-form /claims/sub',
      `error 20106 identity-missing ${place}`,
    ])
  })

  it('diagnose() does not take an empty text beside the grants for an identity', async () => {
    const token = await tokenOf('access', { grants: { video: { identity: '' } }, identity: '' })
    expect(await linesOf(token)).toEqual([`error 20106 identity-missing ${place}`])
  })

  it.each(scopes)('diagnose() judges a client name of %s', async (_, query, lines) => {
    expect(await linesOf(await tokenFor(`scope:client:incoming?${query}`))).toEqual(lines)
  })

  it.each([
    ['of an unknown scope', 'scope:client:incomings?clientName=a+b', 'scope-name'],
    ['of a scope with something before it', ':scope:client:incoming?clientName=a+b', 'scope-name'],
    ['that is there twice', 'scope:client:incoming?clientName=a+b&clientName=c+d', 'scope-member'],
  ])('diagnose() leaves a client name alone %s', async (_, scope, rule) => {
    expect(await linesOf(await tokenFor(scope))).toEqual([`error 31204 ${rule} /claims/scope`])
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

describe('isSidPlaceholder()', () => {
  it.each([
    'ACxxx',
    'ac***',
    'AC________',
    'your',
    'Your account SID',
    'TWILIO_ACCOUNT_SID',
    'A_B',
    '"ACCOUNT_SID"',
    '<ACCOUNT_SID>',
    'process.env.ACCOUNT_SID',
    "ENV['ACCOUNT_SID']",
    'ENV["ACCOUNT_SID"]',
    '$ACCOUNT_SID2',
    'None',
    'undefined',
    'null',
    'NaN',
    '{{sid}}',
  ])('accepts %j', (value) => {
    expect(isSidPlaceholder(value)).toBe(true)
  })

  it.each([
    'ACxx',
    'ACxxxy',
    'ACxxx1',
    'aACxxx',
    'xxxxx',
    'ACaaa',
    'AC111',
    'for your account',
    'the ACCOUNT_SID',
    'x_ACCOUNT_SID',
    'ACCOUNT_SID of mine',
    'ACCOUNT_sid',
    'ACCOUNT',
    'ACCOUNT_',
    'A__B',
    '1A_B',
    'process_env.A_B',
    'none',
    'None of them',
    'a None',
    '[object Object]',
    '[object Promise]',
    '',
    undefined,
    7,
  ])('refuses %j', (value) => {
    expect(isSidPlaceholder(value)).toBe(false)
  })
})

describe('isPlaceholder()', () => {
  it.each([
    'undefined',
    'null',
    'NaN',
    '[object Object]',
    '[object Promise]',
    '{{name}}',
    'a {{name}} b',
    '{{}}',
    'a ${name} b',
    '#{name}',
    '%{name}',
    'a <%= name %> b',
    '<name>',
    '<<name>>',
    '{name}',
    '{}',
    '%name%',
    '%s',
    '$(name)',
    '%(name)s',
    '[[name]]',
    '[[ a b ]]',
  ])('accepts %j', (value) => {
    expect(isPlaceholder(value)).toBe(true)
  })

  it.each([
    'an undefined',
    'undefined_1',
    'a null',
    'nullable',
    'a NaN',
    'NaNa',
    'a [object Object]',
    '[object Object] b',
    '[object ]',
    '[object A B]',
    '{{name}',
    '{{na{me}}',
    'a {name} b',
    '{a b}',
    '&{name}',
    '<%name>x',
    'a <name> b',
    '<name> b',
    'a <name>',
    '%a b%',
    '%name',
    '%%',
    'a %name%',
    '%name% b',
    'a %s',
    '%sb',
    '$(a b)',
    '$()',
    '#(name)',
    'a $(name)',
    '$(name) b',
    '[name]',
    '[[na]me]]',
    'a [[name]]',
    '[[name]] b',
    '',
  ])('refuses %j', (value) => {
    expect(isPlaceholder(value)).toBe(false)
  })
})
