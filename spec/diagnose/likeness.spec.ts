import { describe, expect, it } from 'vitest'
import {
  alike,
  isAlike,
  meantGrant,
  meantMember,
  spellingsOf,
} from '../../lib/diagnose/likeness.ts'
import { grants, type GrantName } from '../../lib/grants.ts'

describe('meantGrant', () => {
  it.each([
    [
      'voice',
      [
        'voice',
        'Voice',
        'voiceGrant',
        'voice_grants',
        'twilioVoice',
        'voiceTwilio',
        'programmable_voice',
      ],
    ],
    ['video', ['video', 'vidoe', 'vide', 'videos']],
    ['chat', ['chat', 'Chat', 'conversations', 'conversation', 'conversatoins', 'convrsation']],
    ['data_sync', ['data_sync', 'dataSync', 'sync', 'Sync', 'synch', 'snyc', 'syncGrant']],
    ['task_router', ['task_router', 'taskRouter', 'task-router', 'TaskRouterGrant']],
  ])('%s is meant by other spellings', (name, others) => {
    for (const other of others) expect(meantGrant(other), other).toBe(name)
  })

  it.each([
    'invoice',
    'voicemail',
    'async',
    'vedio',
    'conversion',
    'myprogrammablevoice',
    'grantsvoice',
    '',
    'flex',
  ])('nothing is meant by %j', (name) => {
    expect(meantGrant(name)).toBeUndefined()
  })

  it('nothing is meant by a name of more than 64 characters', () => {
    expect(meantGrant(`voice${'grant'.repeat(12)}`)).toBeUndefined()
    expect(meantGrant(`${'_'.repeat(59)}voice`)).toBe('voice')
    expect(meantGrant(`${'_'.repeat(60)}voice`)).toBeUndefined()
  })
})

describe('meantMember', () => {
  const meant = (grant: GrantName, inside: string, name: string) =>
    meantMember(name, spellingsOf(grants[grant], inside))

  it.each<[grant: GrantName, inside: string, path: string, names: string[]]>([
    [
      'voice',
      '',
      'incoming.allow',
      ['incomingAllow', 'incoming_allow', 'allow', 'alow', 'allowIncoming'],
    ],
    ['voice', '', 'incoming', ['incomming']],
    ['voice', '', 'outgoing', ['Outgoing', 'twilioOutgoing']],
    ['voice', 'outgoing.', 'outgoing.application_sid', ['outgoing', 'aplication_sid']],
    ['chat', '', 'endpoint_id', ['conversationEndpointId']],
    [
      'voice',
      '',
      'outgoing.application_sid',
      ['outgoingApplicationSid', 'applicationSid', 'appSid'],
    ],
    [
      'voice',
      '',
      'outgoing.params',
      ['params', 'parameters', 'customParameters', 'outgoing_params'],
    ],
    ['voice', '', 'outgoing.params', ['outgoingApplicationParameters', 'applicationParams']],
    ['voice', '', 'push_credential_sid', ['pushCredential', 'pushCredentialSid', 'push']],
    ['voice', 'outgoing.', 'outgoing.params', ['parameters', 'custom_parameters', 'parms']],
    ['voice', 'outgoing.', 'outgoing.application_sid', ['appSid', 'application', 'applicationSID']],
    ['video', '', 'room', ['roomName', 'room_sid', 'Room', 'rooms', 'twilioRoom', 'rom']],
    [
      'chat',
      '',
      'service_sid',
      ['serviceSid', 'instance_sid', 'chatServiceSid', 'conversationServiceSid', 'servcieSid'],
    ],
    ['chat', '', 'deployment_role_sid', ['role', 'roleSid', 'deploymentRole']],
    ['taskRouter', '', 'worker_sid', ['workerSid', 'worker', 'wrokerSid']],
  ])('%s %s: %s is meant by other spellings, %#', (grant, inside, path, names) => {
    for (const name of names) expect(meant(grant, inside, name), name).toBe(path)
  })

  it.each<[grant: GrantName, inside: string, names: string[]]>([
    ['voice', '', ['out', 'ion', 'record', 'parameterized', '', 'sid']],
    ['voice', 'outgoing.', ['incomingAllow', 'push_credential_sid']],
    ['voice', 'incoming.', ['params']],
    ['video', '', ['zoom', 'mushroom', 'broom', 'roomvideo']],
  ])('%s %s: nothing is meant by others, %#', (grant, inside, names) => {
    for (const name of names) expect(meant(grant, inside, name), name).toBeUndefined()
  })

  it('nothing is meant by a name of more than 64 characters', () => {
    expect(meant('video', '', `${'_'.repeat(60)}room`)).toBe('room')
    expect(meant('video', '', `${'_'.repeat(61)}room`)).toBeUndefined()
  })
})

describe('isAlike', () => {
  it.each([
    ['room', 'room'],
    ['rom', 'room'],
    ['rooom', 'room'],
    ['raom', 'room'],
    ['romo', 'room'],
    ['Room', 'room'],
    ['alolw', 'allow'],
    ['worekrr', 'worker'],
    ['wrkr', 'worker'],
    ['seervicee', 'service'],
    ['x'.repeat(64), 'x'.repeat(64)],
  ])('accepts %s for %s', (name, known) => {
    expect(isAlike(name, known)).toBe(true)
    expect(alike(name, ['other', known])).toBe(known)
  })

  it.each([
    ['xoom', 'room'],
    ['ro', 'room'],
    ['rooomm', 'room'],
    ['roma', 'room'],
    ['alolww', 'allow'],
    ['wrk', 'worker'],
    ['wxxxer', 'worker'],
    ['x'.repeat(65), 'x'.repeat(65)],
  ])('refuses %s for %s', (name, known) => {
    expect(isAlike(name, known)).toBe(false)
    expect(alike(name, [known])).toBeUndefined()
  })
})
