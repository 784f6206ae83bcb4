// The same options given to Twilio's own library for Node and to this one: what comes out must be the same.
// `npm test` installs it, in a folder of its own.

import fc from 'fast-check'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import {
  AccessToken,
  TaskRouterCapability,
  TwilioCapability,
  type AccessTokenOptions,
  type Json,
  type VoiceGrant,
} from 'twilio-tokens'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { root } from '../runtimes/find.mjs'

/** What is used of Twilio's library: its own types would have to be there for every run of tsc. */
interface Theirs {
  AccessToken: (new (
    accountSid: string,
    keySid: string,
    secret: string,
    options: object,
  ) => { addGrant: (grant: object) => void; toJwt: () => string }) &
    Record<
      'VoiceGrant' | 'VideoGrant' | 'ChatGrant' | 'SyncGrant' | 'TaskRouterGrant',
      new (options: object) => object
    >
  ClientCapability: (new (options: object) => {
    addScope: (scope: object) => void
    toJwt: () => string
  }) & {
    IncomingClientScope: new (clientName: string) => object
    OutgoingClientScope: new (options: object) => object
    EventStreamScope: new (filters?: object) => object
  }
  taskrouter: {
    TaskRouterCapability: (new (options: object) => {
      addPolicy: (policy: object) => void
      toJwt: () => string
    }) & {
      Policy: new (options: object) => object
    }
  }
}

const folder = join(root, 'spec/node/twilio')
const now = 1400000000

const sid = (prefix: string) => fc.stringMatching(/^[0-9a-f]{32}$/).map((digits) => prefix + digits)
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
const clientName = fc.stringMatching(/^[!$&-;=?-Z_a-z~]{1,30}$/)
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as Json)
const payload = fc.dictionary(text, json, { maxKeys: 4 })
const secret = fc.stringMatching(/^[0-9A-Za-z]{32}$/)
const expires = fc.integer({ min: 1, max: 86400 })
const optional = { requiredKeys: [] }

const voiceRest = { incomingAllow: fc.boolean(), pushCredentialSid: sid('CR'), endpointId: text }
const voice: fc.Arbitrary<VoiceGrant> = fc.oneof(
  fc.record(voiceRest, optional),
  fc.record(
    { ...voiceRest, outgoingApplicationSid: sid('AP'), outgoingApplicationParams: payload },
    { requiredKeys: ['outgoingApplicationSid'] },
  ),
)
const grants = {
  voice,
  video: fc.record({ room: text }, optional),
  chat: fc.record(
    {
      serviceSid: sid('IS'),
      endpointId: text,
      deploymentRoleSid: sid('RL'),
      pushCredentialSid: sid('CR'),
    },
    optional,
  ),
  sync: fc.record(
    { serviceSid: fc.oneof(sid('IS'), fc.constant('default')), endpointId: text },
    { requiredKeys: ['serviceSid'] },
  ),
  taskRouter: fc.record(
    { workspaceSid: sid('WS'), workerSid: sid('WK'), role: text },
    { requiredKeys: ['workspaceSid'] },
  ),
}
type Grant = {
  [K in keyof typeof grants]: {
    name: K
    options: (typeof grants)[K] extends fc.Arbitrary<infer T> ? T : never
  }
}[keyof typeof grants]
const grant = fc.oneof(
  ...(Object.keys(grants) as (keyof typeof grants)[]).map((name) =>
    fc.record({ name: fc.constant(name), options: grants[name] }),
  ),
) as fc.Arbitrary<Grant>

describe.runIf(existsSync(join(folder, 'node_modules')))("Twilio's own library", () => {
  let theirs: Theirs
  beforeAll(() => {
    theirs = (createRequire(join(folder, 'package.json'))('twilio') as { jwt: Theirs }).jwt
  })
  beforeEach(() => void vi.useFakeTimers({ now: now * 1000, toFake: ['Date'] }))
  afterEach(() => void vi.useRealTimers())

  it('is the version that is named', () => {
    const { version } = JSON.parse(
      readFileSync(join(folder, 'node_modules/twilio/package.json'), 'utf8'),
    ) as { version: string }
    expect(version).toBe('6.2.0')
  })

  it('makes the same access tokens, except for jti, from any options', async () => {
    const options = fc.record(
      {
        identity: clientName,
        region: fc.constantFrom('ie1', 'au1', 'us1'),
        notBefore: fc.integer({ min: 0, max: now }),
      },
      { requiredKeys: ['identity'] },
    ) as fc.Arbitrary<AccessTokenOptions>
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(sid('AC'), sid('SK'), secret),
        options,
        expires,
        fc.array(grant, { maxLength: 7 }),
        async (key, options, ttl, grants) => {
          const ours = new AccessToken(...key, options)
          const { notBefore: nbf, ...rest } = options
          const other = new theirs.AccessToken(...key, { ...rest, nbf, ttl })
          for (const { name, options } of grants) {
            if (name === 'voice') ours.grantVoice(options)
            else if (name === 'video') ours.grantVideo(options)
            else if (name === 'chat') ours.grantChat(options)
            else if (name === 'sync') ours.grantSync(options)
            else ours.grantTaskRouter(options)
            const kind = {
              voice: 'VoiceGrant',
              video: 'VideoGrant',
              chat: 'ChatGrant',
              sync: 'SyncGrant',
              taskRouter: 'TaskRouterGrant',
            } as const
            other.addGrant(new theirs.AccessToken[kind[name]](options))
          }
          const [made, expected] = [await ours.generate({ now, expires: ttl }), other.toJwt()]
          expect(decodeProtectedHeader(made)).toEqual(decodeProtectedHeader(expected))
          expect(JSON.stringify({ ...decodeJwt(made), jti: '' })).toBe(
            JSON.stringify({ ...decodeJwt(expected), jti: '' }),
          )
        },
      ),
      { numRuns: 300 },
    )
  })

  it('makes the same TaskRouter claims from any policies that allow, except for iat', async () => {
    const filter = fc.dictionary(text, fc.record({ required: fc.boolean() }), { maxKeys: 3 })
    const policy = fc.record({
      url: fc
        .stringMatching(/^[\w*/.-]{0,30}$/)
        .map((path) => `https://taskrouter.twilio.com/${path}`),
      method: fc.constantFrom('GET', 'POST', 'DELETE'),
      queryFilter: filter,
      postFilter: filter,
    })
    const channel = fc.oneof(sid('WK'), sid('WQ'))
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(sid('AC'), secret, sid('WS'), channel),
        fc.array(policy, { maxLength: 5 }),
        expires,
        async ([accountSid, authToken, workspaceSid, channelId], added, ttl) => {
          const ours = new TaskRouterCapability(accountSid, authToken, workspaceSid, channelId)
          const { TaskRouterCapability: Other } = theirs.taskrouter
          const other = new Other({
            accountSid,
            authToken,
            workspaceSid,
            channelId,
            friendlyName: channelId,
            ttl,
          })
          // Theirs has no policies of its own.
          for (const { url, method } of ours.claims().policies)
            other.addPolicy(new Other.Policy({ url, method }))
          for (const { url, method, ...filters } of added) {
            ours.allow(url, method, filters)
            other.addPolicy(new Other.Policy({ url, method, ...filters }))
          }
          const { iat, ...expected } = decodeJwt(other.toJwt())
          expect(iat).toBe(now)
          expect(decodeJwt(await ours.generate({ now, expires: ttl }))).toEqual(expected)
        },
      ),
    )
  })

  it('allows what it is told to deny, which is why ours has deny', () => {
    const { Policy } = theirs.taskrouter.TaskRouterCapability
    expect(
      new Policy({ url: 'https://taskrouter.twilio.com/v1', method: 'GET', allow: false }),
    ).toHaveProperty('allow', true)
    const [, , , denied] = new TaskRouterCapability('AC1', 'x', 'WS1')
      .deny('https://taskrouter.twilio.com/v1', 'GET')
      .claims().policies
    expect(denied).toHaveProperty('allow', false)
  })

  it('makes capability tokens that have the same contents, and can be migrated alike', async () => {
    const params = fc.dictionary(text, text, { minKeys: 1, maxKeys: 4 })
    await fc.assert(
      fc.asyncProperty(
        sid('AC'),
        secret,
        clientName,
        sid('AP'),
        params,
        async (accountSid, authToken, name, applicationSid, params) => {
          const ours = new TwilioCapability(accountSid, authToken)
            .allowClientIncoming(name)
            .allowClientOutgoing(applicationSid, params)
          const { ClientCapability: Other } = theirs
          const other = new Other({ accountSid, authToken })
          other.addScope(new Other.IncomingClientScope(name))
          other.addScope(
            new Other.OutgoingClientScope({ applicationSid, clientName: name, params }),
          )
          const meaning = (scope: unknown) =>
            String(scope)
              .split(' ')
              .map((uri) => {
                const { appParams, ...rest } = Object.fromEntries(new URL(uri).searchParams)
                return [
                  uri.split('?')[0],
                  rest,
                  appParams === undefined ? undefined : [...new URLSearchParams(appParams)],
                ]
              })
          expect(meaning(ours.claims().scope)).toEqual(meaning(decodeJwt(other.toJwt())['scope']))

          const carried = new theirs.AccessToken(accountSid, 'SK1', authToken, { identity: name })
          const voice = {
            incomingAllow: true,
            outgoingApplicationSid: applicationSid,
            outgoingApplicationParams: params,
          }
          carried.addGrant(new theirs.AccessToken.VoiceGrant(voice))
          const over = await AccessToken.fromCapability(ours, 'SK1', authToken).generate({ now })
          expect(decodeJwt(over)['grants']).toEqual(decodeJwt(carried.toJwt())['grants'])
        },
      ),
    )
  })
})
