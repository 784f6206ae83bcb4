import fc from 'fast-check'
import {
  AccessToken,
  inspect,
  verify,
  type AccessContents,
  type ChatGrant,
  type Json,
  type JsonObject,
  type SyncGrant,
  type TaskRouterGrant,
  type VideoGrant,
  type VoiceGrant,
} from 'twilio-tokens'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { grants, readViews, type GrantName, type Member, type Views } from '../lib/grants.ts'
import { sign } from './support/sign.ts'

const digits = '0123456789abcdef'.repeat(2)
const secret = 'the secret'

const access = () => new AccessToken('AC1', 'SK1', secret, { identity: 'alice' })
const granted = (token: AccessToken) => token.claims().grants
const members = (key: GrantName) => Object.entries<Member>(grants[key].members)

/** The method of each grant. */
type Method = (token: AccessToken, options: never) => AccessToken
const methods: Readonly<Record<GrantName, Method>> = {
  voice: (token, options: VoiceGrant) => token.grantVoice(options),
  video: (token, options: VideoGrant) => token.grantVideo(options),
  chat: (token, options: ChatGrant) => token.grantChat(options),
  sync: (token, options: SyncGrant) => token.grantSync(options),
  taskRouter: (token, options: TaskRouterGrant) => token.grantTaskRouter(options),
}
const keys = Object.keys(methods) as GrantName[]

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
const json = fc
  .dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue())
  .map((value) => JSON.parse(JSON.stringify(value)) as object)

/** What the option of a member may be. */
function valueOf({ type }: Member): fc.Arbitrary<unknown> {
  switch (type) {
    case 'boolean':
      return fc.boolean()
    case 'string':
      return text
    case 'object':
      return json
    case 'IS or default':
      return fc.constantFrom('default', `IS${digits}`, 'IS123')
    default:
      return fc.constantFrom(`${type}${digits}`, `${type}123`)
  }
}

/** Any options of a grant that its method accepts. */
function optionsOf(key: GrantName): fc.Arbitrary<Record<string, unknown>> {
  const all = members(key)
  const requiredKeys = all.flatMap(([option, { required }]) => (required ? [option] : []))
  const model = Object.fromEntries(all.map(([option, member]) => [option, valueOf(member)]))
  return fc.record(model, { requiredKeys, noNullPrototype: true }).map((options) => {
    for (const [option, { requiredBy = option }] of all)
      if (!Object.hasOwn(options, option)) Reflect.deleteProperty(options, requiredBy)
    return options
  })
}

/** A grant on the wire, of which any member may be anything. */
function wireOf(key: GrantName): fc.Arbitrary<object> {
  const anything = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom<unknown>(
      '',
      'default',
      'AP123',
      `IS${digits.toUpperCase()}`,
      'null',
      true,
      '\ud83d',
    ),
  )
  const leaf = (member: Member) => fc.oneof({ weight: 2, arbitrary: valueOf(member) }, anything)
  const model: Record<string, fc.Arbitrary<unknown>> = {}
  const nested: Record<string, Record<string, fc.Arbitrary<unknown>>> = {}
  for (const [, member] of members(key)) {
    const [outer = '', inner] = member.path.split('.')
    if (inner === undefined) model[outer] = leaf(member)
    else nested[outer] = { ...nested[outer], [inner]: leaf(member) }
  }
  for (const [outer, inner] of Object.entries(nested))
    model[outer] = fc.oneof(
      { weight: 4, arbitrary: fc.record(inner, { requiredKeys: [] }) },
      anything,
    )
  return fc.record(model, { requiredKeys: [] })
}

describe('the table of grants', () => {
  it('has the options, places and types of the contract', () => {
    const table = keys.flatMap((key) =>
      members(key).map(([option, { path, type, required, requiredBy }]) =>
        [grants[key].name, option, path, type, required ? 'required' : requiredBy]
          .filter((cell) => cell !== undefined)
          .join(' '),
      ),
    )
    expect(table).toEqual([
      'voice incomingAllow incoming.allow boolean',
      'voice outgoingApplicationSid outgoing.application_sid AP outgoingApplicationParams',
      'voice outgoingApplicationParams outgoing.params object',
      'voice pushCredentialSid push_credential_sid CR',
      'voice endpointId endpoint_id string',
      'video room room string',
      'chat serviceSid service_sid IS',
      'chat endpointId endpoint_id string',
      'chat deploymentRoleSid deployment_role_sid RL',
      'chat pushCredentialSid push_credential_sid CR',
      'data_sync serviceSid service_sid IS or default required',
      'data_sync endpointId endpoint_id string',
      'task_router workspaceSid workspace_sid WS required',
      'task_router workerSid worker_sid WK',
      'task_router role role string',
    ])
  })
})

describe('the law of the views', () => {
  it.each(keys)('reading returns what the builder received: %s', async (key) => {
    await fc.assert(
      fc.asyncProperty(optionsOf(key), async (options) => {
        const token = methods[key](access(), options as never)
        const { [key]: view } = await verify(await token.generate(), secret, { kind: 'access' })
        const expected = { ...options }
        if (expected['incomingAllow'] === false) delete expected['incomingAllow'] // which the wire omits
        expect(view).toEqual(expected)
        const again = methods[key](access(), view as never)
        expect(JSON.stringify(granted(again))).toBe(JSON.stringify(granted(token)))
      }),
    )
  })

  it.each(keys)('a view never contains what the method rejects: %s', (key) => {
    const { name } = grants[key]
    const isComplete = (view: object) =>
      members(key).every(([option, { required }]) => !required || Object.hasOwn(view, option))
    fc.assert(
      fc.property(wireOf(key), (wire) => {
        const received = JSON.parse(JSON.stringify({ [name]: wire })) as Record<string, unknown>
        const { [key]: view } = readViews(received)
        expect(view).toBeDefined()
        if (!view || !isComplete(view)) return
        const { [key]: again } = readViews(granted(methods[key](access(), view as never)))
        const { incomingAllow, ...others } = view as VoiceGrant
        expect(again).toEqual({ ...others, ...(incomingAllow && { incomingAllow }) })
      }),
      { numRuns: 300 },
    )
  })
})

describe('readViews', () => {
  it('reads one view for each grant that is an object, in any order', () => {
    const sid = (prefix: string) => `${prefix}${digits}`
    expect(
      readViews({
        task_router: { workspace_sid: 'WS1', worker_sid: sid('WK'), role: 'worker' },
        data_sync: { service_sid: 'default' },
        chat: { service_sid: sid('IS'), deployment_role_sid: 'RL1' },
        video: {},
        voice: {
          incoming: { allow: true },
          outgoing: { application_sid: 'AP1', params: { a: [1] } },
        },
        another: { room: 'x' },
        identity: 'alice',
      }),
    ).toStrictEqual({
      voice: {
        incomingAllow: true,
        outgoingApplicationSid: 'AP1',
        outgoingApplicationParams: { a: [1] },
      },
      video: {},
      chat: { serviceSid: sid('IS'), deploymentRoleSid: 'RL1' },
      sync: { serviceSid: 'default' },
      taskRouter: { workspaceSid: 'WS1', workerSid: sid('WK'), role: 'worker' },
    })
  })

  it.each<[title: string, received: Record<string, unknown>]>([
    ['a grant that is true', { voice: true }],
    ['a grant that is null', { voice: null }],
    ['a grant that is a list', { voice: [{ incoming: { allow: true } }] }],
    ['a grant that is a string', { voice: '{}' }],
    ['the name of an option', { sync: {}, taskRouter: {} }],
    ['no grant', {}],
  ])('reads no view from %s', (_, received) => {
    expect(readViews(received)).toStrictEqual({})
  })

  const params = { application_sid: 'AP1', params: {} }
  it.each<[title: string, voice: object, view: VoiceGrant]>([
    ['a capital SID', { push_credential_sid: `CR${digits.toUpperCase()}` }, {}],
    ['a SID of another kind', { push_credential_sid: 'AP1' }, {}],
    ['a cut SID', { push_credential_sid: `CR${digits.slice(1)}` }, {}],
    ['an empty string', { endpoint_id: '' }, {}],
    ['half a character', { endpoint_id: '\ud83d' }, {}],
    ['a number', { endpoint_id: 7 }, {}],
    ['a text for a boolean', { incoming: { allow: 'true' } }, {}],
    ['incoming that is true', { incoming: true }, {}],
    ['the name of the option', { incomingAllow: true }, {}],
    ['params without an application', { outgoing: { params: { a: 1 } } }, {}],
    ['params with a wrong application', { outgoing: { ...params, application_sid: 'AC1' } }, {}],
    [
      'params that are a list',
      { outgoing: { ...params, params: [] } },
      { outgoingApplicationSid: 'AP1' },
    ],
    [
      'params that are null',
      { outgoing: { ...params, params: null } },
      { outgoingApplicationSid: 'AP1' },
    ],
    [
      'half a character in params',
      { outgoing: { ...params, params: { a: ['\ud83d'] } } },
      { outgoingApplicationSid: 'AP1' },
    ],
    [
      'an infinite number in params',
      { outgoing: { ...params, params: { a: JSON.parse('1e999') as unknown } } },
      { outgoingApplicationSid: 'AP1' },
    ],
  ])('leaves out %s', (_, voice, view) => {
    expect(readViews({ voice }).voice).toStrictEqual(view)
  })

  it('keeps incomingAllow: false, if another library has written it', () => {
    expect(readViews({ voice: { incoming: { allow: false } } }).voice).toEqual({
      incomingAllow: false,
    })
  })

  it('reads own properties only', () => {
    const received = Object.create({ video: { room: 'x' } }) as Record<string, unknown>
    const inherited: object = Object.create({ room: 'x' }) as object
    expect(readViews(received)).toEqual({})
    expect(readViews({ video: inherited })).toEqual({ video: {} })
    const named = JSON.parse('{"voice": {"__proto__": {"endpoint_id": "x"}}}') as object
    expect(readViews({ ...named })).toEqual({ voice: {} })
  })

  it('is what inspect and verify add to the grants, which are returned as received', async () => {
    const received = { identity: 'alice', video: { room: '', more: 1 }, ip_messaging: { a: 1 } }
    const header = { alg: 'HS256', typ: 'JWT', cty: 'twilio-fpa;v=1' }
    const token = await sign(header, { iss: 'SK1', sub: 'AC1', exp: 4e9, grants: received }, secret)
    for (const contents of [inspect(token), await verify(token, secret)])
      expect(contents).toMatchObject({
        video: {},
        grants: { video: { room: '', more: 1 }, ip_messaging: { a: 1 } },
      })
  })
})

describe('types', () => {
  it('are those of the contract', () => {
    expectTypeOf<VoiceGrant>().toEqualTypeOf<{
      incomingAllow?: boolean
      outgoingApplicationSid?: string
      outgoingApplicationParams?: JsonObject
      pushCredentialSid?: string
      endpointId?: string
    }>()
    expectTypeOf<VideoGrant>().toEqualTypeOf<{ room?: string }>()
    expectTypeOf<ChatGrant>().toEqualTypeOf<{
      serviceSid?: string
      endpointId?: string
      deploymentRoleSid?: string
      pushCredentialSid?: string
    }>()
    expectTypeOf<SyncGrant>().toEqualTypeOf<{ serviceSid: string; endpointId?: string }>()
    expectTypeOf<TaskRouterGrant>().toEqualTypeOf<{
      workspaceSid: string
      workerSid?: string
      role?: string
    }>()
    expectTypeOf<Views>().toEqualTypeOf<{
      voice?: VoiceGrant
      video?: VideoGrant
      chat?: ChatGrant
      sync?: Partial<SyncGrant>
      taskRouter?: Partial<TaskRouterGrant>
    }>()
    expectTypeOf<AccessContents>().toExtend<Views>()
  })

  it('of outgoingApplicationParams are what JSON can hold', () => {
    type Params = NonNullable<VoiceGrant['outgoingApplicationParams']>
    expectTypeOf<{
      city: string
      tags: string[]
      more: { n: number; no: null }
    }>().toExtend<Params>()
    expectTypeOf<{ city?: string | undefined }>().toExtend<Params>()
    expectTypeOf<readonly Json[]>().not.toExtend<Params>()
    const never = () => {
      const outgoingApplicationSid = 'AP1'
      // @ts-expect-error -- JSON has no functions
      access().grantVoice({ outgoingApplicationSid, outgoingApplicationParams: { a: () => 1 } })
      // @ts-expect-error -- JSON has no dates
      access().grantVoice({ outgoingApplicationSid, outgoingApplicationParams: { a: new Date() } })
      // @ts-expect-error -- a Map has no members
      access().grantVoice({ outgoingApplicationSid, outgoingApplicationParams: { a: new Map() } })
      // @ts-expect-error -- JSON has no bigints
      access().grantVoice({ outgoingApplicationSid, outgoingApplicationParams: { a: [1n] } })
    }
    expect(never).toThrow(TypeError)
  })

  it('reject options that other grants have', () => {
    const never = () => {
      // @ts-expect-error -- a Sync grant needs its service
      access().grantSync({})
      // @ts-expect-error -- a TaskRouter grant needs its workspace
      access().grantTaskRouter({ workerSid: 'WK1' })
      // @ts-expect-error -- the option is called room
      access().grantVideo({ roomName: 'standup' })
      // @ts-expect-error -- an option that is undefined is rejected
      access().grantVideo({ room: undefined })
    }
    expect(never).toThrow(TypeError)
  })
})
