// What every example program that serves /token must do: the specs of the runtimes and of the frameworks both call it.

import { jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sessionCookie } from '../examples/session.mjs'
import { settings, type start } from '../runtimes/serve.mjs'

type Server = Awaited<ReturnType<typeof start>>
type Start = (variables: Record<string, string | undefined>) => Promise<Server>

interface Answer {
  identity: string
  token: string
  expires: number
}

interface Expectation {
  /** Whether the runtime cannot be had, so that nothing is tested. */
  isMissing?: boolean
  /** Checks a token with another library, and returns what it grants. */
  check: (token: string, identity: string) => Promise<{ exp?: number }>
}

/** Checks an access token, and what it grants. */
export async function grantsOf(token: string, identity: string): Promise<{ exp?: number }> {
  const { TWILIO_ACCOUNT_SID, TWILIO_API_KEY, TWILIO_API_SECRET, TWILIO_APPLICATION_SID } = settings
  const { payload } = await jwtVerify(token, new TextEncoder().encode(TWILIO_API_SECRET), {
    algorithms: ['HS256'],
    issuer: TWILIO_API_KEY,
    subject: TWILIO_ACCOUNT_SID,
  })
  expect(payload['grants']).toEqual({
    identity,
    voice: { incoming: { allow: true }, outgoing: { application_sid: TWILIO_APPLICATION_SID } },
  })
  return payload
}

/** Checks a capability token, and its scopes. */
export async function scopesOf(token: string, identity: string): Promise<{ exp?: number }> {
  const { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_APPLICATION_SID } = settings
  const { payload } = await jwtVerify(token, new TextEncoder().encode(TWILIO_AUTH_TOKEN), {
    algorithms: ['HS256'],
    issuer: TWILIO_ACCOUNT_SID,
  })
  expect(payload['scope']).toBe(
    `scope:client:incoming?clientName=${identity} scope:client:outgoing?appSid=${TWILIO_APPLICATION_SID}&clientName=${identity}`,
  )
  return payload
}

/** Declares the tests of a program that serves /token. */
export function testTokenServer(
  name: string,
  start: Start,
  { isMissing = false, check }: Expectation,
): void {
  const isCapability = check === scopesOf
  let server: Server

  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(server.url + path, init)
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
    expect(response.headers.get('cache-control')).toBe('no-store')
    return { status: response.status, body: (await response.json()) as Partial<Answer> }
  }
  const askAs = async (user: string, secret = settings.SESSION_SECRET) =>
    ask('/token', { headers: { cookie: await sessionCookie(user, secret) } })

  beforeAll(async () => {
    if (!isMissing) server = await start({})
  }, 120_000)

  afterAll(async () => {
    if (isMissing) return
    await server.stop()
    await expect(fetch(server.url)).rejects.toThrow() // nothing of it is left
  })

  it.skipIf(isMissing)(
    `${name} answers concurrent requests with tokens that another library verifies`,
    async () => {
      const users = Array.from({ length: 100 }, (_, i) => `client_${i}`)
      const askAndCheck = async (identity: string) => {
        const { status, body } = await askAs(identity)
        expect(status).toBe(200)
        expect(body).toEqual({ identity, token: expect.any(String), expires: 600 })
        const { exp = 0 } = await check(body.token ?? '', identity)
        const left = exp - Date.now() / 1000
        expect(left).toBeLessThanOrEqual(600)
        expect(left).toBeGreaterThan(570)
      }
      await Promise.all(users.map(askAndCheck))
    },
  )

  it.skipIf(isMissing)(`${name} answers 401 without a session, or with a forged one`, async () => {
    const refused = { status: 401, body: { error: 'Sign in first' } }
    expect(await ask('/token?identity=alice')).toEqual(refused)
    expect(await askAs('alice', 'another secret')).toEqual(refused)
    const cookie = (await sessionCookie('alice', settings.SESSION_SECRET)).replace('alice', 'bob')
    expect(await ask('/token', { headers: { cookie } })).toEqual(refused)
  })

  it.skipIf(isMissing)(`${name} answers 400 to a user who cannot be a client`, async () => {
    for (const user of ['Al ice', 'Zoë', '<script>', 'a'.repeat(257)]) {
      const { status, body } = await askAs(user)
      expect({ status, body }).toEqual({
        status: 400,
        body: {
          error: expect.stringMatching(/^\w+Error: Cannot use (identity|clientName): it must be /),
        },
      })
    }
  })

  it.skipIf(isMissing)(`${name} answers 404 or 405 to other paths and methods`, async () => {
    expect((await fetch(server.url)).status).toBe(404)
    const { status } = await fetch(`${server.url}/token`, { method: 'POST' })
    expect([404, 405]).toContain(status)
  })

  it.skipIf(isMissing)(`${name} writes where it listens, but no secret and no token`, () => {
    const { TWILIO_API_SECRET, TWILIO_AUTH_TOKEN, SESSION_SECRET } = settings
    const secrets = [TWILIO_API_SECRET, TWILIO_AUTH_TOKEN, SESSION_SECRET, 'eyJ']
    for (const secret of secrets) expect(server.output()).not.toContain(secret)
    if (!name.includes('workerd')) expect(server.output()).toContain(server.url) // wrangler prints it for Workers
  })

  it.skipIf(isMissing)(
    `${name} names a variable that is missing or wrong when it starts`,
    async () => {
      const secret = isCapability ? 'TWILIO_AUTH_TOKEN' : 'TWILIO_API_SECRET'
      const argument = isCapability ? 'authToken' : 'keySecret'
      for (const [variables, message] of [
        [{ [secret]: undefined }, `Check ${secret}: TypeError: Cannot use ${argument}: `],
        [{ [secret]: 'a secret\n' }, `Check ${secret}: TypeError: Cannot use ${argument}: `],
        [{ TWILIO_ACCOUNT_SID: 'SK123' }, 'Check TWILIO_ACCOUNT_SID: TypeError: '],
        [{ SESSION_SECRET: undefined }, 'Check SESSION_SECRET'],
      ] as const)
        expect(await outputOf(start(variables))).toContain(message)
    },
  )
}

/** What a program writes that cannot serve: it ends, or answers only 500 (Next.js). */
async function outputOf(starting: Promise<Server>): Promise<string> {
  const server = await starting.catch((error: unknown) => String(error))
  if (typeof server === 'string') return server
  const { status } = await fetch(`${server.url}/token`)
  await server.stop()
  expect(status).toBe(500)
  return server.output()
}
