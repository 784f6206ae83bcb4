import fc from 'fast-check'
import { jwtVerify } from 'jose'
import {
  TaskRouterCapability,
  type GenerateOptions,
  type Policy,
  type PolicyClaims,
  type PolicyFilters,
  type TaskRouterClaims,
  type TaskRouterContents,
} from 'twilio-tokens'
import { describe, expect, expectTypeOf, it } from 'vitest'
import type { Claims } from '../lib/claims.ts'
import { readTaskRouter } from '../lib/taskrouter.ts'
import vectors from './vectors/taskrouter.json' with { type: 'json' }

const accountSid = 'AC123'
const authToken = 'foobar'
const workspaceSid = 'WS456'
const now = 1400000000
const workspaceUrl = 'https://taskrouter.twilio.com/v1/Workspaces/WS456'
const workerUrl = `${workspaceUrl}/Workers/WK789`
const queueUrl = `${workspaceUrl}/TaskQueues/WQ789`

const taskRouter = (channelSid?: string) =>
  new TaskRouterCapability(accountSid, authToken, workspaceSid, channelSid)
const policies = (capability: TaskRouterCapability) => capability.claims({ now }).policies
const brief = (capability: TaskRouterCapability) =>
  policies(capability).map(
    ({ url, method, allow }) => `${allow ? 'allow' : 'deny'} ${method} ${url}`,
  )

const workerCalls = ['allowUpdateActivities', 'allowUpdateReservations'] as const
type Call = Exclude<keyof TaskRouterCapability, 'claims' | 'generate'>

/** Makes a builder's calls as a vector has them. */
function builder({
  accountSid,
  authToken,
  workspaceSid,
  channelSid,
  calls,
}: (typeof vectors)[number]): TaskRouterCapability {
  const capability = new TaskRouterCapability(accountSid, authToken, workspaceSid, channelSid)
  for (const [name, url, method, queryFilter, postFilter] of calls as [
    Call,
    string,
    string,
    object,
    object,
  ][]) {
    if (name === 'allow' || name === 'deny')
      capability[name](url, method, { queryFilter, postFilter })
    else capability[name]()
  }
  return capability
}

describe('vectors', () => {
  it('has 24 of them, with every kind of channel', () => {
    expect(vectors).toHaveLength(24)
    expect(new Set(vectors.map(({ kind }) => kind))).toEqual(
      new Set(['worker', 'taskqueue', 'workspace']),
    )
  })

  it.each(vectors.map((vector, i) => [i, vector] as const))(
    'makes the claims %i of twilio-python, in its order',
    (_, vector) => {
      const { now, expires, payload } = vector
      expect(JSON.stringify(builder(vector).claims({ now, expires }))).toBe(JSON.stringify(payload))
    },
  )

  it.each(vectors.map((vector, i) => [i, vector] as const))(
    'reads the claims %i of twilio-python',
    (_, { payload }) => {
      const { policies } = payload as TaskRouterClaims
      expect(readTaskRouter({ ...payload })).toStrictEqual({
        kind: 'taskrouter',
        accountSid: payload.iss,
        workspaceSid: payload.workspace_sid,
        channel: payload.channel,
        expires: payload.exp,
        policies: policies.map(({ url, method, allow, query_filter, post_filter }) => ({
          url,
          method,
          allow,
          queryFilter: query_filter,
          postFilter: post_filter,
        })),
      })
    },
  )
})

describe('policies', () => {
  const events = (channel: string) =>
    `https://event-bridge.twilio.com/v1/wschannels/AC123/${channel}`

  it('are three for a workspace and for a task queue, six for a worker, by default', () => {
    expect(brief(taskRouter())).toEqual([
      `allow GET ${events('WS456')}`,
      `allow POST ${events('WS456')}`,
      `allow GET ${workspaceUrl}`,
    ])
    expect(brief(taskRouter('WQ789'))).toEqual([
      `allow GET ${events('WQ789')}`,
      `allow POST ${events('WQ789')}`,
      `allow GET ${queueUrl}`,
    ])
    expect(brief(taskRouter('WK789'))).toEqual([
      `allow GET ${events('WK789')}`,
      `allow POST ${events('WK789')}`,
      `allow GET ${workerUrl}`,
      `allow GET ${workspaceUrl}/Activities`,
      `allow GET ${workspaceUrl}/Tasks/**`,
      `allow GET ${workerUrl}/Reservations/**`,
    ])
  })

  it('take the workspace as a channel that is named', () => {
    expect(taskRouter('WS456').claims({ now })).toEqual(taskRouter().claims({ now }))
  })

  it.each([
    ['allowFetchSubresources', [`allow GET ${queueUrl}/**`]],
    ['allowUpdateSelf', [`allow POST ${queueUrl}`]],
    ['allowUpdateSubresources', [`allow POST ${queueUrl}/**`]],
    ['allowDeleteSelf', [`allow DELETE ${queueUrl}`]],
    ['allowDeleteSubresources', [`allow DELETE ${queueUrl}/**`]],
  ] as const)('are added by %s', (name, expected) => {
    expect(brief(taskRouter('WQ789')[name]()).slice(3)).toEqual(expected)
  })

  it('are added for workers alone by allowUpdateActivities and allowUpdateReservations', () => {
    expect(policies(taskRouter('WK789').allowUpdateActivities()).slice(6)).toEqual([
      {
        url: workerUrl,
        method: 'POST',
        allow: true,
        query_filter: {},
        post_filter: { ActivitySid: { required: true } },
      },
    ])
    expect(brief(taskRouter('WK789').allowUpdateReservations()).slice(6)).toEqual([
      `allow POST ${workspaceUrl}/Tasks/**`,
      `allow POST ${workerUrl}/Reservations/**`,
    ])
  })

  it('are denied by deny, and stay in the order of the calls', () => {
    const capability = taskRouter()
      .deny(`${workspaceUrl}/Tasks/**`, 'DELETE')
      .allow(`${workspaceUrl}/Tasks/**`, 'GET')
    expect(brief(capability).slice(3)).toEqual([
      `deny DELETE ${workspaceUrl}/Tasks/**`,
      `allow GET ${workspaceUrl}/Tasks/**`,
    ])
  })

  it('hold copies of the filters', () => {
    const filters = {
      queryFilter: { TaskQueueSid: { required: true } },
      postFilter: { ActivitySid: { required: false } },
    }
    const capability = taskRouter()
      .allow(workspaceUrl, 'POST', filters)
      .deny(workspaceUrl, 'DELETE', Object.freeze(filters))
    const before = JSON.stringify(policies(capability))
    filters.queryFilter.TaskQueueSid.required = false
    Object.assign(filters.postFilter, { more: { required: true } })
    expect(JSON.stringify(policies(capability))).toBe(before)
    for (const policy of policies(capability)) Object.assign(policy.query_filter, { changed: true })
    expect(JSON.stringify(policies(capability))).toBe(before)
  })

  it('take names that every object has', () => {
    const queryFilter = JSON.parse('{"__proto__": {"required": true}}') as object
    expect(
      JSON.stringify(policies(taskRouter().allow(workspaceUrl, 'GET', { queryFilter }))[3]),
    ).toContain('"query_filter":{"__proto__":{"required":true}}')
    expect({}).not.toHaveProperty('required')
  })
})

describe('claims', () => {
  it('name the worker or the task queue, and a workspace by its channel alone', () => {
    expect(taskRouter('WK789').claims()).toMatchObject({
      channel: 'WK789',
      friendly_name: 'WK789',
      worker_sid: 'WK789',
    })
    expect(taskRouter('WQ789').claims()).toMatchObject({
      channel: 'WQ789',
      friendly_name: 'WQ789',
      taskqueue_sid: 'WQ789',
    })
    expect(Object.keys(taskRouter().claims())).toEqual([
      'account_sid',
      'workspace_sid',
      'channel',
      'version',
      'friendly_name',
      'policies',
      'iss',
      'exp',
    ])
  })

  it('expire an hour after the clock by default', () => {
    expect(taskRouter().claims({ now }).exp).toBe(now + 3600)
    expect(taskRouter().claims({ now, expires: 60 }).exp).toBe(now + 60)
    expect(Math.abs(taskRouter().claims().exp - 3600 - Date.now() / 1000)).toBeLessThan(5)
  })
})

describe('generate', () => {
  it('gives the same token again, and at once', async () => {
    const capability = taskRouter('WK789').allowUpdateActivities()
    const tokens = await Promise.all(Array.from({ length: 64 }, () => capability.generate({ now })))
    expect(new Set([...tokens, await capability.generate({ now })]).size).toBe(1)
    expect(policies(capability)).toHaveLength(7)
  })

  it('signs what claims gives, as jose verifies and readTaskRouter reads', async () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    const filter = fc
      .dictionary(word, fc.record({ required: fc.boolean() }))
      .map((filter) => JSON.parse(JSON.stringify(filter)) as Claims)
    const policy = fc.record({
      url: word,
      method: fc.constantFrom('GET', 'POST', 'DELETE'),
      allow: fc.boolean(),
      queryFilter: filter,
      postFilter: filter,
    })
    await fc.assert(
      fc.asyncProperty(
        word,
        fc.constantFrom('WS456', 'WK789', 'WQ789'),
        fc.array(policy, { maxLength: 4 }),
        fc.integer({ min: 1, max: 86400 }),
        async (secret, channel, added, expires) => {
          const capability = new TaskRouterCapability(accountSid, secret, workspaceSid, channel)
          const defaults = policies(capability).length
          for (const { url, method, allow, ...filters } of added)
            capability[allow ? 'allow' : 'deny'](url, method, filters)
          const { payload, protectedHeader } = await jwtVerify(
            await capability.generate({ now, expires }),
            new TextEncoder().encode(secret),
            { algorithms: ['HS256'], currentDate: new Date(now * 1000) },
          )
          expect(protectedHeader).toEqual({ alg: 'HS256', typ: 'JWT' })
          expect(payload).toEqual(capability.claims({ now, expires }))
          const { policies: read, ...contents } = readTaskRouter(payload)
          expect(contents).toEqual({
            kind: 'taskrouter',
            accountSid,
            workspaceSid,
            channel,
            expires: now + expires,
          })
          expect(read.slice(defaults)).toEqual(added)
        },
      ),
    )
  })

  it('rejects its promise, and does not throw, where an option is wrong', async () => {
    const promise = taskRouter().generate({ expires: 0 })
    await expect(promise).rejects.toThrow(RangeError)
  })
})

describe('refusals', () => {
  const sid = (prefix: string) =>
    `it must be a string that starts with ${prefix}, then letters and digits`
  const channel = `channelSid: it must be a string that starts with WK or WQ, then letters and digits, or the workspace's SID`
  const text = 'it must be a well-formed string, not empty'
  const method = 'method: it must be an HTTP method in capital letters, such as GET'
  const holds =
    'it must be of plain objects and lists without cycles, at most 500 deep, well-formed strings, finite numbers, booleans and null'
  const make =
    (...args: unknown[]) =>
    () =>
      new TaskRouterCapability(...(args as [string, string, string, string?]))
  const allow =
    (...args: unknown[]) =>
    () =>
      taskRouter().allow(...(args as [string, string, PolicyFilters?]))
  const deny =
    (...args: unknown[]) =>
    () =>
      taskRouter().deny(...(args as [string, string, PolicyFilters?]))

  it.each<
    [what: string, run: () => unknown, error: typeof TypeError | typeof RangeError, message: string]
  >([
    ['no account', make(), TypeError, `accountSid: ${sid('AC')}, got Undefined`],
    [
      'a key for an account',
      make('SK1', 'x', 'WS1'),
      TypeError,
      `accountSid: ${sid('AC')}, got String`,
    ],
    [
      'an empty auth token',
      make('AC1', '', 'WS1'),
      TypeError,
      `authToken: ${text}, got empty string`,
    ],
    ['no workspace', make('AC1', 'x'), TypeError, `workspaceSid: ${sid('WS')}, got Undefined`],
    [
      'a worker for a workspace',
      make('AC1', 'x', 'WK1'),
      TypeError,
      `workspaceSid: ${sid('WS')}, got String`,
    ],
    [
      'another workspace for a channel',
      make('AC1', 'x', 'WS1', 'WS2'),
      TypeError,
      `${channel}, got String`,
    ],
    [
      'an activity for a channel',
      make('AC1', 'x', 'WS1', 'WA2'),
      TypeError,
      `${channel}, got String`,
    ],
    [
      'a worker with a letter before it',
      make('AC1', 'x', 'WS1', 'xWK2'),
      TypeError,
      `${channel}, got String`,
    ],
    ['a worker without digits', make('AC1', 'x', 'WS1', 'WK'), TypeError, `${channel}, got String`],
    [
      'a worker with a path',
      make('AC1', 'x', 'WS1', 'WK1/..'),
      TypeError,
      `${channel}, got String`,
    ],
    ['an empty channel', make('AC1', 'x', 'WS1', ''), TypeError, `${channel}, got empty string`],
    ['a channel that is null', make('AC1', 'x', 'WS1', null), TypeError, `${channel}, got Null`],
    ['no URL', allow(undefined, 'GET'), TypeError, `url: ${text}, got Undefined`],
    ['an empty URL', deny('', 'GET'), TypeError, `url: ${text}, got empty string`],
    ['no method', allow('https://x', undefined), TypeError, `${method}, got Undefined`],
    ['a method in small letters', deny('https://x', 'get'), TypeError, `${method}, got String`],
    ['two methods', allow('https://x', 'GET POST'), TypeError, `${method}, got String`],
    ['a method and a line break', allow('https://x', 'GET\n'), TypeError, `${method}, got String`],
    ['a list of methods', allow('https://x', ['GET']), TypeError, `${method}, got Array`],
    [
      'filters that are null',
      allow('https://x', 'GET', null),
      TypeError,
      'filters: it must be a plain object, got Null',
    ],
    [
      'a query filter that is null',
      allow('https://x', 'GET', { queryFilter: null }),
      TypeError,
      'queryFilter: it must be a plain object, got Null',
    ],
    [
      'a query filter that is a Map',
      allow('https://x', 'GET', { queryFilter: new Map() }),
      TypeError,
      'queryFilter: it must be a plain object, got Map',
    ],
    [
      'a post filter that is a list',
      deny('https://x', 'GET', { postFilter: [] }),
      TypeError,
      'postFilter: it must be a plain object, got Array',
    ],
    [
      'a filter that is NaN',
      deny('https://x', 'GET', { postFilter: { a: NaN } }),
      TypeError,
      `postFilter.a: ${holds}, got Number`,
    ],
    [
      'expires 0',
      () => taskRouter().claims({ expires: 0 }),
      RangeError,
      'expires: it must be a whole number of seconds from 1 to 86400, got 0',
    ],
  ])('refuses %s', (_, run, error, message) => {
    expect(run).toThrow(new error(`Cannot use ${message}`))
  })

  it.each(workerCalls)('refuses %s for a task queue and a workspace', (name) => {
    const error = new TypeError(
      `Cannot use ${name}: it must be a worker's token, whose channelSid starts with WK, got another`,
    )
    expect(() => taskRouter('WQ789')[name]()).toThrow(error)
    expect(() => taskRouter()[name]()).toThrow(error)
  })

  it('leaves the builder as it was', () => {
    const capability = taskRouter('WQ789')
    const before = policies(capability)
    expect(() => capability.allowUpdateReservations()).toThrow(TypeError)
    expect(() => capability.allow(workspaceUrl, 'GET', { postFilter: { a: () => 1 } })).toThrow(
      TypeError,
    )
    expect(policies(capability)).toEqual(before)
  })
})

describe('readTaskRouter', () => {
  const policy = { url: 'https://x', method: 'GET', allow: true }
  const claims = {
    iss: accountSid,
    workspace_sid: workspaceSid,
    channel: 'WK789',
    exp: now,
    policies: [policy],
  }

  it('takes policies without filters', () => {
    expect(readTaskRouter(claims).policies).toEqual([
      { ...policy, queryFilter: {}, postFilter: {} },
    ])
  })

  it.each<[claims: Claims, message: string]>([
    [{ ...claims, iss: undefined }, 'iss must be a text, got nothing'],
    [{ ...claims, workspace_sid: 7 }, 'workspace_sid must be a text, got a number'],
    [{ ...claims, channel: null }, 'channel must be a text, got null'],
    [{ ...claims, exp: {} }, 'exp must be a number of seconds, got an object'],
    [{ ...claims, policies: {} }, 'policies must be a list, got an object'],
    [{ ...claims, policies: [null] }, 'policies must be a list of objects, got null'],
    [{ ...claims, policies: [{ ...policy, url: [] }] }, 'url must be a text, got a list'],
    [{ ...claims, policies: [{ ...policy, method: 7 }] }, 'method must be a text, got a number'],
    [
      { ...claims, policies: [{ ...policy, allow: 1 }] },
      'allow must be true or false, got a number',
    ],
    [
      { ...claims, policies: [{ ...policy, query_filter: [] }] },
      'query_filter must be an object, got a list',
    ],
    [
      { ...claims, policies: [{ ...policy, post_filter: 7 }] },
      'post_filter must be an object, got a number',
    ],
  ])('refuses %j', (claims, message) => {
    const error = expect.objectContaining({
      name: 'TokenError',
      code: 'ERR_TOKEN_CLAIM',
      message: `Cannot read token: its claim ${message}`,
    })
    expect(() => readTaskRouter(claims)).toThrow(error)
  })
})

describe('types', () => {
  it('are those of the contract', () => {
    expectTypeOf(TaskRouterCapability).constructorParameters.toEqualTypeOf<
      [accountSid: string, authToken: string, workspaceSid: string, channelSid?: string | undefined]
    >()
    expectTypeOf(taskRouter().allow).toEqualTypeOf(taskRouter().deny)
    expectTypeOf(taskRouter().allow).parameters.toEqualTypeOf<
      [url: string, method: string, filters?: PolicyFilters | undefined]
    >()
    expectTypeOf(
      taskRouter().deny('u', 'GET').allowUpdateSelf(),
    ).toEqualTypeOf<TaskRouterCapability>()
    expectTypeOf(taskRouter().claims).toEqualTypeOf<
      (options?: GenerateOptions) => TaskRouterClaims
    >()
    expectTypeOf(taskRouter().generate).toEqualTypeOf<
      (options?: GenerateOptions) => Promise<string>
    >()
    expectTypeOf<TaskRouterClaims['policies']>().toEqualTypeOf<PolicyClaims[]>()
    expectTypeOf<Policy>().toEqualTypeOf<{
      allow: boolean
      method: string
      postFilter: Record<string, unknown>
      queryFilter: Record<string, unknown>
      url: string
    }>()
    expectTypeOf<TaskRouterContents>().toEqualTypeOf<{
      accountSid: string
      channel: string
      expires: number
      kind: 'taskrouter'
      policies: Policy[]
      workspaceSid: string
    }>()
  })

  it('refuse what is refused when it runs', () => {
    const never = () => {
      // @ts-expect-error -- the workspace is missing
      new TaskRouterCapability(accountSid, authToken)
      // @ts-expect-error -- a filter is no text
      taskRouter().allow('https://x', 'GET', { queryFilter: 'a=1' })
      // @ts-expect-error -- the option is called queryFilter
      taskRouter().allow('https://x', 'GET', { query_filter: {} })
      // @ts-expect-error -- secrets cannot be read
      return taskRouter().authToken as unknown
    }
    expect(never).toThrow(TypeError)
  })
})
