import fc from 'fast-check'
import {
  AccessToken,
  diagnose,
  TaskRouterCapability,
  TokenError,
  TwilioCapability,
  verify,
  type DiagnoseOptions,
} from 'twilio-tokens'
import { describe, expect, it } from 'vitest'
import { encode, inputOf, sign } from '../support/sign.ts'
import {
  authToken,
  claims,
  findingsIn,
  headers,
  keySecret,
  linesOf,
  now,
  secretOf,
  sid,
  tokenFor,
  tokenOf,
  type Kind,
} from '../support/subjects.ts'
import { acceptedErrors } from './samples.ts'
import accessVectors from '../vectors/access.json' with { type: 'json' }
import capabilityVectors from '../vectors/capability.json' with { type: 'json' }
import otherLibraries from '../vectors/other-libraries.json' with { type: 'json' }
import taskRouterVectors from '../vectors/taskrouter.json' with { type: 'json' }

const kinds = ['access', 'capability', 'taskrouter'] as const

describe('diagnose()', () => {
  it.each(kinds)('diagnose() finds nothing in a sound token of kind %s', async (kind) => {
    expect(await linesOf(await tokenOf(kind), { secret: secretOf(kind) })).toEqual([])
  })

  it('diagnose() finds nothing in what the builders generate', async () => {
    const capability = new TwilioCapability(sid('AC'), authToken)
      .allowClientIncoming('ana')
      .allowClientOutgoing(sid('AP'), { city: 'Zoë & Rome' })
      .allowEventStream({ from: 'ana' })
    const access = new AccessToken(sid('AC'), sid('SK'), keySecret, {
      identity: 'ana',
      region: 'ie1',
    })
      .grantVoice({ incomingAllow: true, outgoingApplicationSid: sid('AP') })
      .grantVideo({ room: 'standup' })
      .grantChat({ serviceSid: sid('IS') })
      .grantSync({ serviceSid: 'default' })
      .grantTaskRouter({ workspaceSid: sid('WS') })
    const worker = new TaskRouterCapability(sid('AC'), authToken, sid('WS'), sid('WK'))
    const secret = [authToken, keySecret]
    for (const builder of [capability, access, worker])
      expect(
        await linesOf(await builder.generate(), { secret, now: Math.floor(Date.now() / 1000) }),
      ).toEqual([])
  })

  it('diagnose() uses the clock if it is given no time', async () => {
    const token = await tokenOf('capability', { exp: Math.floor(Date.now() / 1000) + 60 })
    expect(await diagnose(token)).toMatchObject([{ rule: 'kind-deprecated' }])
    expect(await diagnose(await tokenOf('capability', { exp: 1e9 }))).toMatchObject([
      { rule: 'time-expired' },
      {},
    ])
  })

  it.each([
    ['a token that is not a string', [1], 'token'],
    ['no token', [], 'token'],
    ['a secret that is a number', ['', { secret: 1 }], 'secret'],
    ['a secret that is null', ['', { secret: null }], 'secret'],
    ['a list with something else', ['', { secret: ['a', undefined] }], 'secret[1]'],
    ['an empty list', ['', { secret: [] }], 'secret'],
    ['an unknown option', ['', { secrets: 'a' }], 'secrets'],
    ['a secret instead of options', ['', 'a'], 'options'],
    ['a time that is a string', ['', { now: '1' }], 'now'],
    ['a clock tolerance below 0', ['', { clockTolerance: -1 }], 'clockTolerance'],
  ])('diagnose() rejects %s', async (_, args, argument) => {
    const call = diagnose(...(args as [string, DiagnoseOptions]))
    await expect(call).rejects.toMatchObject({ argument })
  })

  it.each([
    ['no token', [], 'token: it must be a string, got nothing'],
    [
      'a list with something else',
      ['', { secret: ['a', 1] }],
      'secret[1]: it must be a string, or a list of strings, got a number',
    ],
    [
      'an empty list',
      ['', { secret: [] }],
      'secret: it must be a secret or a list of secrets, got an empty list',
    ],
  ])('diagnose() says what would be right for %s', async (_, args, words) => {
    await expect(diagnose(...(args as [string, DiagnoseOptions]))).rejects.toThrow(words)
  })

  it('diagnose() shows the right call if it is given a secret instead of options', async () => {
    const call = diagnose('', authToken as DiagnoseOptions)
    await expect(call).rejects.toThrow('diagnose(token, { secret')
  })

  it.each(['', ' ', 'undefined', 'a'.repeat(70_000), '\ud800'])(
    'diagnose() accepts any string as a secret (%#)',
    async (secret) => {
      const findings = await findingsIn(await tokenOf('access'), { secret })
      expect(findings).toMatchObject([{ rule: 'signature-wrong' }])
    },
  )

  it('diagnose() reads own properties only', async () => {
    const polluted = { grants: 1, policies: 1, sub: 'x', nbf: 'x', crit: 1, cty: 1, params: 'x' }
    const names = Object.keys(polluted)
    try {
      for (const [name, value] of Object.entries(polluted))
        Object.defineProperty(Object.prototype, name, { value, configurable: true })
      for (const kind of kinds) expect(await linesOf(await tokenOf(kind))).toEqual([])
    } finally {
      for (const name of names) Reflect.deleteProperty(Object.prototype, name)
    }
  })
})

describe('diagnose() returns findings', () => {
  it('diagnose() returns all findings, errors first, in the order of the rules', async () => {
    const grants = {
      identity: 'a@b',
      Voice: { incoming: true, color: 1 },
      video: { roomName: 'a' },
    }
    const token = await tokenOf(
      'access',
      { iss: 'x', exp: 1, nbf: null, grants },
      { twr: 'US1' },
      'x',
    )
    expect(await linesOf(` ${token}`, { secret: keySecret })).toEqual([
      'error 20101 text-wrapped',
      'error 20103 party-form /claims/iss',
      'error 20101 time-form /claims/nbf',
      'error 20104 time-relative /claims/exp',
      'error 20106 grant-name /claims/grants/Voice',
      'error 20106 grant-member-name /claims/grants/video/roomName',
      'error 20106 grant-member-type /claims/grants/Voice/incoming',
      'error 20107 signature-wrong /signature',
      'warning 20102 header-region /header/twr',
      'warning 31105 identity-portable /claims/grants/identity',
      'warning 20106 grant-member-name /claims/grants/Voice/color',
    ])
  })

  it('diagnose() returns at most 20 errors and 20 warnings of a rule', async () => {
    const unknown = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`x${i}`, 1]))
    const meant = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => ['roo' + 'm'.repeat(i), 1]),
    )
    for (const video of [
      { ...unknown, roomName: 1 },
      { roomName: 1, ...unknown },
    ]) {
      const lines = await linesOf(await tokenOf('access', { grants: { identity: 'a', video } }))
      expect(lines).toHaveLength(21)
      expect(lines[0]).toBe('error 20106 grant-member-name /claims/grants/video/roomName')
    }
    expect(Object.keys(meant)).toHaveLength(30)
    const scope = Array.from({ length: 30 }, (_, i) => `x${i}`).join(' ')
    expect(await linesOf(await tokenFor(scope))).toHaveLength(20)
  })

  it('diagnose() judges no more of a scope than its first 1,000 mistakes', async () => {
    const unknown = (count: number) => Array.from({ length: count }, (_, i) => `x${i}`).join(' ')
    const isFound = async (scope: string) =>
      (await linesOf(await tokenFor(`${scope} scope:client:incoming?name=ana`))).includes(
        'error 31204 scope-member /claims/scope',
      )
    expect(await isFound(unknown(999))).toBe(true)
    expect(await isFound(unknown(1000))).toBe(false)
  })

  it('diagnose() counts errors, not warnings, towards the 1,000', async () => {
    const video = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`x${i}`, 1]))
    const token = await tokenOf('access', { grants: { identity: 'ana', video, chat: 1 } })
    expect(await linesOf(token)).toContain('error 20106 grant-form /claims/grants/chat')
  })

  it('diagnose() gives a text that is no token the codes of an access token', async () => {
    expect(await findingsIn('x')).toMatchObject([{ rule: 'text-other', code: 20101 }])
  })

  it('diagnose() gives every finding all its members', async () => {
    const findings = await findingsIn(` ${await tokenFor('x')}`, { secret: 'x' })
    for (const finding of findings)
      expect(Object.keys(finding)).toEqual([
        'rule',
        'code',
        'severity',
        'pointer',
        'title',
        'detail',
        'fix',
      ])
    expect(findings).toMatchObject([
      { title: 'Invalid access token' },
      { title: 'Invalid JWT token' },
      { title: 'JWT signature validation failed' },
      { title: 'Invalid access token' },
    ])
  })
})

interface Vector {
  title: string
  token: Promise<string> | string
  secret: string
  now: number
}

const vectors: Vector[] = [
  ...capabilityVectors.map(({ jwt, authToken, now }, i) => ({
    title: `capability ${i}`,
    token: jwt,
    secret: authToken,
    now,
  })),
  ...accessVectors.map(({ jwt, secret, now, payload }, i) => ({
    title: `access ${i}`,
    token: jwt,
    secret,
    now: Math.max(now, 'nbf' in payload ? payload.nbf : 0),
  })),
  ...taskRouterVectors.map(({ payload, authToken, now }, i) => ({
    title: `TaskRouter ${i}`,
    token: '',
    payload,
    secret: authToken,
    now,
  })),
  ...otherLibraries.flatMap(({ source, clock, vectors }) =>
    vectors.flatMap((vector) =>
      'jwt' in vector && vector.jwt && 'key' in vector
        ? [
            {
              title: `${source}: ${vector.case}`,
              token: vector.jwt,
              secret: vector.key,
              now: clock,
            },
          ]
        : [],
    ),
  ),
]

// What a user of those libraries would agree with.
const fairWarnings = [
  'kind-deprecated',
  'scope-empty',
  'time-limit',
  'time-skew',
  'identity-portable',
  'identity-missing',
  'grants-empty',
  'grant-nothing',
  'grant-retired',
  'grant-member-missing',
]

// Twilio forbids these client names.
const forbiddenNames = ['identity-form', 'identity-characters']

describe('diagnose() has no false alarm', () => {
  it.each(vectors.map((vector) => [vector.title, vector] as const))(
    'diagnose() agrees with verify() about %s',
    async (_, vector) => {
      const { secret, now } = vector
      const token =
        'payload' in vector
          ? await sign(headers.taskrouter, vector.payload, secret)
          : await vector.token
      const findings = await diagnose(token, { secret, now })
      const errors = findings.filter(({ severity }) => severity === 'error')
      const isAccepted = await verify(token, secret, { now }).then(
        () => true,
        () => false,
      )
      const unfair = errors.filter(({ rule }) => !forbiddenNames.includes(rule))
      expect(isAccepted ? unfair : errors.length > 0).toEqual(isAccepted ? [] : true)
      const warnings = findings.filter(({ severity }) => severity === 'warning')
      expect(warnings.filter(({ rule }) => !fairWarnings.includes(rule))).toEqual([])
    },
  )

  it('diagnose() is asked about all vectors', () => {
    expect(vectors).toHaveLength(59 + 40 + 24 + 91)
  })
})

const values = [
  null,
  '',
  0,
  1,
  -1,
  1.5,
  '1',
  now,
  now + 100,
  now - 100,
  now * 1000,
  String(now + 50),
  'x',
  'JWT',
  'HS256',
  'twilio-fpa;v=1',
  'twilio-fpa;v=2',
  'us1',
  sid('AC'),
  sid('SK'),
  'AC1',
  'ACxxxx',
  [],
  {},
  [{}],
  [1],
  true,
  false,
  'undefined',
  'scope:client:incoming?clientName=a',
  'alice',
]
const names = [
  ...new Set([
    ...Object.values(headers).flatMap(Object.keys),
    ...Object.values(claims).flatMap(Object.keys),
    ...['nbf', 'twr', 'crit', 'identity', 'voice'],
  ]),
]

describe('diagnose() and verify()', () => {
  const changes = fc.dictionary(fc.constantFrom(...names), fc.constantFrom(undefined, ...values), {
    maxKeys: 3,
  })

  it('diagnose() finds an error wherever verify() rejects, and otherwise only what is documented', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<Kind>(...kinds),
        changes,
        changes,
        changes,
        async (kind, changedClaims, changedHeader, changedGrants) => {
          const grants =
            kind === 'access' ? { grants: { ...claims.access.grants, ...changedGrants } } : {}
          const secret = secretOf(kind)
          const token = await tokenOf(kind, { ...grants, ...changedClaims }, changedHeader)
          const findings = await diagnose(token, { secret, now })
          const errors = findings.filter(({ severity }) => severity === 'error')
          try {
            await verify(token, secret, { now })
            expect(errors.filter(({ rule }) => !Object.hasOwn(acceptedErrors, rule))).toEqual([])
          } catch (error) {
            if (!(error instanceof TokenError)) throw error
            expect(errors.length).toBeGreaterThan(0)
          }
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('diagnose() accepts any text', async () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(' ', '.', '...', '…', '%', '%2E', '\\', '"', '{', '=', 'Bearer ', '\u200b'),
      fc.constantFrom(...kinds.map((kind) => inputOf(headers[kind], claims[kind]))),
      fc.constantFrom('eyJ', 'e30', 'e30.e30.', encode('eyJhIjoxfQ.e30.')),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        const findings = await findingsIn(pieces.join(''), { secret: keySecret })
        expect(findings.length).toBeGreaterThan(0)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('diagnose() takes linear time', () => {
  const runs = [
    ',',
    '+',
    '{',
    '<',
    'e0',
    'eyJaaa.',
    ' ',
    '\n',
    ' \n',
    '.',
    '=',
    '%',
    '\\',
    '"',
    '[',
    'eyJa ',
    '%25',
    '\u200b',
    'a/',
    'AC',
    '=\n',
    '\\"',
    'ZXlK',
    'scope: ',
    '&',
    'a=&',
    'eyJ/',
    '===.eyJ',
  ]
  const fill = (run: string, length: number) =>
    run.repeat(Math.ceil(length / run.length)).slice(0, length)

  // The longest text takes a tenth of a second alone. What grows faster than it should takes minutes; other processes may have the
  // processor at the moment.
  const hasEnded = async (text: string, secret: string) => {
    for (let i = 0; i < 20; i++) {
      const start = performance.now()
      await findingsIn(text, { secret })
      if (performance.now() - start < 2000) return true
    }
    return false
  }

  it.each(runs)('diagnose() judges 60,000 characters of %j without hanging', async (run) => {
    const token = await tokenOf('capability')
    const long = fill(run, 60_000)
    const inside = fill(run, 20_000)
    const texts = [
      long,
      `Bearer ${long}${token}`,
      token + long,
      await tokenFor(inside),
      await tokenFor(`scope:client:incoming?clientName=${inside}`),
      await tokenFor(`scope:client:outgoing?appSid=AP1&appParams=${inside}`),
      await tokenOf('access', { iss: inside, sub: inside, grants: {} }),
      await tokenOf('access', {
        grants: { identity: inside, [inside]: {}, voice: { [inside]: 1 } },
      }),
      await tokenOf('access', {}, { cty: inside, twr: inside }),
    ]
    for (const text of texts) expect(await hasEnded(text, authToken)).toBe(true)
    expect(await hasEnded(token, fill(run, 1024))).toBe(true)
  })

  it('diagnose() judges thousands of names and parts without hanging', async () => {
    const many = (length: number, name: (i: number) => string) =>
      Object.fromEntries(Array.from({ length }, (_, i) => [name(i), {}]))
    const texts = [
      await tokenOf('access', { grants: many(3000, (i) => `voixe${i}`) }),
      await tokenOf('access', { grants: { voice: many(3000, (i) => `outgoi${i.toString(36)}`) } }),
      await tokenOf('access', { grants: { video: many(600, (i) => `room${i}`.padEnd(64, 'x')) } }),
      await tokenFor(Array.from({ length: 9000 }, (_, i) => i.toString(36)).join(' ')),
      await tokenOf('taskrouter', { policies: Array.from({ length: 9000 }, () => ({})) }),
      await tokenOf('access', { note: Array.from({ length: 1000 }, () => keySecret) }),
      `${encode(headers.access)}.${encode(`{"grants":${'{"a":'.repeat(8000)}"${keySecret}"${'}'.repeat(8000)}}`)}.`,
    ]
    for (const text of texts) expect(await hasEnded(text, keySecret)).toBe(true)
  })
})
