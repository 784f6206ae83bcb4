import { jwtVerify, SignJWT } from 'jose'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Environment, Terminal } from '../../lib/cli/command.ts'
import { main } from '../../lib/cli/main.ts'
import { AccessToken, inspect, TaskRouterCapability, TwilioCapability } from '../../lib/index.ts'
import { formatDuration, formatTime } from '../../lib/report/times.ts'
import { programs, root } from '../runtimes/find.mjs'
import { installRuntimes } from '../runtimes/install.mjs'
import { run } from '../runtimes/run.mjs'
import { installTarball } from '../runtimes/serve.mjs'

const account = {
  TWILIO_ACCOUNT_SID: 'AC283fefc63f0cd0e873a0000c6d07ef7b',
  TWILIO_AUTH_TOKEN: '8319002d3167d53e5753dc98fa36a100',
  TWILIO_API_KEY: 'SK123123',
  TWILIO_API_SECRET: 'the secret of that API key',
}
const {
  TWILIO_ACCOUNT_SID: accountSid,
  TWILIO_AUTH_TOKEN: authToken,
  TWILIO_API_KEY: keySid,
  TWILIO_API_SECRET: keySecret,
} = account
const application = 'APabe7650f654fc34655fc81ae71caa3ff'
const pipe: Terminal = {
  isTTY: { stdin: false, stdout: false, stderr: false },
  readInput: () => Promise.resolve(''),
  readPage: () => Promise.resolve('<p>'),
}
const screen: Terminal = { ...pipe, isTTY: { stdin: true, stdout: true, stderr: true } }
const alone = /^eyJ[\w-]+\.[\w-]+\.[\w-]{43}\n$/

// Runs the tool as a function; in no case may it show a secret.
async function tool(
  args: readonly string[],
  environment: Environment = account,
  terminal: Partial<Terminal> = {},
) {
  const result = await main(args, environment, { ...pipe, ...terminal }, '1.2.3')
  for (const secret of [authToken, keySecret])
    expect(result.stdout + result.stderr).not.toContain(secret)
  return result
}

const words = (line: string) => line.split(' ')
const capability = new TwilioCapability(accountSid, authToken)
const alice = () => new TwilioCapability(accountSid, authToken).allowClientIncoming('Alice')
const voice = (secret = keySecret) =>
  new AccessToken(accountSid, keySid, secret, { identity: 'alice' }).grantVoice({
    incomingAllow: true,
  })

describe('capability', () => {
  it('prints the token alone', async () => {
    const args = words(
      `--incoming Alice --outgoing ${application} --param city=Oslo --param tag=a --param tag=b=c --events --expires 600`,
    )
    const { status, stdout, stderr } = await tool(['capability', ...args])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(alone)
    const { payload } = await jwtVerify(stdout.trim(), new TextEncoder().encode(authToken), {
      issuer: accountSid,
    })
    expect((payload.exp ?? 0) - Date.now() / 1000).toBeCloseTo(600, -1)
    expect(inspect(stdout.trim())).toMatchObject({
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

  it('allows what is asked for alone, for an hour, and says so on a terminal', async () => {
    const { stdout, stderr } = await tool(['capability', '--outgoing', application], account, {
      isTTY: { ...pipe.isTTY, stderr: true },
    })
    expect(stdout).toMatch(alone)
    expect(stderr.split('\n')).toEqual([
      '',
      '\x1b[1mcapability token\x1b[0m',
      `  account: ${accountSid}`,
      '  scopes:',
      `    outgoing calls through ${application}`,
      expect.stringMatching(/^expires in 1 h \(20[\d-]+T[\d:]+Z\)$/),
      '',
    ])
    expect(inspect((await tool(['capability', '--events'])).stdout.trim())).toMatchObject({
      scopes: [{ kind: 'events' }],
    })
  })
})

describe('access', () => {
  it('prints the token alone', async () => {
    const args = words(
      `--identity alice --voice-incoming --voice-outgoing ${application} --param city=Oslo --param tag=a --param tag=b --video standup --chat IS123 --sync default --region ie1 --expires 600`,
    )
    const { status, stdout, stderr } = await tool(['access', ...args])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(alone)
    const { payload } = await jwtVerify(stdout.trim(), new TextEncoder().encode(keySecret), {
      issuer: keySid,
      subject: accountSid,
    })
    expect((payload.exp ?? 0) - Date.now() / 1000).toBeCloseTo(600, -1)
    expect(inspect(stdout.trim())).toMatchObject({
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
    ['--sync IS123', { data_sync: { service_sid: 'IS123' } }],
  ])('takes %s', async (line, grants) => {
    const { stdout } = await tool(['access', '--identity', 'alice', ...words(line)])
    expect(inspect(stdout.trim())).toMatchObject({
      expires: Math.floor(Date.now() / 1000) + 3600,
      grants,
    })
    expect(inspect(stdout.trim())).toHaveProperty('grants', grants)
  })
})

describe('inspect', () => {
  it('says what a capability token holds, and finds nothing worse than its age', async () => {
    const token = await alice()
      .allowClientOutgoing(application, { city: 'Oslo', tags: ['a', 'b'] })
      .allowEventStream({ CallSid: 'CA1' })
      .generate({ expires: 599 })
    const { status, stdout, stderr } = await tool(['inspect', token])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout.split('\n')).toEqual([
      'capability token',
      `  account: ${accountSid}`,
      '  scopes:',
      '    incoming calls as Alice',
      `    outgoing calls through ${application} as Alice`,
      '      city: Oslo',
      '      tags: a',
      '      tags: b',
      '    events at /2010-04-01/Events',
      '      CallSid: CA1',
      expect.stringMatching(/^expires in 9 min 5\d s \(20[\d-]+T[\d:]+Z\)$/),
      'signed with TWILIO_AUTH_TOKEN',
      '',
      'warning 20101: Invalid access token',
      '  this is a capability token: they are deprecated, and only Voice in US1 takes them',
      '  Move over with AccessToken.fromCapability',
      '',
    ])
  })

  it('says what an access token holds', async () => {
    const access = new AccessToken(accountSid, keySid, keySecret, {
      identity: 'alice',
      region: 'ie1',
      notBefore: 1_700_000_000,
    })
    access.grantVideo().grant('odd', {
      list: [1, null, true],
      deep: { a: { b: { c: { d: { e: { f: { g: { h: { i: 1 } } } } } } } } },
    })
    const { status, stdout } = await tool(['inspect', await access.generate()])
    expect(status).toBe(0)
    for (const line of [
      'access token',
      `  key: ${keySid}`,
      '  identity: alice',
      '  region: ie1',
      '  good from: 2023-11-14T22:13:20Z',
    ])
      expect(stdout.split('\n')).toContain(line)
    expect(stdout).toMatch(
      / {2}grants:\n {4}video: \{\}\n {4}odd:\n {6}list:\n {8}0: 1\n {8}1: null\n {8}2: true\n {6}deep:\n/,
    )
    expect(stdout).toMatch(/ h:\n +…\n/)
    expect(stdout).toMatch(/signed with TWILIO_API_SECRET\n\nnothing to find fault with\n$/)
  })

  it('says what a TaskRouter token holds', async () => {
    const router = new TaskRouterCapability(accountSid, authToken, 'WS123')
    router.deny('https://example.com/*', 'POST', { postFilter: { Name: { required: true } } })
    const { status, stdout } = await tool(['inspect', await router.generate()])
    expect(status).toBe(0)
    expect(stdout).toContain(
      `TaskRouter token\n  account: ${accountSid}\n  workspace: WS123\n  channel: WS123\n  policies:\n    allow GET https:`,
    )
    expect(stdout).toContain(
      '    deny POST https://example.com/*\n      post:\n        Name:\n          required: true\nexpires',
    )
    expect(stdout).toContain('signed with TWILIO_AUTH_TOKEN\n')
  })

  it('shows what steers a terminal as what it is', async () => {
    const scope = `scope:client:incoming?clientName=${encodeURIComponent('\x1b[2J\u202e\u009b')} scope:odd`
    const token = await new SignJWT({ scope, iss: accountSid, exp: 2 ** 45 })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .sign(new Uint8Array(32))
    const { status, stdout } = await tool(['inspect', token], { NO_COLOR: '1' }, screen)
    expect(status).toBe(1)
    expect(stdout).toContain(
      'incoming calls as \\u{1b}[2J\\u{202e}\\u{9b}\n    unknown: scope:odd\n',
    )
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })

  it.each([
    ['no argument', ['inspect']],
    ['-', ['inspect', '-']],
  ])('reads standard input with %s', async (_, args) => {
    const token = await capability.generate()
    const { status, stdout } = await tool(args, account, {
      readInput: () => Promise.resolve(`${token}\n`),
    })
    expect(status).toBe(0)
    expect(stdout).toContain('  scopes:')
  })

  it('prints JSON for machines', async () => {
    const token = await voice().generate()
    const good = await tool(['inspect', '--json', token])
    expect(good.status).toBe(0)
    expect(JSON.parse(good.stdout)).toEqual({ contents: inspect(token), findings: [] })
    const bad = await tool(['inspect', '--json', 'no token'], account, screen)
    expect(bad.status).toBe(1)
    expect(JSON.parse(bad.stdout)).toEqual({
      contents: null,
      findings: [
        {
          code: 20101,
          severity: 'error',
          title: expect.any(String),
          detail: expect.any(String),
          fix: expect.any(String),
        },
      ],
    })
  })

  it('prints JSON that shows nothing but itself, and says the same', async () => {
    const identity = 'a\u202eb\u009bc\u{e0041}\u2028"\\\n'
    const token = await new AccessToken('AC123123', 'SK123123', 'secret', { identity }).generate()
    const { stdout } = await tool(['inspect', '--json', token])
    expect(stdout).toContain(String.raw`"identity": "a\u202eb\u009bc\udb40\udc41\u2028\"\\\n"`)
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
    expect(JSON.parse(stdout)).toHaveProperty('contents.identity', identity)
  })

  it('prints findings as JSON, also of contents that are nested too deep to be', async () => {
    const part = (text: string) => Buffer.from(text).toString('base64url')
    const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const claims = `{"grants":{"identity":"a","x":${nested}},"iss":"SK1","sub":"AC1","exp":4000000000}`
    const { status, stdout } = await tool([
      'inspect',
      '--json',
      `${part('{"alg":"HS256","typ":"JWT","cty":"twilio-fpa;v=1"}')}.${part(claims)}.`,
    ])
    expect(status).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      contents: null,
      findings: expect.arrayContaining([expect.objectContaining({ severity: 'error' })]),
    })
  })

  it('finds what is wrong, with exit status 1', async () => {
    const now = Math.floor(Date.now() / 1000)
    const expired = await tool([
      'inspect',
      await voice().generate({ now: now - 780, expires: 600 }),
    ])
    expect(expired.status).toBe(1)
    expect(expired.stdout).toMatch(
      /^expired 3 min( \d s)? ago \(20.*Z\)\nsigned with TWILIO_API_SECRET\n\nerror 20104: .*\n {2}exp is .*\n {2}Make a new token/m,
    )
    const none = await tool(['inspect', 'eyJ'])
    expect(none.status).toBe(1)
    expect(none.stdout).toMatch(/^no token that can be read\n\nerror 20101: /)
  })

  it.each([
    [
      'an access token by another secret',
      voice('another'),
      account,
      1,
      'not signed with TWILIO_API_SECRET',
      20107,
    ],
    [
      'an access token by the auth token',
      voice(authToken),
      account,
      1,
      'signed with TWILIO_AUTH_TOKEN, where Twilio wants TWILIO_API_SECRET',
      20107,
    ],
    [
      'the same without the API secret',
      voice(authToken),
      { TWILIO_AUTH_TOKEN: authToken },
      1,
      'where Twilio wants TWILIO_API_SECRET',
      20107,
    ],
    [
      'an access token, the auth token alone',
      voice(),
      { TWILIO_AUTH_TOKEN: authToken },
      0,
      'not checked: TWILIO_API_SECRET is not set',
      0,
    ],
    [
      'a capability token without secrets',
      alice(),
      { TWILIO_AUTH_TOKEN: '' },
      0,
      'not checked: TWILIO_AUTH_TOKEN is not set',
      0,
    ],
    [
      'a capability token by another',
      alice(),
      { TWILIO_AUTH_TOKEN: 'x' },
      1,
      'not signed with TWILIO_AUTH_TOKEN',
      31202,
    ],
  ])('checks the signature of %s', async (_, builder, environment, status, verdict, code) => {
    const result = await tool(['inspect', await builder.generate()], environment)
    expect(result.status).toBe(status)
    expect(result.stdout).toContain(`${verdict}\n`)
    if (code > 0) expect(result.stdout).toContain(`error ${code}: `)
  })

  it('is coloured on a terminal, and not where NO_COLOR is', async () => {
    const tokens = await Promise.all([
      voice().generate(),
      voice('another').generate(),
      alice().generate(),
    ])
    const coloured = await Promise.all(
      tokens.map((token) => tool(['inspect', token], account, screen)),
    )
    expect(
      coloured.map(({ stdout }) => [...stdout.matchAll(/\x1b\[(\d+)m/g)].map(([, code]) => code)),
    ).toEqual([
      ['1', '0', '32', '0'],
      ['1', '0', '31', '0'],
      ['1', '0', '33', '0'],
    ])
    for (const terminal of [pipe, screen]) {
      const { stdout } = await tool(
        ['inspect', tokens[0]],
        { ...account, ...(terminal.isTTY.stdout && { NO_COLOR: '1' }) },
        terminal,
      )
      expect(stdout).not.toContain('\x1b')
    }
  })
})

describe('help', () => {
  it.each(['capability', 'access', 'inspect', 'page'])('shows an example of %s', async (name) => {
    const { status, stdout, stderr } = await tool([name, '--help'], {})
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/^Usage: twilio-tokens .*\n[^]*\nExamples?:\n {2}twilio-tokens /)
    expect(await tool(['help', name], {})).toEqual(await tool([name, '-h'], {}))
  })

  it('shows an example of each command', async () => {
    const { status, stdout } = await tool(['--help'], {})
    expect(status).toBe(0)
    for (const name of ['capability', 'access', 'inspect', 'page'])
      expect(stdout).toMatch(new RegExp(`Examples:[^]* twilio-tokens ${name}`))
  })

  it('tells the version', async () => {
    expect(await tool(['--version'], {})).toEqual({ status: 0, stdout: '1.2.3\n', stderr: '' })
  })
})

describe('wrong usage', () => {
  it.each<[string, string, Environment, string]>([
    ['no command', '', account, 'There is no such command'],
    ['an unknown command', 'mint', account, 'There is no such command'],
    ['nothing to allow', 'capability', account, 'Say what the token allows'],
    [
      'no account',
      'capability --incoming Alice',
      {},
      'Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN in the environment',
    ],
    [
      'half an account',
      'capability --incoming Alice',
      { TWILIO_ACCOUNT_SID: 'AC1' },
      'Set TWILIO_AUTH_TOKEN in the environment',
    ],
    [
      'an empty auth token',
      'capability --events',
      { ...account, TWILIO_AUTH_TOKEN: '' },
      'Set TWILIO_AUTH_TOKEN in',
    ],
    [
      'a wrong account',
      'capability --events',
      { ...account, TWILIO_ACCOUNT_SID: authToken },
      'Cannot use TWILIO_ACCOUNT_SID: it must',
    ],
    ['a wrong name', 'capability --incoming Zoë', account, 'Cannot use --incoming: it must be'],
    ['an empty name', 'capability --incoming=', account, 'Cannot use --incoming: it must be'],
    [
      'a wrong application',
      'capability --outgoing Alice',
      account,
      'Cannot use --outgoing: it must be',
    ],
    [
      'a wrong lifetime',
      'capability --events --expires 1h',
      account,
      'Cannot use --expires: it must be',
    ],
    ['no lifetime', 'capability --events --expires 0', account, 'Cannot use --expires: it must be'],
    [
      'a param without a value',
      `capability --outgoing ${application} --param city`,
      account,
      'Cannot use --param: it must be name=value',
    ],
    [
      'a param without an application',
      'capability --events --param a=b',
      account,
      'Cannot use --param: it must be left out',
    ],
    [
      'a secret on the command line',
      `capability --auth-token ${authToken}`,
      account,
      "Unknown option '--auth-token'",
    ],
    [
      'a secret, with =',
      `access --api-secret=${authToken}`,
      account,
      "Unknown option '--api-secret'",
    ],
    [
      'a secret among the options',
      `capability --events ${authToken}`,
      account,
      'Cannot use argument 1',
    ],
    ['nobody', 'access --voice-incoming', account, 'Say who holds the token'],
    ['nothing to grant', 'access --identity alice', account, 'Say what the token grants'],
    [
      'no key',
      'access --identity alice --video',
      { TWILIO_ACCOUNT_SID: 'AC1' },
      'Set TWILIO_API_KEY and TWILIO_API_SECRET in',
    ],
    [
      'a wrong key',
      'access --identity alice --video',
      { ...account, TWILIO_API_KEY: authToken },
      'Cannot use TWILIO_API_KEY',
    ],
    [
      'a wrong region',
      'access --identity alice --video --region IE1',
      account,
      'Cannot use --region',
    ],
    ['a wrong service', 'access --identity alice --chat x', account, 'Cannot use --chat or --sync'],
    ['two tokens', 'inspect a b', account, 'Cannot use argument 2'],
    ['an unknown option', 'inspect --secret', account, "Unknown option '--secret'"],
    ['a wrong port', 'page --port 65536', account, 'Cannot use --port'],
    ['an empty token', 'inspect -', account, 'this one is empty'],
  ])('is %s: exit status 2, with the usage', async (_, line, environment, message) => {
    const { status, stdout, stderr } = await tool(words(line), environment)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).toContain('Usage: twilio-tokens')
  })

  it('is no argument at all, and no token on a terminal', async () => {
    expect(await tool([])).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('Name a command'),
    })
    expect(await tool(['inspect'], account, screen)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Name a token, or send'),
    })
  })
})

describe('times', () => {
  it.each([
    [0, '0 s'],
    [0.5, '0 s'],
    [59, '59 s'],
    [180, '3 min'],
    [598, '9 min 58 s'],
    [3605, '1 h'],
    [90_000, '1 d 1 h'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text)
  })

  it('are shown even where no calendar has them', () => {
    expect(formatTime(1e300)).toBe('second 1e+300')
    expect(formatTime(1.5)).toBe('1970-01-01T00:00:01.500Z')
  })
})

await installRuntimes()

// With no more leave than it needs: to read the variables that it looks at.
const deno = ['run', '--no-prompt', `--allow-env=${[...Object.keys(account), 'NO_COLOR'].join()}`]
const isNeeded = process.env['CI'] !== undefined // there a runtime that is missing is a failure

describe.each([
  { runtime: 'Node', program: process.execPath, args: [], bin: undefined },
  { runtime: 'Deno', program: programs.deno(), args: deno, bin: undefined },
  {
    runtime: 'Deno, by the name in the README',
    program: programs.deno(),
    args: ['run', '--no-prompt', '--allow-env'],
    bin: 'npm:twilio-tokens',
  },
  { runtime: 'Bun', program: programs.bun(), args: [], bin: undefined },
])('the packed command in $runtime', ({ program = '', args, bin }) => {
  let folder: string
  let command: string
  let env: NodeJS.ProcessEnv
  const start = (...words: string[]) =>
    run(program, [...args, command, ...words], { cwd: folder, env })
  const served = args.length > 0 ? ['--allow-net', '--allow-read'] : []

  beforeAll(async () => {
    folder = await installTarball()
    command = bin ?? join(folder, 'node_modules/.bin/twilio-tokens')
    env = { ...account, HOME: folder, DENO_NO_UPDATE_CHECK: '1' }
  }, 120_000)

  afterAll(() => rm(folder, { recursive: true, force: true }))

  it.skipIf(program === '' && !isNeeded)(
    'makes tokens, inspects them, and ends with each status',
    async () => {
      const made = await start(
        'capability',
        '--incoming',
        'Alice',
        '--outgoing',
        application,
        '--param',
        'city=Oslo',
        '--expires',
        '600',
      )
      expect(made).toEqual({ status: 0, stdout: expect.stringMatching(alone), stderr: '' })
      const access = await start('access', '--identity', 'alice', '--video', '--voice-incoming')
      expect(access).toEqual({ status: 0, stdout: expect.stringMatching(alone), stderr: '' })
      const sound = await start('inspect', access.stdout.trim())
      expect(sound).toEqual({
        status: 0,
        stdout: expect.stringContaining('signed with TWILIO_API_SECRET'),
        stderr: '',
      })
      const json = await start('inspect', made.stdout.trim(), '--json')
      expect(JSON.parse(json.stdout)).toMatchObject({
        contents: inspect(made.stdout.trim()),
        findings: [{ code: 20101 }],
      })
      expect(await start('inspect', 'eyJ')).toMatchObject({ status: 1, stderr: '' })
      expect(await start('capability', '--auth-token', 'x')).toMatchObject({
        status: 2,
        stdout: '',
        stderr: expect.stringContaining('Usage'),
      })
      expect((await start('inspect')).stderr).toContain('this one is empty') // standard input has ended
      expect((await start('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    },
  )

  it.skipIf(program === '' && !isNeeded)('serves the token page', async () => {
    const server = spawn(program, [...args, ...served, command, 'page'], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      const [line] = (await once(server.stdout, 'data')) as [Buffer]
      const response = await fetch(line.toString().trim())
      expect(response.status).toBe(200)
      expect(response.headers.get('content-security-policy')).toContain("connect-src 'none'")
      expect(await response.text()).toBe(
        await readFile(join(folder, 'node_modules/twilio-tokens/dist/page.html'), 'utf8'),
      )
    } finally {
      server.kill()
    }
  })
})

// What differs from run to run.
const masked = (text: string) =>
  text
    .replace(/eyJ[\w.-]+/g, 'TOKEN')
    .replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, 'UUID')
    .replace(/\d{4}-\d\d-\d\dT[\d:]+Z/g, 'DATE')
    .replace(/"expires": \d+/g, '"expires": NUMBER')
    .replace(/in (10 min|9 min \d+ s|\d+ d( \d+ h)?) \(/g, 'in TIME (')

describe.skipIf(process.platform === 'win32')('the README', () => {
  it('shows what the packed command prints', async () => {
    const readme = await readFile(join(root, 'README.md'), 'utf8')
    const sessions = [...readme.matchAll(/^```console\n(.*?)^```$/gms)].map(([, session = '']) =>
      session.split('\n'),
    )
    const commands = sessions.flat().filter((line) => line.startsWith('$ '))
    const printed = sessions.flat().filter((line) => !line.startsWith('$ ') && line !== '')
    const folder = await installTarball()
    try {
      const script = ['exec 2>&1', ...commands.map((line) => line.slice(2))].join('\n')
      const { stdout } = await run('sh', ['-c', script], {
        cwd: folder,
        env: { PATH: process.env['PATH'], HOME: folder, npm_config_update_notifier: 'false' },
      })
      expect(commands.length).toBeGreaterThan(3)
      expect(masked(stdout).split('\n').filter(Boolean)).toEqual(printed.map(masked))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})

describe('demo', () => {
  const demo = (args: string[], env: NodeJS.ProcessEnv) =>
    run(process.execPath, [join(root, 'spec/scripts/demo.mjs'), ...args], { env })

  it('prints a token for a sample account, and what it holds', async () => {
    const { status, stdout, stderr } = await demo([], {})
    expect(status).toBe(0)
    expect(stderr).toContain('Made for the sample account')
    expect(stdout).toMatch(
      /^eyJ[\w-]+\.[\w-]+\.[\w-]{43}\n\ncapability token\n {2}account: AC123123\n/,
    )
    expect(stdout).toMatch(/ {4}incoming calls as Alice\n[^]*\nexpires in (10 min|9 min 5\d s) \(/)
  })

  it('takes the account, and what to allow', async () => {
    const { status, stdout, stderr } = await demo(['--incoming', 'Bob'], account)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain(
      `account: ${accountSid}\n  scopes:\n    incoming calls as Bob\nexpires in`,
    )
    expect(await demo(['--expires', '0'], account)).toMatchObject({ status: 2, stdout: '' })
    expect(await demo([], { TWILIO_ACCOUNT_SID: 'AC1' })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Set TWILIO_AUTH_TOKEN'),
    })
  })
})
