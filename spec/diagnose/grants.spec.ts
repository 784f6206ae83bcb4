import { describe, expect, it } from 'vitest'
import { findingsIn, linesOf, sid, tokenOf, tokenWith, type Members } from '../support/subjects.ts'

const AP = sid('AP')
const CR = sid('CR')
const IS = sid('IS')
const RL = sid('RL')
const WS = sid('WS')
const WK = sid('WK')
const allowed = { incoming: { allow: true } }

/** Each line below `/claims/grants`, without the code that all of them have. */
type Row = [title: string, grants: Members, lines: string[]]

const names: Row[] = [
  ['sync', { sync: { service_sid: IS } }, ['error grant-name /sync']],
  ['conversations', { conversations: { service_sid: IS } }, ['error grant-name /conversations']],
  ['taskRouter', { taskRouter: { workspace_sid: WS } }, ['error grant-name /taskRouter']],
  ['task-router', { 'task-router': { workspace_sid: WS } }, ['error grant-name /task-router']],
  ['Voice', { Voice: allowed }, ['error grant-name /Voice']],
  ['voiceGrant', { voiceGrant: allowed }, ['error grant-name /voiceGrant']],
  ['vidoe', { vidoe: {} }, ['error grant-name /vidoe']],
  [
    'programmableChat',
    { programmableChat: { service_sid: IS } },
    ['error grant-name /programmableChat'],
  ],
  [
    'sync, with its member in camel case',
    { sync: { serviceSid: IS } },
    ['error grant-name /sync', 'error grant-member-name /sync/serviceSid'],
  ],
  ['synch', { synch: { service_sid: IS } }, ['error grant-name /synch']],
  ['sync, as a string', { sync: IS }, ['error grant-name /sync', 'error grant-form /sync']],
  ['voicemail, which means nothing known', { voicemail: 1 }, []],
  ['invoice, which means nothing known', { invoice: {} }, []],
  ['constructor, which means nothing known', { constructor: {} }, []],
  ['a name of 65 characters', { ['voice'.padEnd(65, 'e')]: 1 }, []],
  ['ip_messaging', { ip_messaging: { service_sid: IS } }, ['warning grant-retired /ip_messaging']],
  ['rtc', { rtc: {} }, ['warning grant-retired /rtc']],
  ['player', { player: 1 }, ['warning grant-retired /player']],
  [
    'chat with an endpoint',
    { chat: { service_sid: IS, endpoint_id: 'a' } },
    ['warning grant-retired /chat/endpoint_id'],
  ],
]

const forms: Row[] = [
  ['a grant that is null', { voice: null }, ['error grant-form /voice']],
  ['a grant that is a string', { video: 'standup' }, ['error grant-form /video']],
  ['a grant that is a list', { chat: [] }, ['error grant-form /chat']],
  ['an empty voice grant', { voice: {} }, ['warning grant-nothing /voice']],
  [
    'a voice grant that only forbids',
    { voice: { incoming: { allow: false } } },
    ['warning grant-nothing /voice'],
  ],
  [
    'a voice grant for push alone',
    { voice: { push_credential_sid: CR } },
    ['warning grant-nothing /voice'],
  ],
  ['a voice grant for outgoing calls', { voice: { outgoing: { application_sid: AP } } }, []],
  ['empty params', { voice: { outgoing: { application_sid: AP, params: {} } } }, []],
  ['any room', { video: {} }, []],
]

const members: Row[] = [
  [
    'incomingAllow',
    { voice: { incomingAllow: true } },
    ['error grant-member-name /voice/incomingAllow'],
  ],
  [
    'allow in the wrong place',
    { voice: { allow: true } },
    ['error grant-member-name /voice/allow'],
  ],
  [
    'a path with a dot',
    { voice: { 'incoming.allow': true } },
    ['error grant-member-name /voice/incoming.allow'],
  ],
  [
    'Incoming',
    { voice: { Incoming: { allow: true } } },
    ['error grant-member-name /voice/Incoming'],
  ],
  [
    'incomming',
    { voice: { incomming: { allow: true } } },
    ['error grant-member-name /voice/incomming'],
  ],
  [
    'allowed',
    { voice: { incoming: { allowed: true } } },
    ['error grant-member-name /voice/incoming/allowed'],
  ],
  [
    'outgoingApplicationSid',
    { voice: { outgoingApplicationSid: AP } },
    ['error grant-member-name /voice/outgoingApplicationSid'],
  ],
  [
    'application_sid in the wrong place',
    { voice: { application_sid: AP } },
    ['error grant-member-name /voice/application_sid'],
  ],
  [
    'appSid',
    { voice: { outgoing: { appSid: AP } } },
    ['error grant-member-name /voice/outgoing/appSid'],
  ],
  [
    'outgoingApplicationSid inside outgoing',
    { voice: { outgoing: { outgoingApplicationSid: AP } } },
    ['error grant-member-name /voice/outgoing/outgoingApplicationSid'],
  ],
  [
    'parameters',
    { voice: { outgoing: { application_sid: AP, parameters: {} } } },
    ['error grant-member-name /voice/outgoing/parameters'],
  ],
  ['pushSid', { voice: { ...allowed, pushSid: CR } }, ['error grant-member-name /voice/pushSid']],
  ['room_name', { video: { room_name: 'a' } }, ['error grant-member-name /video/room_name']],
  ['roomSid', { video: { roomSid: 'a' } }, ['error grant-member-name /video/roomSid']],
  [
    'chatServiceSid',
    { chat: { chatServiceSid: IS } },
    ['error grant-member-name /chat/chatServiceSid'],
  ],
  ['instance_sid', { chat: { instance_sid: IS } }, ['error grant-member-name /chat/instance_sid']],
  [
    'serviceSid in Sync',
    { data_sync: { serviceSid: IS } },
    ['error grant-member-name /data_sync/serviceSid'],
  ],
  [
    'workspaceSid and workerSid',
    { task_router: { workspaceSid: WS, workerSid: WK } },
    [
      'error grant-member-name /task_router/workspaceSid',
      'error grant-member-name /task_router/workerSid',
    ],
  ],
  [
    'applicationSid beside the right one',
    { voice: { outgoing: { application_sid: AP, applicationSid: AP } } },
    ['warning grant-member-name /voice/outgoing/applicationSid'],
  ],
  [
    'roomName beside the right one',
    { video: { room: 'a', roomName: 'a' } },
    ['warning grant-member-name /video/roomName'],
  ],
  [
    'incomingAllow beside the right one',
    { voice: { ...allowed, incomingAllow: true } },
    ['warning grant-member-name /voice/incomingAllow'],
  ],
  [
    'an unknown member',
    { task_router: { workspace_sid: WS, color: 'red' } },
    ['warning grant-member-name /task_router/color'],
  ],
  [
    'an identity inside a nested object',
    { voice: { incoming: { allow: true, identity: 'ana' } } },
    ['warning grant-member-name /voice/incoming/identity'],
  ],
  [
    'an unknown member and no call allowed',
    { voice: { color: 'red' } },
    ['warning grant-member-name /voice/color', 'warning grant-nothing /voice'],
  ],
  [
    'an unknown member of 65 characters',
    { video: { ['room'.padEnd(65, 'm')]: 1 } },
    [`warning grant-member-name /video/${'room'.padEnd(65, 'm')}`],
  ],
  [
    'an unknown member of outgoing',
    { voice: { outgoing: { allow: true } } },
    [
      'error grant-member-missing /voice/outgoing/application_sid',
      'warning grant-member-name /voice/outgoing/allow',
    ],
  ],
]

const values: Row[] = [
  ['incoming true', { voice: { incoming: true } }, ['error grant-member-type /voice/incoming']],
  ['incoming null', { voice: { incoming: null } }, ['error grant-member-type /voice/incoming']],
  ['outgoing as a SID', { voice: { outgoing: AP } }, ['error grant-member-type /voice/outgoing']],
  [
    'allow as a string',
    { voice: { incoming: { allow: 'true' } } },
    ['error grant-member-type /voice/incoming/allow'],
  ],
  [
    'allow null',
    { voice: { incoming: { allow: null } } },
    ['error grant-member-missing /voice/incoming/allow'],
  ],
  ['no allow', { voice: { incoming: {} } }, ['error grant-member-missing /voice/incoming/allow']],
  [
    'no application',
    { voice: { outgoing: { params: {} } } },
    ['error grant-member-missing /voice/outgoing/application_sid'],
  ],
  [
    'an empty application',
    { voice: { outgoing: { application_sid: '' } } },
    ['error grant-member-missing /voice/outgoing/application_sid'],
  ],
  [
    'an application that is a number',
    { voice: { outgoing: { application_sid: 1 } } },
    ['error grant-member-type /voice/outgoing/application_sid'],
  ],
  [
    'an account as application',
    { voice: { outgoing: { application_sid: sid('AC') } } },
    ['error grant-member-sid /voice/outgoing/application_sid'],
  ],
  [
    'a placeholder as application',
    { voice: { outgoing: { application_sid: 'APxxxx' } } },
    ['error grant-member-sid /voice/outgoing/application_sid'],
  ],
  [
    'the text undefined as application',
    { voice: { outgoing: { application_sid: 'undefined' } } },
    ['error grant-member-sid /voice/outgoing/application_sid'],
  ],
  [
    'params as a string',
    { voice: { outgoing: { application_sid: AP, params: 'a=b' } } },
    ['error grant-member-type /voice/outgoing/params'],
  ],
  [
    'params null',
    { voice: { outgoing: { application_sid: AP, params: null } } },
    ['error grant-member-type /voice/outgoing/params'],
  ],
  [
    'an empty endpoint',
    { voice: { ...allowed, endpoint_id: '' } },
    ['error grant-member-type /voice/endpoint_id'],
  ],
  [
    'a push credential null',
    { voice: { ...allowed, push_credential_sid: null } },
    ['error grant-member-type /voice/push_credential_sid'],
  ],
  [
    'a push credential that is cut',
    { voice: { ...allowed, push_credential_sid: CR.slice(0, -1) } },
    ['error grant-member-sid /voice/push_credential_sid'],
  ],
  ['a room null', { video: { room: null } }, ['error grant-member-type /video/room']],
  ['a room that is a list', { video: { room: ['a'] } }, ['error grant-member-type /video/room']],
  [
    'the room undefined',
    { video: { room: 'undefined' } },
    ['warning grant-member-placeholder /video/room'],
  ],
  [
    'a role that is a template',
    { task_router: { workspace_sid: WS, role: '{{role}}' } },
    ['warning grant-member-placeholder /task_router/role'],
  ],
  [
    'chat without a service',
    { chat: { deployment_role_sid: RL } },
    ['warning grant-member-missing /chat/service_sid'],
  ],
  [
    'chat with an empty service',
    { chat: { service_sid: '' } },
    ['warning grant-member-missing /chat/service_sid'],
  ],
  [
    'chat with the default service',
    { chat: { service_sid: 'default' } },
    ['error grant-member-sid /chat/service_sid'],
  ],
  [
    'an endpoint in chat that is a number',
    { chat: { service_sid: IS, endpoint_id: 1 } },
    ['error grant-member-type /chat/endpoint_id', 'warning grant-retired /chat/endpoint_id'],
  ],
  [
    'Sync without a service',
    { data_sync: {} },
    ['error grant-member-missing /data_sync/service_sid'],
  ],
  [
    'Sync with a service null',
    { data_sync: { service_sid: null } },
    ['error grant-member-missing /data_sync/service_sid'],
  ],
  [
    'Sync with a service that is a number',
    { data_sync: { service_sid: 1 } },
    ['error grant-member-type /data_sync/service_sid'],
  ],
  ['Sync with the default service', { data_sync: { service_sid: 'default' } }, []],
  [
    'Sync with the default service in capitals',
    { data_sync: { service_sid: 'Default' } },
    ['error grant-member-sid /data_sync/service_sid'],
  ],
  [
    'TaskRouter without a workspace',
    { task_router: { role: 'worker' } },
    ['error grant-member-missing /task_router/workspace_sid'],
  ],
  [
    'a worker as workspace',
    { task_router: { workspace_sid: WK } },
    ['error grant-member-sid /task_router/workspace_sid'],
  ],
  [
    'SIDs with capitals',
    { task_router: { workspace_sid: `WS${'9A'.repeat(16)}`, worker_sid: 'WK1' } },
    [],
  ],
]

const expected = (lines: string[]) =>
  lines.map((line) => line.replace(/^(\w+) ([\w-]+) /, '$1 20106 $2 /claims/grants'))

describe('diagnose() judges the grants', () => {
  it.each(names)('diagnose() judges a grant with the name %s', async (_, grants, lines) => {
    expect(await linesOf(await tokenWith(grants))).toEqual(expected(lines))
  })

  it.each(forms)('diagnose() judges %s', async (_, grants, lines) => {
    expect(await linesOf(await tokenWith(grants))).toEqual(expected(lines))
  })

  it.each(members)('diagnose() judges a member with the name %s', async (_, grants, lines) => {
    expect(await linesOf(await tokenWith(grants))).toEqual(expected(lines))
  })

  it.each(values)('diagnose() judges the value of a member: %s', async (_, grants, lines) => {
    expect(await linesOf(await tokenWith(grants))).toEqual(expected(lines))
  })

  it.each([
    ['no grants', { grants: undefined }, 'error 20106 grants-missing /claims/grants'],
    ['grants null', { grants: null }, 'error 20106 grants-form /claims/grants'],
    ['a list of grants', { grants: [{ voice: {} }] }, 'error 20106 grants-form /claims/grants'],
    [
      'an identity alone',
      { grants: { identity: 'a' } },
      'warning 20106 grants-empty /claims/grants',
    ],
  ])('diagnose() reports %s', async (_, claims, line) => {
    expect(await linesOf(await tokenOf('access', claims))).toEqual([line])
  })

  it('diagnose() judges the members of a grant if the identity is missing, too', async () => {
    const grants = { video: { roomName: 'standup' } }
    expect(await linesOf(await tokenOf('access', { grants }))).toEqual([
      'error 20106 identity-missing /claims/grants/identity',
      'error 20106 grant-member-name /claims/grants/video/roomName',
    ])
  })

  it('diagnose() reports an identity in a nested object if there is no other, too', async () => {
    const grants = { voice: { incoming: { allow: true, identity: 'ana' } } }
    expect(await linesOf(await tokenOf('access', { grants }))).toEqual([
      'error 20106 identity-missing /claims/grants/identity',
      'warning 20106 grant-member-name /claims/grants/voice/incoming/identity',
    ])
  })

  it.each([
    ['incomingAllow', { voice: { incomingAllow: true } }, 'incoming: { allow: true }'],
    ['applicationSid', { voice: { applicationSid: AP } }, 'outgoing: { application_sid: … }'],
    ['roomName', { video: { roomName: 'a' } }, 'Write room instead'],
    ['Incoming', { voice: { Incoming: {} } }, 'Write incoming instead'],
    ['sync', { sync: { service_sid: IS } }, 'data_sync'],
    ['incoming: true', { voice: { incoming: true } }, '{ "allow": true }'],
    ['outgoing: SID', { voice: { outgoing: AP } }, '{ "application_sid": "AP…" }'],
    ['video: name', { video: 'standup' }, "{ room: '…' }"],
    ['a wrong role', { chat: { service_sid: IS, deployment_role_sid: 'US1' } }, 'RL'],
    ['allow: 1', { voice: { incoming: { allow: 1 } } }, 'true or false'],
    ['room: null', { video: { room: null } }, 'or omit it'],
    ['params: 1', { voice: { outgoing: { application_sid: AP, params: 1 } } }, 'an object'],
    ['no service', { data_sync: {} }, 'or default'],
  ])('diagnose() says what to write instead of %s', async (_, grants, words) => {
    const [finding] = await findingsIn(await tokenWith(grants))
    expect(finding?.fix).toContain(words)
  })
})
