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
import { defaultPolicies } from '../lib/policies.ts'
import { readTaskRouter } from '../lib/taskrouter.ts'
import { refuse, type Refusal } from './support/refusal.ts'
import vectors from './vectors/taskrouter.json' with { type: 'json' }

const accountSid = 'AC123'
const authToken = 'foobar'
const workspaceSid = 'WS456'
const now = 1400000000
const workspaceUrl = 'https://taskrouter.twilio.com/v1/Workspaces/WS456'
const workerUrl = `${workspaceUrl}/Workers/WK789`
const queueUrl = `${workspaceUrl}/TaskQueues/WQ789`

const taskRouter = (...channelSid: [string?]) =>
  new TaskRouterCapability(accountSid, authToken, workspaceSid, ...channelSid)
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
        channelSid: payload.channel,
        expiresAt: payload.exp,
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
  it('are by default those of the channel', () => {
    const defaults = (channel: string, url: string) =>
      defaultPolicies('AC123', workspaceUrl, channel, url)
    expect(policies(taskRouter())).toEqual(defaults('WS456', workspaceUrl))
    expect(policies(taskRouter('WQ789'))).toEqual(defaults('WQ789', queueUrl))
    expect(policies(taskRouter('WK789'))).toEqual(defaults('WK789', workerUrl))
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

  it('are added only for workers by allowUpdateActivities and allowUpdateReservations', () => {
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
})

describe('claims', () => {
  it('name the worker or the task queue, and a workspace only by its channel', () => {
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
    const before = Math.floor(Date.now() / 1000)
    const { exp } = taskRouter().claims()
    expect(exp).toBeGreaterThanOrEqual(before + 3600)
    expect(exp).toBeLessThanOrEqual(Math.floor(Date.now() / 1000) + 3600)
  })
})

describe('generate', () => {
  it('returns the same token repeatedly and concurrently', async () => {
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
    const url = word.map((word) => `https://taskrouter.twilio.com/${encodeURIComponent(word)}`)
    const policy = fc.record({
      url,
      method: fc.constantFrom('GET', 'POST', 'DELETE'),
      allow: fc.boolean(),
      queryFilter: filter,
      postFilter: filter,
    })
    await fc.assert(
      fc.asyncProperty(
        word.map((word) => `a${word}z`), // without white space at an end
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
            channelSid: channel,
            expiresAt: now + expires,
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
  const of = (channelSid: unknown) => make('AC1', 'x', 'WS1', channelSid)
  const [environment, plain] = ['environment', 'plain object']

  // What a SID, a secret or a number must be is in check.spec.ts, a URL, a method and filters in policies.spec.ts.
  it.each<Refusal>([
    ['no account', make(), 'TypeError', 'accountSid', 'AC', environment],
    ['a key for an account', make('SK1', 'x', 'WS1'), 'TypeError', 'accountSid', 'AC', 'key'],
    ['an empty auth token', make('AC1', '', 'WS1'), 'TypeError', 'authToken', 'empty'],
    [
      'a placeholder for an auth token',
      make('AC1', '<token>', 'WS1'),
      'TypeError',
      'authToken',
      'placeholder',
    ],
    ['no workspace', make('AC1', 'x'), 'TypeError', 'workspaceSid', 'WS', environment],
    ['a worker for a workspace', make('AC1', 'x', 'WK1'), 'TypeError', 'workspaceSid', 'WS', 'WK'],
    [
      'a channel that is passed and undefined',
      of(undefined),
      'TypeError',
      'channelSid',
      environment,
    ],
    ['a channel that is null', of(null), 'TypeError', 'channelSid', 'null'],
    ['an empty channel', of(''), 'TypeError', 'channelSid', 'empty'],
    ['another workspace for a channel', of('WS2'), 'TypeError', 'channelSid', 'WK', 'WQ'],
    ['an activity for a channel', of('WA2'), 'TypeError', 'channelSid', 'WK', 'WA'],
    ['a worker with a letter before it', of('xWK2'), 'TypeError', 'channelSid', 'position 1'],
    ['a worker without digits', of('WK'), 'TypeError', 'channelSid', '2 characters'],
    ['a worker with a path', of('WK1/..'), 'TypeError', 'channelSid', 'position 4'],
    ['a Promise of a worker', of(Promise.resolve('WK1')), 'TypeError', 'channelSid', 'await'],
    ['no URL', allow(undefined, 'GET'), 'TypeError', 'url', 'string'],
    ['another host', deny('https://example.com', 'GET'), 'TypeError', 'url', '.twilio.com'],
    ['a method in small letters', allow(workspaceUrl, 'get'), 'TypeError', 'method', 'GET'],
    ['no method', deny(workspaceUrl, undefined), 'TypeError', 'method', 'string'],
    ['filters that are null', allow(workspaceUrl, 'GET', null), 'TypeError', 'filters', plain],
    [
      'a filter that is undefined',
      deny(workspaceUrl, 'GET', { queryFilter: undefined }),
      'TypeError',
      'queryFilter',
      environment,
    ],
    [
      'a lifetime of 0',
      () => taskRouter().claims({ expires: 0 }),
      'RangeError',
      'expires',
      '86400',
    ],
    ...workerCalls.flatMap((name): Refusal[] => [
      [
        `${name} of a task queue`,
        () => taskRouter('WQ789')[name](),
        'TypeError',
        'channelSid',
        'it must be a worker, WK…, for this permission, got another channel',
      ],
      [`${name} of a workspace`, () => taskRouter()[name](), 'TypeError', 'channelSid', 'WK'],
    ]),
  ])('rejects %s', refuse)

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

  it('reads policies without filters', () => {
    expect(readTaskRouter(claims).policies).toEqual([
      { ...policy, queryFilter: {}, postFilter: {} },
    ])
  })

  // What a policy must be is in policies.spec.ts.
  it.each<[title: string, changed: Claims, claim: string, got: string]>([
    ['no iss', { iss: undefined }, 'iss', 'nothing'],
    ['a workspace that is a number', { workspace_sid: 7 }, 'workspace_sid', '7'],
    ['a channel that is null', { channel: null }, 'channel', 'null'],
    ['an exp that is an object', { exp: {} }, 'exp', 'object'],
    ['policies that are an object', { policies: {} }, 'policies', 'object'],
    ['a policy that is null', { policies: [null] }, 'policies', 'null'],
  ])('refuses %s', (_, changed, claim, got) => {
    expect(() => readTaskRouter({ ...claims, ...changed })).toThrow(
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
    expectTypeOf(TaskRouterCapability).constructorParameters.toEqualTypeOf<
      [accountSid: string, authToken: string, workspaceSid: string, channelSid?: string | undefined]
    >()
    expectTypeOf(taskRouter().allow).toEqualTypeOf(taskRouter().deny)
    expectTypeOf(taskRouter().allow).parameters.toEqualTypeOf<
      [url: string, method: string, filters?: PolicyFilters | undefined]
    >()
    expectTypeOf(
      taskRouter().deny(workspaceUrl, 'GET').allowUpdateSelf(),
    ).toEqualTypeOf<TaskRouterCapability>()
    expectTypeOf(taskRouter().claims).toEqualTypeOf<
      (options?: GenerateOptions) => TaskRouterClaims
    >()
    expectTypeOf(taskRouter().generate).toEqualTypeOf<
      (options?: GenerateOptions) => Promise<string>
    >()
    expectTypeOf<TaskRouterClaims['policies']>().toEqualTypeOf<PolicyClaims[]>()
    expectTypeOf<TaskRouterContents>().toEqualTypeOf<{
      accountSid: string
      channelSid: string
      expiresAt: number
      kind: 'taskrouter'
      policies: Policy[]
      workspaceSid: string
    }>()
  })

  it('reject what is rejected at run time', () => {
    const never = () => {
      // @ts-expect-error -- the workspace is missing
      new TaskRouterCapability(accountSid, authToken)
      // @ts-expect-error -- a filter is not a string
      taskRouter().allow(workspaceUrl, 'GET', { queryFilter: 'a=1' })
      // @ts-expect-error -- the option is called queryFilter
      taskRouter().allow(workspaceUrl, 'GET', { query_filter: {} })
      // @ts-expect-error -- secrets cannot be read
      return taskRouter().authToken as unknown
    }
    expect(never).toThrow(TypeError)
  })
})
