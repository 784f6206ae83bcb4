// What every example program that serves /token must do: the specs of the runtimes and of the frameworks both call it.

import { createHmac } from 'node:crypto'
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
  /** Whether it also answers webhooks. */
  hasWebhooks?: boolean
  /** Whether it also serves the softphone's page; then its runtime writes where it listens, or nothing does. */
  hasPage?: boolean
}

/** Signs a form that is posted to a path, as Twilio does; with code of its own, so that an error in lib/ cannot hide here. */
export function signForm(
  path: string,
  form: Readonly<Record<string, string>>,
  secret = settings.TWILIO_AUTH_TOKEN,
): string {
  const names = Object.keys(form).sort()
  const pairs = names.map((name) => name + String(form[name])).join('')
  return createHmac('sha1', secret)
    .update(settings.ORIGIN + path + pairs)
    .digest('base64')
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
  { isMissing = false, check, hasWebhooks = false, hasPage = false }: Expectation,
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
    expect((await fetch(`${server.url}/nothing`)).status).toBe(404)
    expect((await fetch(server.url)).status).toBe(hasPage ? 200 : 404)
    const { status } = await fetch(`${server.url}/token`, { method: 'POST' })
    expect([404, 405]).toContain(status)
  })

  it.skipIf(isMissing)(`${name} writes where it listens, but no secret and no token`, () => {
    const { TWILIO_API_SECRET, TWILIO_AUTH_TOKEN, SESSION_SECRET } = settings
    const secrets = [TWILIO_API_SECRET, TWILIO_AUTH_TOKEN, SESSION_SECRET, 'eyJ']
    for (const secret of secrets) expect(server.output()).not.toContain(secret)
    if (!name.includes('workerd') && !hasPage) expect(server.output()).toContain(server.url) // wrangler prints it for Workers
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
        ...(hasWebhooks
          ? ([
              [{ TWILIO_AUTH_TOKEN: undefined }, 'Check TWILIO_AUTH_TOKEN'],
              [{ TWILIO_NUMBER: '' }, 'Check TWILIO_NUMBER'],
            ] as const)
          : []),
      ] as const)
        expect(await outputOf(start(variables))).toContain(message)
    },
  )

  if (!hasWebhooks) return

  const post = async (
    path: string,
    form: Record<string, string>,
    signature: string | undefined = signForm(path, form),
  ) => {
    const headers = signature === '' ? [] : [['X-Twilio-Signature', signature] as [string, string]]
    const body = new URLSearchParams(form)
    const response = await fetch(server.url + path, { method: 'POST', headers, body })
    return { response, status: response.status, text: await response.text() }
  }
  const dialed = (to: string) => `<Response><Dial>${to}</Dial></Response>`

  it.skipIf(isMissing).each([
    ['a client', { To: 'bob' }, dialed('<Client>bob</Client>')],
    [
      'a number, from the number of the account',
      { To: '+15005550006' },
      '<Response><Dial callerId="+15005550001"><Number>+15005550006</Number></Dial></Response>',
    ],
    [
      'a name with the characters of a tag, which it escapes',
      { To: `</Client>&"'<Number>` },
      dialed('<Client>&#60;/Client&#62;&#38;&#34;&#39;&#60;Number&#62;</Client>'),
    ],
    ['nobody without a name', {}, '<Response><Say>Please say whom to call.</Say></Response>'],
    [
      'a client with parameters of every kind',
      {
        To: 'bob',
        z: '',
        Body: ' 50 % ü+\n&=',
        AccountSid: settings.TWILIO_ACCOUNT_SID,
        'a b': '1',
      },
      dialed('<Client>bob</Client>'),
    ],
  ])(`${name} dials %s`, async (_, form, twiml) => {
    const { response, status, text } = await post('/voice', { CallSid: 'CA1', ...form })
    expect({ status, text }).toEqual({ status: 200, text: twiml })
    expect(response.headers.get('content-type')).toMatch(/^text\/xml/)
  })

  it.skipIf(isMissing)(`${name} answers a status, and uses what it says`, async () => {
    const form = { CallSid: 'CAsigned', CallStatus: 'completed' }
    const { status, text } = await post('/status', form)
    expect({ status, text }).toEqual({ status: 204, text: '' })
    await expect.poll(() => server.output()).toContain('CAsigned is completed')
  })

  it.skipIf(isMissing).each([
    ['without a signature', () => ''],
    [
      'with another secret',
      (path: string, form: Record<string, string>) => signForm(path, form, 'x'),
    ],
    ['with other parameters', (path: string) => signForm(path, { To: 'alice' })],
    ['for another path', (_: string, form: Record<string, string>) => signForm('/other', form)],
  ])(`${name} answers 403 to a webhook %s, and does nothing`, async (_, forge) => {
    for (const path of ['/voice', '/status']) {
      const form = { To: 'bob', CallSid: 'CAforged', CallStatus: 'completed' }
      const { status, text } = await post(path, form, forge(path, form))
      expect({ status, body: JSON.parse(text) }).toEqual({
        status: 403,
        body: { error: 'Not signed by Twilio' },
      })
    }
    const form = { CallSid: 'CAlater', CallStatus: 'completed' }
    expect((await post('/status', form)).status).toBe(204)
    await expect.poll(() => server.output()).toContain('CAlater is completed')
    expect(server.output()).not.toContain('CAforged')
  })
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
