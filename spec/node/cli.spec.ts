// The commands that generate tokens.

import { jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { inspect } from '../../lib/index.ts'
import { account, application, pipe, tokenAlone, tool, words } from './tool.ts'

const {
  TWILIO_ACCOUNT_SID: accountSid,
  TWILIO_AUTH_TOKEN: authToken,
  TWILIO_API_KEY: keySid,
  TWILIO_API_SECRET: keySecret,
} = account
const seconds = () => Math.floor(Date.now() / 1000)

/** Expects that a time is so many seconds after the clock was read, which was not before `start`. */
function expectTime(time: unknown, start: number, delay: number): void {
  expect(time).toBeGreaterThanOrEqual(start + delay)
  expect(time).toBeLessThanOrEqual(seconds() + delay)
}

async function generate(line: string) {
  const { status, stdout, stderr } = await tool(words(line))
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatch(tokenAlone)
  return stdout.trim()
}

describe('capability', () => {
  it('capability prints only the token', async () => {
    const start = seconds()
    const token = await generate(
      `capability --incoming Alice --outgoing ${application} --param city=Oslo --param tag=a --param tag=b=c --events --expires 600`,
    )
    const { payload } = await jwtVerify(token, new TextEncoder().encode(authToken), {
      issuer: accountSid,
    })
    expectTime(payload.exp, start, 600)
    expect(inspect(token)).toMatchObject({
      scopes: [
        { kind: 'incoming', clientName: 'Alice' },
        {
          kind: 'outgoing',
          applicationSid: application,
          clientName: 'Alice',
          params: { city: 'Oslo', tag: ['a', 'b=c'] },
        },
        { kind: 'events' },
      ],
    })
  })

  it('capability allows only what it is asked for, for an hour, and shows it on a terminal', async () => {
    const { stdout, stderr } = await tool(['capability', '--outgoing', application], account, {
      isTTY: { ...pipe.isTTY, stderr: true },
    })
    expect(stdout).toMatch(tokenAlone)
    expect(stderr.split('\n')).toEqual([
      '',
      '\x1b[1mcapability token\x1b[0m',
      `  account: ${accountSid}`,
      '  scopes:',
      `    outgoing calls through ${application}`,
      expect.stringMatching(/^expires in 1 h \(20[\d-]+T[\d:]+Z\)$/),
      '',
    ])
    expect(inspect(await generate('capability --events'))).toMatchObject({
      scopes: [{ kind: 'events' }],
    })
  })
})

describe('access', () => {
  it('access prints only the token', async () => {
    const start = seconds()
    const token = await generate(
      `access --identity alice --voice-incoming --voice-outgoing ${application} --param city=Oslo --param tag=a --param tag=b --video standup --chat IS123 --sync default --region ie1 --expires 600`,
    )
    const { payload } = await jwtVerify(token, new TextEncoder().encode(keySecret), {
      issuer: keySid,
      subject: accountSid,
    })
    expectTime(payload.exp, start, 600)
    expect(inspect(token)).toMatchObject({
      identity: 'alice',
      region: 'ie1',
      grants: {
        voice: {
          incoming: { allow: true },
          outgoing: { application_sid: application, params: { city: 'Oslo', tag: ['a', 'b'] } },
        },
        video: { room: 'standup' },
        chat: { service_sid: 'IS123' },
        data_sync: { service_sid: 'default' },
      },
    })
  })

  it.each([
    ['--video', { video: {} }],
    ['--video --voice-incoming', { voice: { incoming: { allow: true } }, video: {} }],
    ['--video=standup', { video: { room: 'standup' } }],
    [`--voice-outgoing ${application}`, { voice: { outgoing: { application_sid: application } } }],
    ['--chat IS123', { chat: { service_sid: 'IS123' } }],
    [
      '--chat IS123 --push-credential CR123',
      { chat: { service_sid: 'IS123', push_credential_sid: 'CR123' } },
    ],
    ['--sync IS123', { data_sync: { service_sid: 'IS123' } }],
    [
      '--sync IS123 --endpoint phone',
      { data_sync: { service_sid: 'IS123', endpoint_id: 'phone' } },
    ],
    [
      '--voice-incoming --push-credential CR123 --endpoint phone --chat IS123',
      {
        voice: { incoming: { allow: true }, push_credential_sid: 'CR123', endpoint_id: 'phone' },
        chat: { service_sid: 'IS123' },
      },
    ],
    ['--taskrouter WS123', { task_router: { workspace_sid: 'WS123' } }],
    [
      '--taskrouter WS123 --worker WK123 --role worker',
      { task_router: { workspace_sid: 'WS123', worker_sid: 'WK123', role: 'worker' } },
    ],
  ])('access generates the grants of %s', async (line, grants) => {
    const start = seconds()
    const contents = inspect(await generate(`access --identity alice ${line}`))
    expectTime(contents.expiresAt, start, 3600)
    expect(contents).toHaveProperty('grants', grants)
  })

  it.each([
    ['10m', 600],
    ['0s', 0],
  ])('access counts --not-before %s from now', async (delay, count) => {
    const start = seconds()
    const contents = inspect(
      await generate(`access --identity alice --video --not-before ${delay}`),
    )
    expectTime(contents.kind === 'access' && contents.notBefore, start, count)
  })

  it('access accepts a start as a time and as seconds since the epoch', async () => {
    const start = seconds() + 600
    for (const time of [String(start), new Date(start * 1000).toISOString()])
      expect(
        inspect(await generate(`access --identity alice --video --not-before ${time}`)),
      ).toMatchObject({ notBefore: start })
  })

  it('access reads variables by each of their names', async () => {
    const environment = {
      TWILIO_ACCOUNT_SID: accountSid,
      TWILIO_API_KEY: '',
      TWILIO_API_KEY_SID: keySid,
      TWILIO_API_SECRET: keySecret,
      TWILIO_API_KEY_SECRET: keySecret,
    }
    const { status, stdout } = await tool(words('access --identity alice --video'), environment)
    expect(status).toBe(0)
    expect(inspect(stdout.trim())).toMatchObject({ keySid })
  })
})

describe('taskrouter', () => {
  it.each([
    ['--workspace WS123', 'WS123', 2],
    ['--workspace WS123 --channel WQ123', 'WQ123', 2],
    ['--workspace WS123 --channel WK123', 'WK123', 5],
    ['--workspace WS123 --channel WK123 --update-activities --update-reservations', 'WK123', 8],
    ['--workspace WS123 --fetch-subresources', 'WS123', 3],
    ['--workspace WS123 --update-self', 'WS123', 3],
    ['--workspace WS123 --update-subresources', 'WS123', 3],
    ['--workspace WS123 --delete-self --delete-subresources', 'WS123', 4],
  ])('taskrouter generates a token for %s', async (line, channelSid, count) => {
    const start = seconds()
    const token = await generate(`taskrouter ${line} --expires 10m`)
    await jwtVerify(token, new TextEncoder().encode(authToken), { issuer: accountSid })
    const contents = inspect(token)
    expect(contents).toMatchObject({ workspaceSid: 'WS123', channelSid })
    expectTime(contents.expiresAt, start, 600)
    expect(contents.kind === 'taskrouter' && contents.policies.length).toBeGreaterThanOrEqual(count)
  })
})

describe('--expires', () => {
  it.each([
    ['1', 1],
    ['90s', 90],
    ['10m', 600],
    ['10min', 600],
    ['1h', 3600],
    ['1h30m', 5400],
    ['1d', 86_400],
    ['86400', 86_400],
  ])('--expires %s is %d seconds', async (text, lifetime) => {
    const start = seconds()
    const token = await generate(`capability --events --expires ${text}`)
    expectTime(inspect(token).expiresAt, start, lifetime)
  })
})

describe('--env-file', () => {
  const files: Record<string, Record<string, string>> = {
    '.env': { TWILIO_ACCOUNT_SID: 'AC55', TWILIO_AUTH_TOKEN: 'a token in a file' },
  }
  const readVariables = (file: string) =>
    files[file] === undefined
      ? Promise.reject(
          Object.assign(new Error('none'), { code: file === 'dir' ? 'EISDIR' : 'ENOENT' }),
        )
      : Promise.resolve(files[file])

  it.each([
    ['--env-file .env', {}, 'AC55'],
    ['--env-file=.env', { TWILIO_ACCOUNT_SID: '' }, 'AC55'],
    ['--env-file .env', { TWILIO_ACCOUNT_SID: accountSid }, accountSid],
  ])('%s fills in what is missing in %j', async (option, environment, sid) => {
    const line = words(`capability ${option} --events`)
    const { status, stdout, stderr } = await tool(line, environment, { readVariables })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(inspect(stdout.trim())).toMatchObject({ accountSid: sid })
  })

  it.each([
    ['--env-file none', 'no such file'],
    ['--env-file dir', 'Cannot read the file'],
    ['--env-file', 'Missing value'],
    ['--env-file=', 'empty'],
    ['--env-file .env --env-file .env', 'twice'],
  ])('%s is an error that says why', async (option, message) => {
    const result = await tool(words(`capability --events ${option}`), account, { readVariables })
    expect(result).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining(message),
    })
  })
})
