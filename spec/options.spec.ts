import {
  AccessToken,
  diagnose,
  TaskRouterCapability,
  TwilioCapability,
  verify,
  type GenerateOptions,
  type VerifyOptions,
} from 'twilio-tokens'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { generateCall, issueTimes, options, verifyCall, verifyTimes } from '../lib/options.ts'
import { refuse, type Refusal } from './support/refusal.ts'

const now = 1_800_000_000
const url = 'https://taskrouter.twilio.com/v1/Workspaces/WS1/Tasks'

const access = () => new AccessToken('AC1', 'SK1', 'the secret', { identity: 'alice' })
const capability = () => new TwilioCapability('AC1', 'the secret')
const worker = () => new TaskRouterCapability('AC1', 'the secret', 'WS1', 'WK1')
const token = () => capability().generate()

type Given = Record<string, unknown>

/** Every public function that has options, with a set of them that is right. */
const calls = {
  'new AccessToken': (given: Given) =>
    new AccessToken('AC1', 'SK1', 'the secret', { identity: 'alice', ...given }),
  grantVoice: (given: Given) => access().grantVoice({ ...given }),
  grantVideo: (given: Given) => access().grantVideo({ ...given }),
  grantChat: (given: Given) => access().grantChat({ ...given }),
  grantSync: (given: Given) => access().grantSync({ serviceSid: 'default', ...given }),
  grantTaskRouter: (given: Given) => access().grantTaskRouter({ workspaceSid: 'WS1', ...given }),
  'AccessToken claims': (given: Given) => access().claims({ ...given }),
  'AccessToken generate': (given: Given) => access().generate({ ...given }),
  'TwilioCapability claims': (given: Given) => capability().claims({ ...given }),
  'TwilioCapability generate': (given: Given) => capability().generate({ ...given }),
  'TaskRouterCapability claims': (given: Given) => worker().claims({ ...given }),
  'TaskRouterCapability generate': (given: Given) => worker().generate({ ...given }),
  allow: (given: Given) => worker().allow(url, 'POST', { ...given }),
  deny: (given: Given) => worker().deny(url, 'POST', { ...given }),
  verify: async (given: Given) => verify(await token(), 'the secret', { ...given }),
  diagnose: async (given: Given) => diagnose(await token(), { ...given }),
}
type Call = keyof typeof calls

const constructorCall = 'new AccessToken(…, { '
const generates = [
  'AccessToken claims',
  'AccessToken generate',
  'TwilioCapability claims',
  'TwilioCapability generate',
  'TaskRouterCapability claims',
  'TaskRouterCapability generate',
] as const

/** Unknown names of a call, each with what its message must suggest. */
const suggestions: [calls: readonly Call[], Record<string, string>][] = [
  [
    generates,
    {
      // other libraries
      ...{
        ttl: 'use expires',
        expiresIn: 'use expires',
        exp: 'use expires',
        expiry: 'use expires',
      },
      ...{ tokenLifetime: 'use expires', timeToLive: 'use expires', duration: 'use expires' },
      ...{ sessionExpiration: 'use expires', defaultTtl: 'use expires', timestamp: 'use now' },
      ...{ lifetime: 'use expires', validity: 'use expires', expirationTime: 'use expires' },
      ...{ clockTimestamp: 'use now', currentDate: 'use now', iat: 'use now' },
      // other spellings, slips of the pen
      ...{ Expires: 'use expires', EXPIRES: 'use expires', expires_in: 'use expires' },
      ...{ expire: 'use expires', expirs: 'use expires', epxires: 'use expires', nwo: 'use now' },
    },
  ],
  [
    ['AccessToken claims', 'AccessToken generate'],
    {
      ...{ identity: `${constructorCall}identity })`, region: `${constructorCall}region })` },
      ...{ notBefore: `${constructorCall}notBefore })`, nbf: `${constructorCall}notBefore })` },
      ...{ room: 'grantVideo({ room })', incomingAllow: 'grantVoice({ incomingAllow })' },
      ...{ serviceSid: 'grantChat({ serviceSid })', workerSid: 'grantTaskRouter({ workerSid })' },
    },
  ],
  [
    ['TaskRouterCapability claims', 'TaskRouterCapability generate'],
    {
      ...{ query_filter: 'allow(…, { queryFilter })', postFilter: 'allow(…, { postFilter })' },
      notBefore: `${constructorCall}notBefore })`,
      channelSid: 'use new TaskRouterCapability(…, workspaceSid, channelSid)',
      ...{ allowUpdateActivities: 'the options are ', allowed: 'the options are ' },
      secret: 'the options are expires, now',
    },
  ],
  [
    ['TwilioCapability claims', 'TwilioCapability generate'],
    {
      ...{ identity: `${constructorCall}identity })`, nbf: `${constructorCall}notBefore })` },
      clientName: 'use allowClientIncoming(clientName)',
      ...{ friendlyName: 'the options are ', roomName: 'the options are ' },
      ...{ validFrom: `${constructorCall}notBefore })`, validate: 'the options are ' },
      appSid: 'use allowClientOutgoing(applicationSid, params)',
      params: 'use allowClientOutgoing(applicationSid, params)',
    },
  ],
  [
    ['new AccessToken'],
    {
      ...{ nbf: 'use notBefore', not_before: 'use notBefore', NotBefore: 'use notBefore' },
      ...{
        notbefor: 'use notBefore',
        twr: 'use region',
        Region: 'use region',
        regoin: 'use region',
      },
      ...{ Identity: 'use identity', identiy: 'use identity', user_identity: 'use identity' },
      ...{ userId: 'use identity', clientName: 'use identity', client: 'use identity' },
      ...{ uid: 'use identity', currentUser: 'use identity', edge: 'use region' },
      ...{ validFrom: 'use notBefore', startTime: 'use notBefore' },
      ...{ tokenTtl: 'generate({ expires: 600 })', maxAge: 'generate({ expires: 600 })' },
      ...{ validUntil: 'generate({ expires: 600 })', timeout: 'generate({ expires: 600 })' },
      ...{ setExpirationTime: 'generate({ expires: 600 })', iat: 'generate({ now })' },
      ...{ pushSid: 'grantVoice({ pushCredentialSid })' },
      notAfter: 'generate({ expires: 600 })',
      ...{ ttl: 'generate({ expires: 600 })', expires: 'generate({ expires: 600 })' },
      ...{ expiresIn: 'generate({ expires: 600 })', exp: 'generate({ expires: 600 })' },
      ...{ now: 'generate({ now })', room: 'grantVideo({ room })' },
      ...{ incomingAllow: 'grantVoice({ incomingAllow })', workspaceSid: 'grantTaskRouter({ ' },
      outgoingApplicationSid: 'grantVoice({ outgoingApplicationSid })',
      nonsense: 'the options are identity, region, notBefore',
      accountSid: 'the options are identity, region, notBefore',
    },
  ],
  [
    ['grantVoice'],
    {
      ...{ incoming: 'use incomingAllow', allow: 'use incomingAllow' },
      ...{ incoming_allow: 'use incomingAllow', IncomingAllow: 'use incomingAllow' },
      ...{ incommingAllow: 'use incomingAllow', incomingAlow: 'use incomingAllow' },
      ...{ outgoing: 'use outgoingApplicationSid', applicationSid: 'use outgoingApplicationSid' },
      application_sid: 'use outgoingApplicationSid',
      outgoing_application_sid: 'use outgoingApplicationSid',
      outgoingApplicationSID: 'use outgoingApplicationSid',
      outgoingAplicationSid: 'use outgoingApplicationSid',
      outgoingAppSid: 'use outgoingApplicationSid',
      appSid: 'use outgoingApplicationSid',
      ...{ twimlAppSid: 'use outgoingApplicationSid', twimlApp: 'use outgoingApplicationSid' },
      TWILIO_TWIML_APP_SID: 'use outgoingApplicationSid',
      outboundApplicationSid: 'use outgoingApplicationSid',
      outgongApplicationSdi: 'use outgoingApplicationSid',
      ...{ appId: 'use outgoingApplicationSid', outgoingSid: 'use outgoingApplicationSid' },
      ...{ outgoingAllow: 'use outgoingApplicationSid', allowIncoming: 'use incomingAllow' },
      ...{ allowClientIncoming: 'use incomingAllow', inboundAllow: 'use incomingAllow' },
      ...{ pushSid: 'use pushCredentialSid', fcmCredentialId: 'use pushCredentialSid' },
      params: 'use outgoingApplicationParams',
      outgoing_params: 'use outgoingApplicationParams',
      'outgoing.params': 'use outgoingApplicationParams',
      customParameters: 'use outgoingApplicationParams',
      outgoingApplcationParms: 'use outgoingApplicationParams',
      appParams: 'use outgoingApplicationParams',
      outgoing_application_params: 'use outgoingApplicationParams',
      outgiongApplicationParams: 'use outgoingApplicationParams', // as it stood in twilio-java
      push_credential_sid: 'use pushCredentialSid',
      pushCredentialsSid: 'use pushCredentialSid',
      endpoint_id: 'use endpointId',
      endpointID: 'use endpointId',
      ...{ room: 'grantVideo({ room })', serviceSid: 'grantChat({ serviceSid })' },
      ...{ ttl: 'generate({ expires: 600 })', identity: `${constructorCall}identity })` },
      nonsense: 'the options are incomingAllow, ',
    },
  ],
  [
    ['grantVideo'],
    {
      ...{ roomName: 'use room', room_name: 'use room', roomSid: 'use room', Room: 'use room' },
      ...{ rooms: 'use room', rom: 'use room', ROOM: 'use room', userRoom: 'use room' },
      currentRoom: 'use room',
      activeFrom: 'the options are room',
      ...{ incomingAllow: 'grantVoice({ incomingAllow })', role: 'grantTaskRouter({ role })' },
      ...{ expires: 'generate({ expires: 600 })', configurationProfileSid: 'the options are room' },
    },
  ],
  [
    ['grantChat'],
    {
      ...{ service_sid: 'use serviceSid', ServiceSid: 'use serviceSid', service: 'use serviceSid' },
      ...{ servceSid: 'use serviceSid', endpoint_id: 'use endpointId', endpoint: 'use endpointId' },
      ...{ deployment_role_sid: 'use deploymentRoleSid', roleSid: 'use deploymentRoleSid' },
      push_credential_sid: 'use pushCredentialSid',
      ...{ workspaceSid: 'grantTaskRouter({ workspaceSid })', room: 'grantVideo({ room })' },
      ...{ instanceSid: 'use serviceSid', chatServiceId: 'use serviceSid' },
      ...{ serviceInstanceSid: 'use serviceSid', roleId: 'use deploymentRoleSid' },
      friendlyName: 'the options are serviceSid, ',
    },
  ],
  [
    ['grantSync'],
    {
      ...{ service_sid: 'use serviceSid', syncServiceSid: 'use serviceSid' },
      ...{ endpoint_id: 'use endpointId', endpoitnId: 'use endpointId' },
      deploymentRoleSid: 'grantChat({ deploymentRoleSid })',
      pushCredentialSid: 'grantVoice({ pushCredentialSid })',
      ttl: 'generate({ expires: 600 })',
    },
  ],
  [
    ['grantTaskRouter'],
    {
      ...{ workspace_sid: 'use workspaceSid', workspace: 'use workspaceSid' },
      ...{
        worker_sid: 'use workerSid',
        worker: 'use workerSid',
        Role: 'use role',
        rolle: 'use role',
        userRole: 'use role',
      },
      ...{ serviceSid: 'grantChat({ serviceSid })', notBefore: `${constructorCall}notBefore })` },
      channelSid: 'the options are workspaceSid, workerSid, role',
    },
  ],
  [
    ['allow', 'deny'],
    {
      ...{
        query_filter: 'use queryFilter',
        queryfilter: 'use queryFilter',
        query: 'use queryFilter',
      },
      ...{
        post_filter: 'use postFilter',
        'post-filter': 'use postFilter',
        psotFilter: 'use postFilter',
      },
      ...{
        postParams: 'use postFilter',
        expires: 'generate({ expires: 600 })',
        allow: 'use deny(url, method)',
        channelSid: 'use new TaskRouterCapability(…, workspaceSid, channelSid)',
        ActivitySid: 'the options are postFilter, queryFilter',
      },
    },
  ],
  [
    ['verify'],
    {
      ...{ leeway: 'use clockTolerance', clock_tolerance: 'use clockTolerance' },
      ...{ clockTolerence: 'use clockTolerance', clockSkew: 'use clockTolerance' },
      ...{ clockTimestamp: 'use now', currentDate: 'use now', Kind: 'use kind', knid: 'use kind' },
      ...{ exp_leeway: 'use clockTolerance', clockSkewSeconds: 'use clockTolerance' },
      ...{ gracePeriod: 'use clockTolerance', timestamp: 'use now', issuedAt: 'use now' },
      ...{ tokenType: 'use kind', typ: 'use kind' },
      ...{ secret: 'use verify(token, secret)', expires: 'generate({ expires: 600 })' },
      ...{ checkExpiration: 'the options are ', requireExpirationTime: 'the options are ' },
      ...{ ignoreExpiration: 'the options are ', algorithms: 'the options are ' },
    },
  ],
  [
    ['diagnose'],
    {
      ...{ leeway: 'use clockTolerance', clock_tolerance: 'use clockTolerance' },
      ...{ secrets: 'use secret', keySecret: 'use secret', currentDate: 'use now' },
      ...{
        kind: "verify(token, secret, { clockTolerance: 5, kind: 'access' })",
        ttl: 'generate({ expires: 600 })',
      },
      ...{ authToken: 'use secret', signingKey: 'use secret', password: 'use secret' },
      algorithms: 'the options are secret, now, clockTolerance',
    },
  ],
]

describe('an unknown option', () => {
  const rows = suggestions.flatMap(([names, found]) =>
    names.flatMap((call) =>
      Object.entries(found).map(([name, suggestion]): Refusal => {
        return [
          `${name} in ${call}`,
          () => calls[call]({ [name]: 1 }),
          'TypeError',
          name,
          suggestion,
        ]
      }),
    ),
  )
  it.each(rows)('is rejected: %s', refuse)

  it.each(Object.keys(calls) as Call[])(
    'that is undefined counts as omitted by %s',
    async (call) => {
      await expect(
        Promise.resolve(calls[call]({ ttl: undefined, foo: undefined })),
      ).resolves.toBeDefined()
    },
  )

  it('is rejected immediately, or by the promise that generate and verify return', async () => {
    const given = { ttl: 1 } as GenerateOptions
    expect(() => capability().claims(given)).toThrow(TypeError)
    for (const promise of [
      capability().generate(given),
      access().generate(given),
      worker().generate(given),
      verify('', 'the secret', given as VerifyOptions),
      diagnose('', given),
    ])
      await expect(promise).rejects.toThrow(TypeError)
  })

  it('does not name a name that is too long to be compared', () => {
    expect(() => calls.grantVideo({ [`room${'x'.repeat(100)}`]: 1 })).toThrow(
      'the options are room',
    )
  })
})

describe('an argument too many', () => {
  const create = (Builder: NewableFunction, ...args: unknown[]) =>
    Reflect.construct(Builder, args) as unknown
  const { fromCapability } = AccessToken as unknown as Record<
    'fromCapability',
    (...args: unknown[]) => unknown
  >
  const { allow } = worker() as unknown as Record<'allow', (...args: unknown[]) => unknown>
  const lifetime = 'generate({ expires: 600 })'
  const rows: [title: string, call: () => unknown, advice: string][] = [
    [
      'options of TwilioCapability',
      () => create(TwilioCapability, 'AC1', 'the secret', { ttl: 600 }),
      lifetime,
    ],
    [
      'a lifetime of AccessToken',
      () => create(AccessToken, 'AC1', 'SK1', 'the secret', { identity: 'a' }, 600),
      lifetime,
    ],
    [
      'options of TaskRouterCapability',
      () => create(TaskRouterCapability, 'AC1', 'the secret', 'WS1', 'WK1', { ttl: 600 }),
      lifetime,
    ],
    [
      'options of fromCapability',
      () => fromCapability(capability(), 'SK1', 'the secret', { region: 'ie1' }),
      'generate({ expires: 600 }), or new AccessToken(…, { region })',
    ],
    [
      'filters of allow, apart',
      () => allow.call(worker(), url, 'POST', {}, { ActivitySid: {} }),
      'allow(url, method, { queryFilter, postFilter })',
    ],
  ]
  it.each(
    rows.map(([title, call, advice]): Refusal => [title, call, 'TypeError', 'options', advice]),
  )('is rejected: %s', refuse)

  it('that is undefined counts as omitted', () => {
    const omitted = create(TwilioCapability, 'AC1', 'the secret', undefined)
    expect(omitted).toBeInstanceOf(TwilioCapability)
  })
})

describe('options', () => {
  const generate = 'generate({ expires: 600 })'
  const number = async (call: Call, value: unknown) => {
    switch (call) {
      case 'new AccessToken':
        return new AccessToken('AC1', 'SK1', 'the secret', value as never)
      case 'allow':
      case 'deny':
        return worker()[call](url, 'POST', value as never)
      case 'verify':
        return verify(await token(), 'the secret', value as never)
      case 'diagnose':
        return diagnose(await token(), value as never)
      case 'AccessToken claims':
      case 'AccessToken generate':
        return call.endsWith('claims')
          ? access().claims(value as never)
          : access().generate(value as never)
      case 'TwilioCapability claims':
      case 'TwilioCapability generate':
        return call.endsWith('claims')
          ? capability().claims(value as never)
          : capability().generate(value as never)
      case 'TaskRouterCapability claims':
      case 'TaskRouterCapability generate':
        return call.endsWith('claims')
          ? worker().claims(value as never)
          : worker().generate(value as never)
      default:
        return access()[call](value as never)
    }
  }
  const right: Record<Call, string> = {
    'new AccessToken': `${constructorCall}identity })`,
    grantVoice: 'grantVoice({ incomingAllow, ',
    grantVideo: 'grantVideo({ room })',
    grantChat: 'grantChat({ serviceSid, ',
    grantSync: 'grantSync({ serviceSid, ',
    grantTaskRouter: 'grantTaskRouter({ workspaceSid, ',
    'AccessToken claims': generate,
    'AccessToken generate': generate,
    'TwilioCapability claims': generate,
    'TwilioCapability generate': generate,
    'TaskRouterCapability claims': generate,
    'TaskRouterCapability generate': generate,
    allow: 'allow(…, { postFilter })',
    deny: 'allow(…, { postFilter })',
    verify: "verify(token, secret, { clockTolerance: 5, kind: 'access' })",
    diagnose: 'diagnose(token, { secret })',
  }
  class Options {
    readonly expires = 600
  }
  const values: [title: string, value: unknown, got: string][] = [
    ['a number', 600, 'a number'],
    ['a string', '10h', 'a string of 3 characters'],
    ['null', null, 'null'],
    ['a list', [], 'an array'],
    ['a Map', new Map([['expires', 600]]), 'a Map'],
    ['a Promise', Promise.resolve({}), 'await'],
    ['an instance of a class', new Options(), 'not plain'],
    ['inherited options', Object.create({ expires: 600 }), 'not plain'],
    ['an object with a symbol', { [Symbol('expires')]: 600 }, 'not plain'],
  ]
  it.each(
    (Object.keys(calls) as Call[]).flatMap((call) =>
      values.map(([title, value, got]): Refusal => [
        `${title} in ${call}`,
        () => number(call, value),
        'TypeError',
        call === 'allow' || call === 'deny' ? 'filters' : 'options',
        ...['plain object', right[call], got],
      ]),
    ),
  )('rejects %s', refuse)

  it('shows the call in the letter case of its name', () => {
    expect(() => access().grantVoice('a' as never)).toThrow('as in grantVoice({ incomingAllow, ')
  })

  it('shows no more than the option that is meant of another call', () => {
    expect(() => access().grantVideo({ incomingAllow: true } as never)).toThrow(
      /^Cannot use incomingAllow: there is no such option, use grantVoice\(\{ incomingAllow \}\)$/,
    )
  })

  it('lists the options of a call that has no others', () => {
    expect(() => options('options', { ttl: 1 }, { example: 'f({ a })', names: ['a'] })).toThrow(
      'Cannot use ttl: there is no such option, the options are a',
    )
  })

  it('returns only own properties, in an object that inherits nothing', () => {
    const read = options('options', { expires: 600, now: undefined }, generateCall)
    expect(read).toEqual({ expires: 600, now: undefined })
    const names: string[] = []
    for (const name in read) names.push(name)
    expect(names).toEqual(['expires', 'now'])
    for (const name of ['constructor', 'toString', '__proto__'])
      expect(name in read, name).toBe(false)
  })

  it('accepts frozen options, and options without a prototype', () => {
    const bare: GenerateOptions = Object.assign(Object.create(null) as object, { now, expires: 60 })
    for (const given of [bare, Object.freeze({ now, expires: 60 })])
      expect(capability().claims(given).exp).toBe(now + 60)
  })

  it('reads each option once', () => {
    let reads = 0
    const given = {
      get expires() {
        reads++
        return 600
      },
    }
    expect(issueTimes(given).exp).toBeGreaterThan(0)
    expect(reads).toBe(1)
  })

  it('that only tune count as omitted if they are undefined', async () => {
    const omitted = { expires: undefined, now: undefined } as unknown as GenerateOptions
    const { iat, exp } = access().claims(omitted)
    expect(exp - iat).toBe(3600)
    const more = { region: undefined, notBefore: undefined } as never
    const made = new AccessToken('AC1', 'SK1', 'the secret', {
      identity: 'alice',
      ...(more as object),
    })
    expect(made.claims()).not.toHaveProperty('nbf')
    const judged = { kind: undefined, now: undefined, clockTolerance: undefined } as never
    expect((await verify(await token(), 'the secret', judged)).kind).toBe('capability')
    expect(await diagnose(await token(), { secret: undefined } as never)).toBeInstanceOf(Array)
  })
})

describe('issueTimes', () => {
  it('defaults to an hour from now, rounded down', () => {
    const before = Math.floor(Date.now() / 1000)
    const { iat, exp } = issueTimes()
    expect(iat).toBeGreaterThanOrEqual(before)
    expect(iat).toBeLessThanOrEqual(Math.floor(Date.now() / 1000))
    expect(exp).toBe(iat + 3600)
    expect(Number.isInteger(iat)).toBe(true)
  })

  it('accepts the ends of both ranges', () => {
    expect(issueTimes({ now: 0, expires: 86400 })).toEqual({ iat: 0, exp: 86400 })
    expect(issueTimes({ now: 1e11, expires: 1 })).toEqual({ iat: 1e11, exp: 1e11 + 1 })
  })

  it.each<Refusal>([
    ['a lifetime of 0', () => issueTimes({ expires: 0 }), 'RangeError', 'expires', '1', '86400'],
    [
      'a lifetime over a day',
      () => issueTimes({ expires: 86401 }),
      'RangeError',
      'expires',
      '86401',
    ],
    [
      'a lifetime as text',
      () => issueTimes({ expires: '600' as never }),
      'TypeError',
      'expires',
      'seconds',
    ],
    ['a time before 1970', () => issueTimes({ now: -1 }), 'RangeError', 'now', '-1'],
    [
      'a time in milliseconds',
      () => issueTimes({ now: 1764000000000 }),
      'RangeError',
      'now',
      'milliseconds',
    ],
  ])('rejects %s', refuse)
})

describe('verifyTimes', () => {
  it('defaults to the clock, without tolerance', () => {
    const before = Math.floor(Date.now() / 1000)
    const { now, clockTolerance } = verifyTimes({})
    expect(now).toBeGreaterThanOrEqual(before)
    expect(now).toBeLessThanOrEqual(Math.floor(Date.now() / 1000))
    expect(clockTolerance).toBe(0)
    expect(verifyTimes({ now: 5, clockTolerance: 86400 })).toEqual({
      now: 5,
      clockTolerance: 86400,
    })
  })

  it.each<Refusal>([
    [
      'a tolerance below 0',
      () => verifyTimes({ clockTolerance: -1 }),
      'RangeError',
      'clockTolerance',
      '-1',
    ],
    [
      'a tolerance over a day',
      () => verifyTimes({ clockTolerance: 86401 }),
      'RangeError',
      'clockTolerance',
      '86400',
    ],
    [
      'a tolerance with a fraction',
      () => verifyTimes({ clockTolerance: 0.5 }),
      'RangeError',
      'clockTolerance',
      'whole',
    ],
    [
      'a tolerance as text',
      () => verifyTimes({ clockTolerance: '5' as never }),
      'TypeError',
      'clockTolerance',
      'seconds',
    ],
    [
      'a Date for the time',
      () => verifyTimes({ now: new Date() as never }),
      'TypeError',
      'now',
      'a Date',
    ],
  ])('rejects %s', refuse)
})

describe('a polluted Object.prototype', () => {
  const pollution = {
    ...{ now: 1, clockTolerance: 86400, expires: 1, kind: 'access', ttl: 1 },
    room: 'x',
  }

  /** Runs while Object.prototype has names that it does not have. */
  async function polluted<T>(run: () => T | Promise<T>): Promise<T> {
    for (const [name, value] of Object.entries(pollution))
      Object.defineProperty(Object.prototype, name, {
        value,
        configurable: true,
        enumerable: true,
        writable: true,
      })
    try {
      return await run()
    } finally {
      for (const name of Object.keys(pollution)) Reflect.deleteProperty(Object.prototype, name)
    }
  }

  it('adds no option', async () => {
    const before = Math.floor(Date.now() / 1000)
    const expired = await capability().generate({ now: before - 7200 })
    expect(await polluted(() => capability().claims({}).exp)).toBeGreaterThanOrEqual(before + 3600)
    const given = () => options('options', {}, verifyCall)
    expect(await polluted(() => verifyTimes(given()).clockTolerance)).toBe(0)
    expect(await polluted(() => access().grantVideo({}).claims().grants['video'])).toEqual({})
    for (const given of [undefined, {}])
      await expect(polluted(() => verify(expired, 'the secret', given))).rejects.toHaveProperty(
        'code',
        'ERR_TOKEN_EXPIRED',
      )
  })
})

describe('types', () => {
  it('are those of the contract', () => {
    expectTypeOf<GenerateOptions>().toEqualTypeOf<{ expires?: number; now?: number }>()
    expectTypeOf<VerifyOptions<'access'>>().toEqualTypeOf<{
      kind?: 'access'
      now?: number
      clockTolerance?: number
    }>()
  })
})
