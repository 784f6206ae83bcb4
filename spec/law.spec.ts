// One answer from one library: what `verify` rejects, `diagnose` has an error for. A family of tokens, in which every member of every
// kind has every value once, and texts that are no tokens.

import { diagnose, TokenError, verify } from 'twilio-tokens'
import { describe, expect, it } from 'vitest'
import { encode, inputOf, mac, sign } from './support/sign.ts'
import accessVectors from './vectors/access.json' with { type: 'json' }
import capabilityVectors from './vectors/capability.json' with { type: 'json' }
import otherLibraries from './vectors/other-libraries.json' with { type: 'json' }

const secret = 'b7e0c3d4a1f2958677665544332211ff'
const now = 1790000000
const sid = (prefix: string) => `${prefix}${'9a'.repeat(16)}`
const header = { alg: 'HS256', typ: 'JWT' }
const capability = {
  scope: 'scope:client:incoming?clientName=ana',
  iss: sid('AC'),
  exp: now + 900,
}
const access = {
  jti: `${sid('SK')}-1`,
  grants: { identity: 'ana', voice: { incoming: { allow: true } } },
  iat: now - 5,
  exp: now + 900,
  iss: sid('SK'),
  sub: sid('AC'),
}
const policy = {
  url: 'https://taskrouter.twilio.com/v1/Workspaces/**',
  method: 'GET',
  allow: true,
  query_filter: {},
  post_filter: {},
}
const taskRouter = {
  version: 'v1',
  account_sid: sid('AC'),
  workspace_sid: sid('WS'),
  channel: sid('WK'),
  policies: [policy],
  iss: sid('AC'),
  exp: now + 900,
}

type Members = Record<string, unknown>

interface Kind {
  header: Members
  claims: Members
  /** Claims in which a member of what is inside of them is replaced. */
  inside: (changed: Members) => Members
}

const kinds: Record<string, Kind> = {
  capability: { header, claims: capability, inside: (changed) => ({ grants: changed }) },
  access: {
    header: { ...header, cty: 'twilio-fpa;v=1' },
    claims: access,
    inside: (changed) => ({ grants: { ...access.grants, ...changed } }),
  },
  taskrouter: {
    header,
    claims: taskRouter,
    inside: (changed) => ({ policies: [policy, { ...policy, ...changed }] }),
  },
}

const infinite = { 'written as 1e999': true }
const values: unknown[] = [
  undefined,
  null,
  true,
  '',
  0,
  -1,
  1.5,
  now - 60,
  now,
  now + 60,
  now + 0.5,
  now * 1000,
  infinite,
  `${now + 60}`,
  `${now * 1000}`,
  'never',
  'JWT',
  'at+jwt',
  'HS512',
  'none',
  'twilio-fpa;v=1',
  'twilio-fpa;v=2',
  'twilio-pkrv;v=1',
  sid('AC'),
  sid('SK'),
  sid('AC').slice(0, -1),
  sid('AC').toLowerCase(),
  'AC1',
  'undefined',
  [],
  ['HS256'],
  [null],
  [{}],
  {},
]
const members = {
  header: ['alg', 'typ', 'cty', 'twr', 'crit', 'kid'],
  claims: [
    ...['iss', 'sub', 'exp', 'nbf', 'iat', 'jti', 'scope', 'grants', 'policies', 'version'],
    ...['account_sid', 'workspace_sid', 'channel'],
  ],
  inside: ['identity', 'voice', 'url', 'method', 'allow', 'query_filter', 'post_filter'],
}

async function expectOneAnswer(token: string, secret: string, at = now): Promise<boolean> {
  const rejection = await verify(token, secret, { now: at }).then(
    () => undefined,
    (error: unknown) => error,
  )
  if (rejection === undefined) return true
  expect(rejection).toBeInstanceOf(TokenError)
  const findings = await diagnose(token, { secret, now: at })
  const errors = findings.filter(({ severity }) => severity === 'error')
  expect(errors, `${(rejection as TokenError).message}: ${token}`).not.toEqual([])
  return false
}

const write = (value: unknown) =>
  JSON.stringify(value).replaceAll(JSON.stringify(infinite), '1e999')

describe.each(Object.entries(kinds))('a token of kind %s', (_, { header, claims, inside }) => {
  it.each(Object.entries(members).flatMap(([part, names]) => names.map((name) => [name, part])))(
    'verify() rejects with %s in %s only what diagnose() has an error for',
    async (name, part) => {
      for (const value of values) {
        const changed = { [name]: value }
        const token = await sign(
          write({ ...header, ...(part === 'header' && changed) }),
          write({
            ...claims,
            ...(part === 'claims' && changed),
            ...(part === 'inside' && inside(changed)),
          }),
          secret,
        )
        await expectOneAnswer(token, secret)
      }
    },
  )

  it('verify() and diagnose() accept it, and neither accepts another secret, header or time', async () => {
    const token = await sign(header, claims, secret)
    expect(await expectOneAnswer(token, secret)).toBe(true)
    expect(await diagnose(token, { secret, now })).not.toContainEqual(
      expect.objectContaining({ severity: 'error' }),
    )
    expect(await expectOneAnswer(token, 'another secret of somebody')).toBe(false)
    expect(await expectOneAnswer(token, secret, now + 900)).toBe(false)
    for (const alg of ['none', 'HS384', 'RS256'])
      expect(await expectOneAnswer(await sign({ ...header, alg }, claims, secret), secret)).toBe(
        false,
      )
  })

  it('verify() rejects a cut or wrapped text only if diagnose() has an error for it', async () => {
    const token = await sign(header, claims, secret)
    for (let at = 0; at < token.length; at += 7) {
      expect(await expectOneAnswer(token.slice(0, at), secret)).toBe(false)
      if (at > 0) expect(await expectOneAnswer(token.slice(at), secret)).toBe(false)
    }
    for (const around of [' ', '\n', '"', "'", 'Bearer ', '.', '\u200b', '='])
      for (const text of [`${around}${token}`, `${token}${around}`])
        expect(await expectOneAnswer(text, secret)).toBe(false)
  })
})

describe('texts', () => {
  const parts = ['', 'e30', 'e30=', 'eyJ', 'W10', 'bnVsbA', encode('\ufeff{}'), encode(header)]

  it('verify() rejects no three parts that diagnose() has no error for', async () => {
    for (const first of parts)
      for (const second of parts)
        for (const third of ['', 'abcd', await mac(inputOf(header, {}), secret)])
          expect(await expectOneAnswer(`${first}.${second}.${third}`, secret)).toBe(false)
  })

  it('verify() rejects a text that is too long, and so does diagnose()', async () => {
    const token = await sign(header, { ...capability, note: 'x'.repeat(60_000) }, secret)
    expect(await expectOneAnswer(token, secret)).toBe(false)
  })
})

describe('vectors', () => {
  const others = otherLibraries.flatMap(({ source, vectors }) =>
    vectors.flatMap((vector) =>
      'jwt' in vector && vector.jwt && 'key' in vector
        ? [{ title: `${vector.case} of ${source}`, token: vector.jwt, secret: vector.key }]
        : [],
    ),
  )
  const vectors = [
    ...capabilityVectors.map(({ jwt, authToken, now }) => ({
      title: 'a capability token of twilio-python',
      token: jwt,
      secret: authToken,
      now,
    })),
    ...accessVectors.map(({ jwt, secret, now }) => ({
      title: 'an access token of twilio-node',
      token: jwt,
      secret,
      now,
    })),
    ...others.map((vector) => ({ ...vector, now: 1400000000 })),
  ]

  it.each(vectors)('verify() and diagnose() agree about vector %#, $title', async (vector) => {
    const { token, secret, now } = vector
    for (const at of [now, now + 86_401, Math.max(0, now - 86_401)])
      await expectOneAnswer(token, secret, at)
    expect(await expectOneAnswer(token, `${secret}, changed`, now)).toBe(false)
  })
})
