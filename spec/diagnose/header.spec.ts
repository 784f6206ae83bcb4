import { describe, expect, it } from 'vitest'
import { findingsIn, linesOf, sid, tokenOf, type Kind, type Members } from '../support/subjects.ts'

type Row = [title: string, kind: Kind, header: Members, claims: Members, lines: string[]]

const without = { grants: undefined, scope: undefined, policies: undefined }

const rows: Row[] = [
  ['alg in lower case', 'access', { alg: 'hs256' }, {}, ['error 20102 header-alg /header/alg']],
  ['alg null', 'access', { alg: null }, {}, ['error 20102 header-alg /header/alg']],
  ['no alg', 'capability', { alg: undefined }, {}, ['error 31204 header-alg /header/alg']],
  ['alg none', 'taskrouter', { alg: 'none' }, {}, ['error 20102 header-alg /header/alg']],
  ['alg toString', 'access', { alg: 'toString' }, {}, ['error 20102 header-alg /header/alg']],
  ['typ in lower case', 'access', { typ: 'jwt' }, {}, ['error 20102 header-typ /header/typ']],
  ['typ null', 'capability', { typ: null }, {}, ['error 31204 header-typ /header/typ']],
  [
    'no typ in an access token',
    'access',
    { typ: undefined },
    {},
    ['error 20102 header-typ /header/typ'],
  ],
  ['no typ in a capability token', 'capability', { typ: undefined }, {}, []],
  ['no typ in a TaskRouter token', 'taskrouter', { typ: undefined }, {}, []],
  ['crit', 'access', { crit: ['exp'] }, {}, ['error 20102 header-crit /header/crit']],
  ['crit null', 'capability', { crit: null }, {}, ['error 31204 header-crit /header/crit']],
  ['no cty', 'access', { cty: undefined }, {}, ['error 20102 header-cty /header/cty']],
  [
    'cty of another version',
    'access',
    { cty: 'twilio-fpa;v=2' },
    {},
    ['error 20102 header-cty /header/cty'],
  ],
  [
    'cty without a version',
    'access',
    { cty: 'twilio-fpa' },
    {},
    ['error 20102 header-cty /header/cty'],
  ],
  [
    'cty with a space',
    'access',
    { cty: 'twilio-fpa; v=1' },
    {},
    ['error 20102 header-cty /header/cty'],
  ],
  ['cty that is a number', 'access', { cty: 1 }, {}, ['error 20102 header-cty /header/cty']],
  [
    'cty of an access token on a scope',
    'capability',
    { cty: 'twilio-fpa;v=1' },
    {},
    ['error 31204 header-cty /header/cty'],
  ],
  [
    'cty of an access token on policies',
    'taskrouter',
    { cty: 'twilio-fpa;v=1' },
    {},
    ['error 20102 header-cty /header/cty'],
  ],
  [
    'misspelled cty on a scope',
    'capability',
    { cty: 'Twilio-FPA;v=1' },
    {},
    ['error 31204 header-cty /header/cty'],
  ],
  ['another cty on a scope', 'capability', { cty: 'JWT' }, {}, []],
  [
    'misspelled cty without grants',
    'access',
    { cty: 'twilio-fpa;v=2' },
    without,
    ['error 20102 header-cty /header/cty', 'error 20106 grants-missing /claims/grants'],
  ],
  [
    'client validation token',
    'access',
    { cty: 'twilio-pkrv;v=1', alg: 'RS256', kid: sid('CR') },
    { ...without, hrh: 'authorization;host', rqh: 'ab' },
    ['error 20102 header-cty /header/cty'],
  ],
  [
    'client validation token with grants and a subject that is a name',
    'access',
    { cty: 'twilio-pkrv;v=1', alg: 'RS256' },
    { grants: { voice: {}, voise: 1 }, sub: 'ana' },
    ['error 20102 header-cty /header/cty', 'error 20103 party-form /claims/sub'],
  ],
  [
    'client validation token with a scope and policies',
    'access',
    { cty: 'twilio-pkrv;v=1', alg: 'RS256' },
    { grants: undefined, scope: 'x', policies: 1 },
    ['error 20102 header-cty /header/cty'],
  ],
  [
    'client validation token with other mistakes',
    'access',
    { cty: 'twilio-pkrv;v=1', alg: 'PS256', typ: 'x' },
    { ...without, iss: undefined, exp: 1, identity: 7 },
    [
      'error 20102 header-typ /header/typ',
      'error 20102 header-cty /header/cty',
      'error 20103 party-missing /claims/iss',
      'error 20104 time-relative /claims/exp',
    ],
  ],
  ['region in capitals', 'access', { twr: 'IE1' }, {}, ['warning 20102 header-region /header/twr']],
  ['empty region', 'access', { twr: '' }, {}, ['warning 20102 header-region /header/twr']],
  ['edge as region', 'access', { twr: 'sydney' }, {}, ['warning 20102 header-region /header/twr']],
  ['old id of an edge', 'access', { twr: 'sg1' }, {}, ['warning 20102 header-region /header/twr']],
  [
    'country as region',
    'capability',
    { twr: 'ireland' },
    {},
    ['warning 31204 header-region /header/twr'],
  ],
  ['region that is a number', 'access', { twr: 1 }, {}, ['error 20102 header-region /header/twr']],
  ['region null', 'access', { twr: null }, {}, ['error 20102 header-region /header/twr']],
  ['region au1', 'access', { twr: 'au1' }, {}, []],
  [
    'kind that is none',
    'capability',
    {},
    { ...without, iss: 'x' },
    ['error 20101 kind-unknown /claims'],
  ],
  [
    'kind that is none, with sub',
    'capability',
    {},
    { ...without, sub: 'x' },
    ['error 20101 kind-unknown /claims'],
  ],
  [
    'kind that is none, with everything else wrong',
    'capability',
    { alg: 'none', typ: 'x', crit: [], twr: 7 },
    { ...without, iss: 1, exp: 'x', jti: 1 },
    [
      'error 20102 header-alg /header/alg',
      'error 20102 header-typ /header/typ',
      'error 20102 header-crit /header/crit',
      'error 20101 kind-unknown /claims',
    ],
  ],
  ['grants beside a scope, which are judged', 'access', {}, { scope: 7 }, []],
]

describe('diagnose() judges the header', () => {
  it.each(rows)('diagnose() judges %s', async (_, kind, header, claims, lines) => {
    expect(await linesOf(await tokenOf(kind, claims, header))).toEqual(lines)
  })

  it.each([
    ['dublin', 'Set twr to ie1'],
    ['Tokyo', 'Set twr to jp1'],
    ['US1', 'Set twr to us1'],
    [' au1 ', 'Set twr to au1'],
    ['de1', 'Omit twr, or set it to us1'],
    ['gll', 'Omit twr, or set it to us1'],
    ['eu', 'Set twr to a region such as us1, ie1, au1 or jp1, or omit it'],
  ])('diagnose() suggests a region for %s', async (twr, fix) => {
    expect(await findingsIn(await tokenOf('access', {}, { twr }))).toMatchObject([{ fix }])
  })

  it('diagnose() suggests to move cty from the claims to the header', async () => {
    const cty = 'twilio-fpa;v=1'
    const [finding] = await findingsIn(await tokenOf('access', { cty }, { cty: undefined }))
    expect(finding?.fix).toBe(`Move cty from the claims to the header: ${cty}`)
  })

  it('diagnose() warns that capability tokens are deprecated', async () => {
    expect(await findingsIn(await tokenOf('capability'))).toMatchObject([
      { rule: 'kind-deprecated', code: 20101, severity: 'warning', pointer: '' },
    ])
  })
})
