import fc from 'fast-check'
import {
  diagnose,
  TwilioCapability,
  verify,
  type DiagnoseOptions,
  type Finding,
} from 'twilio-tokens'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { lastSecond } from '../lib/check.ts'
import { isSigned, decode } from '../lib/jwt.ts'
import { sign } from './support/sign.ts'
import accessVectors from './vectors/access.json' with { type: 'json' }
import capabilityVectors from './vectors/capability.json' with { type: 'json' }
import otherLibraries from './vectors/other-libraries.json' with { type: 'json' }

const secret = 'XXXXX'
const now = 1400000000
const account = 'AC283fefc63f0cd0e873a0000c6d07ef7b'
const key = 'SK007d9ac99158d6779cda5bb7febafc01'

const header = { alg: 'HS256', typ: 'JWT' }
const capability = { scope: 'scope:client:incoming?clientName=andy', iss: account, exp: now + 3600 }
const accessHeader = { ...header, cty: 'twilio-fpa;v=1' }
const access = {
  jti: `${key}-1`,
  grants: { identity: 'andy', voice: {} },
  iat: now,
  exp: now + 3600,
  iss: key,
  sub: account,
}
const taskRouter = {
  account_sid: account,
  workspace_sid: 'WS1',
  channel: 'WK1',
  version: 'v1',
  friendly_name: 'WK1',
  policies: [],
  iss: account,
  exp: now + 3600,
}

const signed = (header: unknown, claims: unknown, key = secret) => sign(header, claims, key)

const summary = (findings: Finding[]) =>
  findings.map(({ severity, code, detail }) => `${severity} ${code}: ${detail}`)
const errors = (findings: Finding[]) => findings.filter(({ severity }) => severity === 'error')
const deprecated =
  'warning 20101: this is a capability token: they are deprecated, and only Voice in US1 takes them'

describe('vectors', () => {
  const tokens = otherLibraries.flatMap(({ source, clock, vectors }) =>
    vectors.flatMap((vector) =>
      'jwt' in vector && vector.jwt && 'key' in vector ? [{ ...vector, source, clock }] : [],
    ),
  )
  // What the other libraries really do wrong, by the label of the case.
  const faults: Record<string, number> = {
    'in special': 31105, // a space
    'in unicode': 31105,
    'in utf8 bytes': 31105,
    'in empty': 31105,
    'in empty + out': 31105,
    'expires=0': 31205,
    'expires=-10': 31205,
    'frac clock, expires=-1.95': 31205,
    'ttl 0': 31205,
    'ttl -10': 31205,
    'ttl-10': 31205,
    'ttl 10.9': 31204, // a fraction in exp
    'ttl10.9': 31204,
    'access HS512': 20102,
    'access HS384': 20102,
    'access ttl -5': 20104,
  }
  const sound = [
    'twilio-python 9.11.0 ClientCapabilityToken (PyJWT 2.6)/ttl 0',
    'twilio-python 5.7.0 TwilioCapability (CPython 3.11)/ttl 10.9',
  ]

  it.each(tokens)(
    'finds what is wrong, and no more, in $source: $case',
    async ({ source, case: name, jwt, key, clock }) => {
      const findings = await diagnose(jwt, { secret: key, now: clock })
      const fault = sound.includes(`${source}/${name}`) ? undefined : faults[name]
      expect(errors(findings).map(({ code }) => code)).toEqual(fault === undefined ? [] : [fault])
    },
  )

  it.each([...capabilityVectors, ...accessVectors])(
    'finds nothing wrong in sound token %#',
    async (vector) => {
      const key = 'secret' in vector ? vector.secret : vector.authToken
      const findings = await diagnose(vector.jwt, {
        secret: key,
        now: vector.now,
        clockTolerance: 300,
      })
      expect(errors(findings)).toEqual([])
    },
  )
})

describe('one fault', () => {
  const long = 'a'.repeat(257)
  const at = `the clock shows ${now} (2014-05-13T16:53:20.000Z)`
  it.each<[what: string, header: unknown, claims: unknown, finding: string]>([
    ['nothing in an access token', accessHeader, access, ''],
    ['alg HS512', { ...accessHeader, alg: 'HS512' }, access, 'error 20102: alg is "HS512"'],
    ['no alg', { ...accessHeader, alg: undefined }, access, 'error 20102: alg is missing'],
    ['typ', { ...accessHeader, typ: 'jwt' }, access, 'error 20102: typ is "jwt"'],
    ['cty', header, access, 'error 20102: cty is missing'],
    [
      'another cty',
      { ...header, cty: 'twilio-pkrv;v=1' },
      access,
      'error 20102: cty is "twilio-pkrv;v=1"',
    ],
    ['crit', { ...accessHeader, crit: ['exp'] }, access, 'error 20102: the header has crit'],
    ['iss', accessHeader, { ...access, iss: 'XX1' }, 'error 20103: iss is "XX1"'],
    ['no iss', accessHeader, { ...access, iss: undefined }, 'error 20103: iss is missing'],
    [
      'an account as the key',
      accessHeader,
      { ...access, iss: account },
      `warning 20103: iss is "${account}", an account`,
    ],
    ['sub', accessHeader, { ...access, sub: key }, `error 20103: sub is "${key}"`],
    ['exp', accessHeader, { ...access, exp: undefined }, 'error 20104: exp is missing'],
    [
      'a fraction in exp',
      accessHeader,
      { ...access, exp: now + 0.5 },
      `error 20104: exp is ${now}.5`,
    ],
    ['exp as an object', accessHeader, { ...access, exp: {} }, 'error 20104: exp is an object'],
    ['exp as a list', accessHeader, { ...access, exp: [1] }, 'error 20104: exp is a list'],
    [
      'an expired token',
      accessHeader,
      { ...access, iat: now - 60, exp: now },
      `error 20104: exp is ${now} (2014-05-13T16:53:20.000Z), and ${at}`,
    ],
    [
      'an exp before 1970',
      accessHeader,
      { ...access, exp: -1e20 },
      `error 20104: exp is -100000000000000000000 (before 1970), and ${at}`,
    ],
    [
      'exp in milliseconds',
      accessHeader,
      { ...access, exp: 1700600000000 },
      'error 20157: exp is 1700600000000: that is milliseconds',
    ],
    [
      'a lifetime over a day',
      accessHeader,
      { ...access, exp: now + 86401 },
      `error 20157: exp is ${now + 86401} (2014-05-14T16:53:21.000Z), 86401 seconds after the token was made`,
    ],
    [
      'a lifetime of a day',
      accessHeader,
      { ...access, exp: now + 86400 },
      `warning 20157: exp is ${now + 86400} (2014-05-14T16:53:20.000Z), 86400 seconds after the token was made`,
    ],
    [
      'nbf to come',
      accessHeader,
      { ...access, nbf: now + 60 },
      `error 20105: nbf is ${now + 60}, and ${at}`,
    ],
    [
      'iat to come',
      accessHeader,
      { ...access, iat: now + 60 },
      `error 20105: iat is ${now + 60}, and ${at}`,
    ],
    [
      'iat in milliseconds',
      accessHeader,
      { ...access, iat: now * 1000, exp: now + 60 },
      `error 20105: iat is ${now * 1000}: that is milliseconds`,
    ],
    ['nbf as a word', accessHeader, { ...access, nbf: 'soon' }, 'error 20101: nbf is "soon"'],
    [
      'nbf at iat',
      accessHeader,
      { ...access, nbf: now },
      `warning 20105: nbf is ${now}, as iat is: a client whose clock runs behind refuses it`,
    ],
    ['no grants', accessHeader, { ...access, grants: undefined }, 'error 20106: grants is missing'],
    [
      'no grants and no cty',
      header,
      { ...access, grants: undefined },
      'error 20102: cty is missing; error 20106: grants is missing',
    ],
    ['grants as a list', accessHeader, { ...access, grants: [] }, 'error 20106: grants is a list'],
    [
      'a grant that is true',
      accessHeader,
      { ...access, grants: { identity: 'andy', video: true } },
      'error 20106: the grant "video" is true',
    ],
    [
      'Sync without its service',
      accessHeader,
      { ...access, grants: { identity: 'andy', data_sync: {} } },
      'error 20106: the grant data_sync has no service_sid',
    ],
    [
      'TaskRouter without its workspace',
      accessHeader,
      { ...access, grants: { identity: 'andy', task_router: {} } },
      'error 20106: the grant task_router has no workspace_sid',
    ],
    [
      'a numeric identity',
      accessHeader,
      { ...access, grants: { identity: 7, video: {} } },
      'error 20106: identity is 7',
    ],
    [
      'no identity',
      accessHeader,
      { ...access, grants: { video: {} } },
      'warning 20106: grants has no identity',
    ],
    [
      'nothing granted',
      accessHeader,
      { ...access, grants: { identity: 'andy' } },
      'warning 20106: the token grants nothing',
    ],
    [
      'a long identity',
      accessHeader,
      { ...access, grants: { identity: long, video: {} } },
      'error 51003: identity has 257 characters',
    ],
    [
      'a client with a space',
      accessHeader,
      { ...access, grants: { identity: 'an dy', voice: {} } },
      'error 31105: the client name "an dy" has characters that a client cannot have',
    ],
    [
      'a space where no voice is granted',
      accessHeader,
      { ...access, grants: { identity: 'an dy', video: {} } },
      '',
    ],
    [
      'a client with @',
      accessHeader,
      { ...access, grants: { identity: 'a@b.c', voice: {} } },
      'warning 31105: only newer SDKs take the client name "a@b.c", of 5 characters',
    ],

    ['nothing in a capability token', header, capability, deprecated],
    [
      'alg none',
      { ...header, alg: 'none' },
      capability,
      `error 31204: alg is "none"; ${deprecated}`,
    ],
    [
      'iss of a key in a capability token',
      header,
      { ...capability, iss: key },
      `error 31203: iss is "${key}"; ${deprecated}`,
    ],
    [
      'exp null in a capability token',
      header,
      { ...capability, exp: null },
      `error 31204: exp is null; ${deprecated}`,
    ],
    ['exp as a text of digits', header, { ...capability, exp: String(now + 60) }, deprecated],
    [
      'an expired capability token',
      header,
      { ...capability, exp: now - 1 },
      `error 31205: exp is ${now - 1} (2014-05-13T16:53:19.000Z), and ${at}; ${deprecated}`,
    ],
    [
      'a lifetime over a day in a capability token',
      header,
      { ...capability, exp: now + 86401 },
      `error 31207: exp is ${now + 86401} (2014-05-14T16:53:21.000Z), 86401 seconds after now; ${deprecated}`,
    ],
    [
      'a lifetime of a day in a capability token',
      header,
      { ...capability, exp: now + 86400 },
      `${deprecated}; warning 31207: exp is ${now + 86400} (2014-05-14T16:53:20.000Z), 86400 seconds after now`,
    ],
    [
      'exp in milliseconds in a capability token',
      header,
      { ...capability, exp: 1700600000000 },
      `error 31207: exp is 1700600000000: that is milliseconds; ${deprecated}`,
    ],
    [
      'a scope that is a list',
      header,
      { ...capability, scope: [] },
      `error 31204: scope is a list; ${deprecated}`,
    ],
    [
      'an unknown scope',
      header,
      { ...capability, scope: 'scope:a:b?c=d' },
      `${deprecated}; warning 31204: "scope:a:b?c=d" is no scope of Twilio's`,
    ],
    [
      'an empty name',
      header,
      { ...capability, scope: 'scope:client:incoming?clientName=' },
      `error 31105: the client name is empty; ${deprecated}`,
    ],
    [
      'a name with a space',
      header,
      { ...capability, scope: 'scope:client:outgoing?appSid=AP1&clientName=a+b' },
      `error 31105: the client name "a b" has characters that a client cannot have; ${deprecated}`,
    ],
    [
      'a long name',
      header,
      { ...capability, scope: `scope:client:incoming?clientName=${long}` },
      `error 31105: the client name "${'a'.repeat(79)}… has 257 characters; ${deprecated}`,
    ],
    [
      'a name for newer SDKs',
      header,
      { ...capability, scope: `scope:client:incoming?clientName=${long.slice(0, 122)}` },
      `${deprecated}; warning 31105: only newer SDKs take the client name "${'a'.repeat(79)}…, of 122 characters`,
    ],

    ['nothing in a TaskRouter token', header, taskRouter, ''],
    [
      'no iss in a TaskRouter token',
      header,
      { ...taskRouter, iss: undefined },
      'error 20103: iss is missing',
    ],
    [
      'no version',
      header,
      { ...taskRouter, version: undefined },
      'error 20101: Cannot read token: its claim scope must be a text, or it must have policies and a version, or its header the cty twilio-fpa;v=1, got nothing',
    ],
    [
      'no workspace',
      header,
      { ...taskRouter, workspace_sid: undefined },
      'error 20101: Cannot read token: its claim workspace_sid must be a text, got nothing',
    ],
    [
      'a lifetime over a day in a TaskRouter token',
      header,
      { ...taskRouter, exp: now + 86401 },
      `warning 20157: exp is ${now + 86401} (2014-05-14T16:53:21.000Z), 86401 seconds after now`,
    ],
    [
      'no kind at all',
      header,
      { iss: account, exp: now + 60 },
      'error 20101: the token has neither grants nor scope nor policies',
    ],

    [
      'a name twice',
      header,
      `{"scope":"","iss":"${account}","exp":${now + 60},"exp":${now + 61}}`,
      `${deprecated}; warning 31204: "exp" stands twice in one object: readers differ in which of the two they take`,
    ],
    [
      'a name twice, spelt otherwise',
      header,
      `{"scope":"","iss":"${account}","exp":${now + 60},"\\u0065xp":${now + 61}}`,
      `${deprecated}; warning 31204: "exp" stands twice in one object: readers differ in which of the two they take`,
    ],
    [
      'a name twice in the header',
      '{"alg":"none","alg":"HS256","typ":"JWT"}',
      taskRouter,
      'warning 20101: "alg" stands twice in one object: readers differ in which of the two they take',
    ],
    [
      'a name once in each of several objects',
      header,
      {
        ...taskRouter,
        policies: [
          { url: '{"', method: 'url', allow: true, query_filter: { url: {} } },
          { url: ':', method: '"', allow: true },
        ],
      },
      '',
    ],
  ])('%s', async (_, header, claims, finding) => {
    const findings = await diagnose(await signed(header, claims), { secret, now })
    expect(summary(findings).join('; ')).toBe(finding)
    for (const { title, fix } of findings)
      expect([title, fix]).toEqual([
        expect.stringMatching(/^[A-Z].*[^.]$/),
        expect.stringMatching(/^[A-Z].*[^.]$/),
      ])
  })

  it.each([
    ['capability', header, capability, 'error 31202'],
    ['access', accessHeader, access, 'error 20107'],
    ['TaskRouter', header, taskRouter, 'error 20107'],
  ])('a wrong secret, for a %s token', async (_, header, claims, finding) => {
    const token = await signed(header, claims)
    expect(summary(await diagnose(token, { secret: 'another', now }))[0]).toBe(
      `${finding}: no secret given has signed this token`,
    )
    expect(errors(await diagnose(token, { secret: ['another', secret], now }))).toEqual([])
    expect(errors(await diagnose(token, { now }))).toEqual([])
  })

  it.each([
    ['an empty text', ''],
    ['a word', 'token'],
    ['a token with its scheme', 'Bearer a.b.c'],
    ['two parts', 'e30.e30'],
    ['an encrypted token', 'e30.e30.e30.e30.e30'],
    ['no JSON', 'AAAA.AAAA.AAAA'],
  ])('%s is no token', async (_, token) => {
    const findings = await diagnose(token, { secret, now })
    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatchObject({
      code: 20101,
      severity: 'error',
      detail: expect.stringContaining('Cannot read token: it'),
    })
  })
})

describe('what it says', () => {
  const atLimit = lastSecond
  const unsealed = (claims: object) => ({ ...claims, iss: account, grants: undefined })

  it.each<[what: string, header: unknown, claims: unknown, title: string, fix: string]>([
    [
      'capability',
      header,
      capability,
      'JWT signature validation failed',
      "Sign with the auth token of the account in iss, without white space around it: not with an API key's secret",
    ],
    [
      'access',
      accessHeader,
      access,
      'Invalid access token signature',
      "Sign with the secret of the API key in iss, without white space around it: not with the account's auth token",
    ],
    [
      'TaskRouter',
      header,
      { ...taskRouter, version: undefined },
      'Invalid access token signature',
      "Sign with the auth token of the account in iss, without white space around it: not with an API key's secret",
    ],
    [
      'unknown',
      header,
      { iss: account, exp: now + 60 },
      'Invalid access token signature',
      'Sign with the secret of the account or the API key in iss, without white space around it',
    ],
  ])('of the signature, for a token of kind %s', async (_, header, claims, title, fix) => {
    const findings = await diagnose(await signed(header, claims), { secret: 'another', now })
    expect(findings).toContainEqual(expect.objectContaining({ title, fix }))
  })

  it('of a text that is no token', async () => {
    const fix =
      'Pass the token alone and whole, as it was made: three parts of base64url with dots between them'
    expect(await diagnose('token')).toEqual([expect.objectContaining({ fix })])
  })

  it('of milliseconds', async () => {
    const [finding] = await diagnose(
      await signed(header, { ...capability, exp: now * 1000 + 999 }),
      { now },
    )
    expect(finding?.fix).toBe(`Set exp to seconds: ${now}`)
  })

  it.each<[what: string, header: unknown, claims: unknown, finding: string]>([
    [
      'a cty that is not known, and no grants',
      { ...header, cty: 'x' },
      unsealed(access),
      'error 20102: cty is "x"',
    ],
    [
      'grants without a cty, from an account',
      header,
      { ...access, iss: account },
      'error 20102: cty is missing',
    ],
    [
      'the last second',
      header,
      { ...capability, exp: atLimit },
      `error 31207: exp is ${atLimit} (5138-11-16T09:46:40.000Z), ${atLimit - now} seconds`,
    ],
    [
      'nbf in the last second',
      header,
      { ...capability, nbf: atLimit },
      `error 20105: nbf is ${atLimit}, and the clock shows`,
    ],
    [
      'the first second',
      header,
      { ...capability, exp: 0 },
      'error 31205: exp is 0 (1970-01-01T00:00:00.000Z)',
    ],
    [
      'an application that is none',
      header,
      { ...capability, scope: 'scope:client:outgoing?appSid=XX1' },
      'appSid=XX1" is no scope of Twilio\'s',
    ],
    [
      'an identity that is empty',
      accessHeader,
      { ...access, grants: { identity: '', video: {} } },
      'warning 20106: grants has no identity',
    ],
    [
      'a SID that is empty',
      accessHeader,
      { ...access, grants: { identity: 'a', data_sync: { service_sid: '' } } },
      'the grant data_sync has no service_sid',
    ],
    [
      'an account with a dash in it',
      header,
      { ...capability, iss: 'AC-123' },
      'error 31203: iss is a text of 6 characters',
    ],
    [
      'an account with a dash behind it',
      header,
      { ...capability, iss: 'AC123-' },
      'error 31203: iss is a text of 6 characters',
    ],
    [
      'a secret that ends like a SID',
      header,
      { ...capability, iss: 'secretAC1' },
      'error 31203: iss is a text of 9 characters',
    ],
    [
      'a secret that begins like a SID',
      header,
      { ...capability, iss: 'AC1 secret' },
      'error 31203: iss is a text of 10 characters',
    ],
    ['another SID', header, { ...capability, iss: 'XX1234' }, 'error 31203: iss is "XX1234"'],
    [
      '80 characters',
      { ...header, typ: 'x'.repeat(78) },
      capability,
      `error 31204: typ is "${'x'.repeat(78)}"`,
    ],
    [
      '81 characters',
      { ...header, typ: 'x'.repeat(79) },
      capability,
      `error 31204: typ is "${'x'.repeat(79)}…`,
    ],
    [
      'a name twice, with a brace in between',
      header,
      `{"b":1,"a":"{","b":1,${JSON.stringify(capability).slice(1)}`,
      'b" stands twice',
    ],
  ])('of %s', async (_, header, claims, finding) => {
    expect(summary(await diagnose(await signed(header, claims), { now })).join('; ')).toContain(
      finding,
    )
  })

  it.each<
    [what: string, header: unknown, claims: unknown, clockTolerance: number, findings: string[]]
  >([
    [
      'an identity of 256 characters',
      accessHeader,
      { ...access, grants: { identity: 'a'.repeat(256), video: {} } },
      0,
      [],
    ],
    [
      'a name once in an object and once in one that it holds',
      header,
      `{"a":{"iat":1},"iat":${now - 60},${JSON.stringify(capability).slice(1)}`,
      0,
      [deprecated],
    ],
    [
      'a scope in an access token',
      accessHeader,
      { ...access, scope: 'scope:client:incoming?clientName=a+b' },
      0,
      [],
    ],
    [
      'an identity that is no text, but once',
      accessHeader,
      { ...access, grants: { identity: {}, voice: {} } },
      0,
      ['error 20106: identity is an object'],
    ],
    [
      'a lifetime within the tolerance, from a clock that may differ',
      header,
      { ...capability, exp: now + 86405 },
      5,
      [deprecated],
    ],
    [
      'a lifetime that iat tells for sure',
      header,
      { ...capability, iat: now, exp: now + 86405 },
      5,
      [
        `error 31207: exp is ${now + 86405} (2014-05-14T16:53:25.000Z), 86405 seconds after the token was made`,
        deprecated,
      ],
    ],
  ])('of %s, and no more', async (_, header, claims, clockTolerance, findings) => {
    expect(summary(await diagnose(await signed(header, claims), { now, clockTolerance }))).toEqual(
      findings,
    )
  })

  it('a client name of 256 characters is too long for older SDKs alone', async () => {
    const name = 'a'.repeat(256)
    const findings = await diagnose(
      await signed(header, { ...capability, scope: `scope:client:incoming?clientName=${name}` }),
      { now },
    )
    expect(findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      'warning 20101',
      'warning 31105',
    ])
  })

  it.each([
    ['Cannot use options: it must be a plain object, got String', secret],
    [
      'Cannot use secret: it must be a well-formed string, not empty, got empty string',
      { secret: '' },
    ],
    ['Cannot use now: it must be a whole number of seconds from 0 to', { now: -1 }],
  ])('%s', async (message, options) => {
    await expect(diagnose('a', options as DiagnoseOptions)).rejects.toThrow(message)
  })
})

describe('several faults', () => {
  it('are found at once, errors first', async () => {
    const two = await signed(
      { ...accessHeader, typ: 'x' },
      { ...access, iat: now - 60, exp: now - 1 },
    )
    expect(errors(await diagnose(two, { secret, now })).map(({ code }) => code)).toEqual([
      20102, 20104,
    ])
    const three = await signed(header, {
      ...capability,
      iss: key,
      exp: now - 1,
      scope: 'scope:client:incoming?clientName=a+b',
    })
    expect((await diagnose(three, { secret: 'another', now })).map(({ code }) => code)).toEqual([
      31203, 31205, 31105, 31202, 20101,
    ])
  })

  it('are all found, whatever their combination', async () => {
    const faults: [code: number, header: object, claims: object][] = [
      [20102, { typ: 'x' }, {}],
      [20103, {}, { iss: 'XX1' }],
      [20103, {}, { sub: 'XX1' }],
      [20104, {}, { iat: now - 60, exp: now - 1 }],
      [20105, {}, { nbf: now + 60 }],
      [20106, {}, { grants: { identity: 'andy', data_sync: {} } }],
    ]
    await fc.assert(
      fc.asyncProperty(fc.subarray(faults), async (chosen) => {
        const header = Object.assign(
          {},
          accessHeader,
          ...chosen.map(([, header]) => header),
        ) as object
        const claims = Object.assign({}, access, ...chosen.map(([, , claims]) => claims)) as object
        const found = errors(await diagnose(await signed(header, claims), { secret, now })).map(
          ({ code }) => code,
        )
        expect(found.sort()).toEqual(chosen.map(([code]) => code).sort())
      }),
    )
  })
})

describe('laws', () => {
  it('finds no error in what a builder makes, and none but the signature with another secret', async () => {
    const name = fc.string({ unit: fc.constantFrom(...'abcXYZ019_'), minLength: 1, maxLength: 121 })
    await fc.assert(
      fc.asyncProperty(name, fc.integer({ min: 1, max: 86399 }), async (name, expires) => {
        const token = await new TwilioCapability(account, secret)
          .allowClientIncoming(name)
          .allowClientOutgoing('AP1')
          .generate({ now, expires })
        expect(summary(await diagnose(token, { secret, now }))).toEqual([deprecated])
        expect(
          errors(await diagnose(token, { secret: 'another', now })).map(({ code }) => code),
        ).toEqual([31202])
      }),
    )
  })

  it('finds an error wherever verify refuses, and never throws', async () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(
        now,
        now + 60,
        '',
        'AC1',
        'SK1',
        'v1',
        [],
        {},
        'scope:client:incoming?clientName=a',
        1e300,
        -1e300,
      ),
    )
    const names = [
      'scope',
      'iss',
      'sub',
      'exp',
      'nbf',
      'iat',
      'grants',
      'policies',
      'version',
      'account_sid',
      'workspace_sid',
      'channel',
      'jti',
    ]
    const claims = fc.record(Object.fromEntries(names.map((name) => [name, value])), {
      requiredKeys: [],
    })
    const headers = fc.record(
      {
        alg: fc.constantFrom('HS256', 'none'),
        typ: fc.constantFrom('JWT', 1),
        cty: fc.constantFrom('twilio-fpa;v=1', 2),
        twr: value,
        crit: value,
      },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(headers, fc.constant(header), fc.constant(accessHeader)),
        claims,
        async (header, claims) => {
          const token = await signed(header, claims)
          const findings = await diagnose(token, { secret, now })
          const refused = await verify(token, secret, { now }).then(
            () => false,
            () => true,
          )
          if (refused) expect(errors(findings).length).toBeGreaterThan(0)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('takes any text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string({ unit: fc.constantFrom('.', 'e30', 'eyJ9', '=') }),
        ),
        async (token) => {
          expect((await diagnose(token, { secret, now })).length).toBeGreaterThan(0)
        },
      ),
    )
  })

  it('takes claims nested a hundred thousand deep', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const token = await signed(header, `{"scope":${deep},"iss":${deep},"exp":${deep}}`)
    expect(errors(await diagnose(token, { now })).length).toBeGreaterThan(0)
  })
})

describe('refusals', () => {
  it.each<[string, unknown, unknown, typeof TypeError | typeof RangeError]>([
    ['a token that is no string', undefined, {}, TypeError],
    ['an empty secret', 'a', { secret: '' }, TypeError],
    ['no secrets', 'a', { secret: [] }, TypeError],
    ['a clock in milliseconds', 'a', { now: now * 1000 }, RangeError],
    ['a tolerance below zero', 'a', { clockTolerance: -1 }, RangeError],
    ['options that are a secret', 'a', secret, TypeError],
  ])('rejects %s', async (_, token, options, type) => {
    await expect(diagnose(token as string, options as DiagnoseOptions)).rejects.toBeInstanceOf(type)
  })
})

describe('regressions', () => {
  it('shows no more than 80 characters of what a token holds, and never the secret', async () => {
    const token = await signed(header, { ...capability, iss: secret.repeat(99) })
    for (const finding of await diagnose(token, { secret: 'a secret that nobody knows', now })) {
      expect(JSON.stringify(finding).length).toBeLessThan(500)
      expect(JSON.stringify(finding)).not.toContain('a secret that nobody knows')
    }
  })

  it('does not show what stands in the place of a SID, which may be a secret', async () => {
    const secret = '8319002d3167d53e5753dc98fa36a100'
    for (const claims of [
      { ...capability, iss: secret },
      { ...access, iss: secret },
      { ...access, sub: secret },
    ]) {
      const findings = await diagnose(
        await signed('grants' in claims ? accessHeader : header, claims),
        { now },
      )
      expect(errors(findings)[0]?.detail).toMatch(/^(iss|sub) is a text of 32 characters$/)
    }
  })

  it('names 20 findings of a kind at most, and each but once', async () => {
    const names = Array.from({ length: 1000 }, (_, i) => `x${i}`)
    const scopes = await signed(header, { ...capability, scope: [...names, ...names].join(' ') })
    expect((await diagnose(scopes, { secret, now })).length).toBe(20)
    const twice = await signed(
      header,
      `{"scope":"","iss":"${account}","exp":${now + 60}${',"a":1'.repeat(1000)}}`,
    )
    expect(
      summary(await diagnose(twice, { secret, now })).filter((text) => text.includes('"a"')),
    ).toHaveLength(1)
  })

  it('tells kinds apart as verify does', async () => {
    const tokens = [
      [{ ...header, cty: 'JWT' }, capability],
      [header, { ...capability, grants: 1 }],
      [header, { ...capability, policies: 1 }],
    ] as const
    for (const [header, claims] of tokens)
      expect(summary(await diagnose(await signed(header, claims), { secret, now }))).toEqual([
        deprecated,
      ])
  })

  it('measures the lifetime from iat, and without it from now: nbf may be set back for clocks that differ', async () => {
    const token = await signed(header, { ...capability, nbf: now - 60, exp: now + 86399 })
    expect(summary(await diagnose(token, { secret, now }))).toEqual([deprecated])
  })

  it('looks at every secret', async () => {
    const decoded = decode(await signed(header, capability))
    expect(await isSigned(decoded, ['a', 'b', secret])).toBe(true)
    expect(await isSigned(decoded, ['a', 'b'])).toBe(false)
  })
})

describe('types', () => {
  it('are those of the contract', () => {
    expectTypeOf(diagnose).toEqualTypeOf<
      (token: string, options?: DiagnoseOptions) => Promise<Finding[]>
    >()
    expectTypeOf<Finding>().toEqualTypeOf<{
      code: number
      severity: 'error' | 'warning'
      title: string
      detail: string
      fix: string
    }>()
  })
})
