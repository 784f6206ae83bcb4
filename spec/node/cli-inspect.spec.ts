// `twilio-tokens inspect`: what it accepts, what it shows, and when it fails.

import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import type { Environment } from '../../lib/cli/command.ts'
import {
  AccessToken,
  diagnose,
  inspect,
  TaskRouterCapability,
  TwilioCapability,
} from '../../lib/index.ts'
import { account, application, pipe, pipeInto, screen, tool } from './tool.ts'

const {
  TWILIO_ACCOUNT_SID: accountSid,
  TWILIO_AUTH_TOKEN: authToken,
  TWILIO_API_KEY: keySid,
  TWILIO_API_SECRET: keySecret,
} = account

const alice = () => new TwilioCapability(accountSid, authToken).allowClientIncoming('Alice')
const voice = (secret = keySecret) =>
  new AccessToken(accountSid, keySid, secret, { identity: 'alice' }).grantVoice({
    incomingAllow: true,
  })

/** Signs anything. */
const sign = (claims: object, secret = keySecret, header: object = { cty: 'twilio-fpa;v=1' }) =>
  new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT', ...header })
    .sign(new TextEncoder().encode(secret))

/** Replaces the header of a token. */
function withAlgorithm(alg: string, token: string): string {
  const header = JSON.stringify({ alg, typ: 'JWT', cty: 'twilio-fpa;v=1' })
  return token.replace(/^[^.]+/, Buffer.from(header).toString('base64url'))
}

const seconds = () => Math.floor(Date.now() / 1000)
const claims = () => ({
  grants: { identity: 'alice', voice: { incoming: { allow: true } } },
  iss: keySid,
  sub: accountSid,
  exp: seconds() + 600,
})
const json = async (args: string[], environment?: Environment) =>
  JSON.parse((await tool(['inspect', '--json', ...args], environment)).stdout) as {
    header: unknown
    claims: unknown
    contents: unknown
    signature: { checked: boolean; valid: boolean | null; signedWith: string | null }
    findings: { rule: string; pointer: string; severity: string; code: number }[]
  }
const rules = async (args: string[], environment?: Environment) =>
  (await json(args, environment)).findings.map(({ rule }) => rule)

describe('inspect', () => {
  it('inspect shows what a capability token contains', async () => {
    const token = await alice()
      .allowClientOutgoing(application, { city: 'Oslo', tags: ['a', 'b'] })
      .allowEventStream({ CallSid: 'CA1' })
      .generate({ expires: 599 })
    const { status, stdout, stderr } = await tool(['inspect', token])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout.split('\n')).toEqual([
      'capability token  ← warning: kind-deprecated',
      `  account: ${accountSid}`,
      '  scopes:',
      '    incoming calls as Alice',
      `    outgoing calls through ${application} as Alice`,
      '      city: Oslo',
      '      tags: a',
      '      tags: b',
      '    events at /2010-04-01/Events',
      '      CallSid: CA1',
      expect.stringMatching(/^expires in 9 min \d+ s \(20[\d-]+T[\d:]+Z\)$/),
      'signed with TWILIO_AUTH_TOKEN',
      '',
      'warning 20101: Invalid access token',
      '  kind-deprecated at token',
      expect.stringMatching(/^ {2}\S/),
      expect.stringMatching(/^ {2}\S/),
      '',
      'No errors, 1 warning',
      '',
    ])
  })

  it('inspect shows what an access token contains', async () => {
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
      '  valid from: 2023-11-14T22:13:20Z',
    ])
      expect(stdout.split('\n')).toContain(line)
    expect(stdout).toMatch(
      / {2}grants:\n {4}video: \{\}\n {4}odd:\n {6}list:\n {8}0: 1\n {8}1: null\n {8}2: true\n {6}deep:\n/,
    )
    expect(stdout).toMatch(/ h:\n +…\n/)
    expect(stdout).toMatch(/signed with TWILIO_API_SECRET\n\nNo problems found\n$/)
  })

  it('inspect shows what a TaskRouter token contains', async () => {
    const router = new TaskRouterCapability(accountSid, authToken, 'WS123')
    router.deny('https://taskrouter.twilio.com/*', 'POST', {
      postFilter: { Name: { required: true } },
    })
    const { status, stdout } = await tool(['inspect', await router.generate()])
    expect(status).toBe(0)
    expect(stdout).toContain(
      `TaskRouter token\n  account: ${accountSid}\n  workspace: WS123\n  channel: WS123\n  policies:\n    allow GET https:`,
    )
    expect(stdout).toContain(
      '    deny POST https://taskrouter.twilio.com/*\n      post:\n        Name:\n          required: true\nexpires',
    )
    expect(stdout).toContain('signed with TWILIO_AUTH_TOKEN\n')
  })

  it('inspect shows header and claims of a token that is not one of Twilio’s', async () => {
    const token = await sign({ sub: '1234567890', name: 'John' }, 'x', {})
    const { status, stdout } = await tool(['inspect', token])
    expect(status).toBe(1)
    expect(stdout).toMatch(/^JSON Web Token, but not one of Twilio's\n/)
    expect(stdout).toContain('  header:\n    alg: HS256\n    typ: JWT\n')
    expect(stdout).toMatch(/ {2}claims:.*kind-unknown\n {4}sub: 1234567890\n {4}name: John\n/)
  })

  it('inspect shows header and claims of a token that lacks what it needs', async () => {
    const { stdout } = await tool(['inspect', await sign({ ...claims(), exp: undefined })])
    expect(stdout).toMatch(/^access token\n {2}header:\n/)
    expect(stdout).toContain('    exp: missing  ← error: time-missing\n')
    expect(stdout).toContain('signed with TWILIO_API_SECRET\n')
  })

  it('inspect escapes what would control a terminal or is invisible', async () => {
    const scope = `scope:client:incoming?clientName=${encodeURIComponent('\x1b[2J\u202e\u009b\ufe0f')} scope:odd`
    const token = await sign({ scope, iss: accountSid, exp: 2 ** 45 }, 'x', {})
    const { status, stdout } = await tool(['inspect', token], { NO_COLOR: '1' }, screen)
    expect(status).toBe(1)
    expect(stdout).toContain(
      'incoming calls as \\u{1b}[2J\\u{202e}\\u{9b}\\u{fe0f}\n    unknown: scope:odd\n',
    )
    expect(stdout.replaceAll('\n', '')).not.toMatch(
      /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u,
    )
  })

  it('inspect is colored on a terminal, unless NO_COLOR is set', async () => {
    const tokens = [await voice().generate(), await voice('another').generate()] as const
    const colors = async (token: string, environment: Environment) =>
      [
        ...(await tool(['inspect', token], environment, screen)).stdout.matchAll(/\x1b\[(\d+)m/g),
      ].map(([, code]) => code)
    expect(await colors(tokens[0], account)).toEqual(['1', '0', '32', '0'])
    expect(await colors(tokens[1], account)).toEqual(['1', '0', '31', '0', '31', '0', '31', '0'])
    expect(await colors(tokens[1], { ...account, NO_COLOR: '1' })).toEqual([])
    expect((await tool(['inspect', tokens[1]])).stdout).not.toContain('\x1b')
  })
})

describe('what inspect reads', () => {
  const token = () => voice().generate()
  const isFine = expect.stringMatching(/signed with TWILIO_API_SECRET\n\nNo problems found\n$/)

  it.each([
    ['no argument', []],
    ['a dash', ['-']],
  ])('inspect reads standard input with %s', async (_, args) => {
    const result = await pipeInto(`\ufeff${await token()}\r\n`, ['inspect', ...args])
    expect(result).toEqual({ status: 0, stdout: isFine, stderr: '' })
  })

  it('inspect accepts white space around a token', async () => {
    expect(await tool(['inspect', `  ${await token()}\n`])).toEqual({
      status: 0,
      stdout: isFine,
      stderr: '',
    })
  })

  it.each([
    ['flat', (jwt: string) => ({ identity: 'alice', token: jwt }), 'token'],
    ['nested', (jwt: string) => ({ data: { items: [{ jwt }] } }), 'data.items[0].jwt'],
  ])('inspect takes a JSON response apart that is %s, and says so', async (_, answer, path) => {
    const response = JSON.stringify(answer(await token()), null, 2)
    const { status, stdout } = await pipeInto(response, ['inspect', '--strict'])
    expect({ status, stdout }).toEqual({ status: 0, stdout: isFine })
    expect(stdout.split('\n')[0]).toBe(`token found in a JSON response, at ${path}`)
  })

  it.each<[string, (jwt: string) => string[]]>([
    ['a header as two arguments', (jwt) => ['Bearer', jwt]],
    ['a header as one argument', (jwt) => [`Bearer ${jwt}`]],
    ['a whole header line', (jwt) => ['Authorization:', 'Bearer', jwt]],
    ['quotes', (jwt) => [`"${jwt}"`]],
    ['the bytes of Python', (jwt) => [`b'${jwt}'`]],
    ['wrapped lines', (jwt) => [jwt.replace(/.{64}/g, '$&\n')]],
    ['wrapped lines without quotes', (jwt) => jwt.replace(/.{64}(?!-)/g, '$& ').split(' ')],
    ['a URL', (jwt) => [`https://example.com/?token=${jwt}`]],
    ['an invisible character', (jwt) => [`\u200b${jwt}`]],
    ['two tokens in JSON', (jwt) => [JSON.stringify({ a: jwt, b: `${jwt}x` })]],
  ])('inspect calls %s a mistake, and shows the token all the same', async (_, args) => {
    const jwt = await token()
    const { status, stdout } = await tool(['inspect', ...args(jwt)])
    expect(status).toBe(1)
    expect(stdout).toMatch(/^access token {2}← error: text-wrapped\n/)
    expect(stdout).toContain('  identity: alice\n')
    expect(stdout).toContain('\nsigned with TWILIO_API_SECRET\n')
    expect(await rules(args(jwt))).toEqual(['text-wrapped'])
  })

  it('inspect joins lines that begin with a dash, wherever a token is broken', async () => {
    // Of so many tokens, some have a dash in any place of the signature that lets a line begin with it.
    for (let number = 0; number < 64; number++) {
      const jwt = await sign({ ...claims(), jti: `${keySid}-${number}` })
      const dash = jwt.indexOf('-', jwt.lastIndexOf('.'))
      if (dash < 0) continue
      const lines = [jwt.slice(0, dash), jwt.slice(dash)]
      if (/^[^A-Z\d]{0,19}$/.test(String(lines[1]))) continue // it may be an option
      expect(await rules(lines), jwt).toEqual(['text-wrapped'])
    }
  })

  it.each([
    ['a line of lower-case letters, which may be an option', ['eyJhbGciOiJIUzI1NiJ9.eyJ', '-abc']],
    ['an option after a whole token', [`eyJhbGciOiJIUzI1NiJ9.eyJ9.${'a'.repeat(43)}`, '-Abc1']],
    ['an option without a token', ['-Abc1']],
  ])('inspect takes %s for an option', async (_, args) => {
    const { status, stderr } = await tool(['inspect', ...args])
    expect({ status, stderr: stderr.split('\n')[0]?.slice(0, 14) }).toEqual({
      status: 2,
      stderr: 'Unknown option',
    })
  })

  it('inspect shows what is left of a token that was cut', async () => {
    const jwt = await token()
    const { status, stdout } = await tool(['inspect', jwt.slice(0, jwt.lastIndexOf('.'))])
    expect(status).toBe(1)
    expect(stdout).toMatch(/^access token {2}← error: text-cut\n/)
    expect(stdout).toContain('signature not checked: the token cannot be read\n')
  })

  it.each([
    ['a word', 'undefined'],
    ['HTML', '<!doctype html><p>Not found</p>'],
    ['a SID', accountSid],
  ])('inspect says that %s is not a token', async (_, text) => {
    const { status, stdout } = await pipeInto(text, ['inspect'])
    expect(status).toBe(1)
    expect(stdout).toMatch(/^no token that can be read {2}← error: text-other\n\nerror 20101: /)
  })
})

describe('where findings point', () => {
  it.each<[string, object, object, string, string]>([
    [
      'a member of a grant',
      { grants: { identity: 'alice', voice: { incomingAllow: true } } },
      {},
      'grant-member-name at claims.grants.voice.incomingAllow',
      '      incomingAllow: true  ← error: grant-member-name',
    ],
    [
      'a member that is missing',
      { grants: { identity: 'alice', data_sync: {} } },
      {},
      'grant-member-missing at claims.grants.data_sync.service_sid',
      '    data_sync: {}  ← error: grant-member-missing',
    ],
    [
      'a header parameter',
      {},
      { typ: 'jwt' },
      'header-typ at header.typ',
      '    typ: jwt  ← error: header-typ',
    ],
    [
      'a header parameter that is missing',
      {},
      { cty: undefined },
      'header-cty at header.cty',
      '    cty: missing  ← error: header-cty',
    ],
    [
      'a time',
      { exp: 1_700_000_000 },
      {},
      'time-expired at claims.exp',
      expect.stringMatching(/^expired .* ← error: time-expired$/) as string,
    ],
    [
      'a claim that has no line of its own',
      { iat: 'yesterday' },
      {},
      'time-form at claims.iat',
      '    iat: yesterday  ← error: time-form',
    ],
  ])('inspect marks %s', async (_, changed, header, place, line) => {
    const token = await sign({ ...claims(), ...changed }, keySecret, {
      cty: 'twilio-fpa;v=1',
      ...header,
    })
    const { status, stdout } = await tool(['inspect', token])
    expect(status).toBe(1)
    expect(stdout).toContain(`\n  ${place}\n`)
    expect(stdout.split('\n')).toContainEqual(line)
  })
})

describe('--json', () => {
  it('--json prints everything for programs', async () => {
    const token = await voice().generate()
    expect(await json([token])).toEqual({
      header: { alg: 'HS256', typ: 'JWT', cty: 'twilio-fpa;v=1' },
      claims: JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()),
      contents: inspect(token),
      signature: { checked: true, valid: true, signedWith: 'TWILIO_API_SECRET' },
      findings: [],
    })
    expect((await json([token], {})).signature).toEqual({
      checked: false,
      valid: null,
      signedWith: null,
    })
    expect((await json([await voice('another').generate()])).signature).toEqual({
      checked: true,
      valid: false,
      signedWith: null,
    })
  })

  it('--json prints the findings of the library', async () => {
    expect(await json(['no token'])).toEqual({
      header: null,
      claims: null,
      contents: null,
      signature: { checked: false, valid: null, signedWith: null },
      findings: await diagnose('no token'),
    })
  })

  it('--json escapes unsafe characters, with the same meaning', async () => {
    const identity = 'a\u202eb\u009bc\u{e0041}\u2028"\\\n'
    const token = await new AccessToken('AC123123', 'SK123123', 'secret', { identity }).generate()
    const { stdout } = await tool(['inspect', '--json', token])
    expect(stdout).toContain(String.raw`"identity": "a\u202eb\u009bc\udb40\udc41\u2028\"\\\n"`)
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
    expect(JSON.parse(stdout)).toHaveProperty('contents.identity', identity)
  })

  it('--json ends where claims are nested too deep', async () => {
    const part = (text: string) => Buffer.from(text).toString('base64url')
    const nested = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
    const text = `{"grants":{"identity":"a","x":${nested}},"iss":"SK1","sub":"AC1","exp":4000000000}`
    const token = `${part('{"alg":"HS256","typ":"JWT","cty":"twilio-fpa;v=1"}')}.${part(text)}.`
    const { status, stdout } = await tool(['inspect', '--json', token])
    expect(status).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      contents: { kind: 'access', identity: 'a' },
      findings: expect.arrayContaining([expect.objectContaining({ severity: 'error' })]),
    })
    expect((await tool(['inspect', token])).stdout).toContain('…')
  })
})

describe('secrets', () => {
  it.each([
    ['the auth token as iss', { iss: authToken }],
    ['the API secret in a room', { grants: { identity: 'a', video: { room: `x ${keySecret}` } } }],
    ['the auth token as a name', { [authToken]: 1 }],
    ['a secret that is not given', { iss: 'a'.repeat(32) }],
  ])('inspect does not show %s', async (_, changed) => {
    const token = await sign({ ...claims(), ...changed })
    for (const args of [[token], [token, '--json']]) {
      const { status, stdout } = await tool(['inspect', ...args]) // which looks for the given secrets
      expect(status).toBe(1)
      expect(stdout).toContain('secret-exposed')
      expect(stdout).not.toContain('a'.repeat(32))
    }
    expect((await tool(['inspect', token, '--json'])).stdout).toContain('(a secret)')
  })
})

describe('exit status', () => {
  it.each<[string, () => Promise<string>, number, number]>([
    ['a token without findings', () => voice().generate(), 0, 0],
    ['a token with a warning', () => alice().generate(), 0, 1],
    ['a token with an error', () => voice().generate({ now: seconds() - 7200 }), 1, 1],
  ])('inspect exits as it should for %s, and with --strict', async (_, make, status, strict) => {
    const token = await make()
    expect((await tool(['inspect', token])).status).toBe(status)
    expect((await tool(['inspect', '--strict', token])).status).toBe(strict)
    expect((await tool(['inspect', token, '--json', '--strict'])).status).toBe(strict)
  })
})

describe('signatures', () => {
  const withoutCty = () => sign(claims(), keySecret, {})
  const ofAccount = () => sign({ ...claims(), iss: accountSid }, authToken)
  const onlyAuthToken = { TWILIO_AUTH_TOKEN: authToken }

  it.each<[string, () => Promise<string>, Environment, string, string[]]>([
    ['of an access token', () => voice().generate(), account, 'signed with TWILIO_API_SECRET', []],
    [
      'by the other name of its secret',
      () => voice().generate(),
      { TWILIO_API_KEY_SECRET: keySecret },
      'signed with TWILIO_API_KEY_SECRET',
      [],
    ],
    [
      'of an access token without cty',
      withoutCty,
      account,
      'signed with TWILIO_API_SECRET',
      ['header-cty'],
    ],
    [
      'of another secret',
      () => voice('another').generate(),
      account,
      'not signed with TWILIO_API_SECRET  ← error: signature-wrong',
      ['signature-wrong'],
    ],
    [
      'of a secret with a line feed',
      () => sign(claims(), `${keySecret}\n`),
      account,
      'not signed with TWILIO_AUTH_TOKEN or TWILIO_API_SECRET  ← error: signature-secret',
      ['signature-secret'],
    ],
    [
      'of the auth token on an access token',
      () => voice(authToken).generate(),
      account,
      'signed with TWILIO_AUTH_TOKEN, but Twilio checks it with the secret of the API key in iss  ← error: signature-secret',
      ['signature-secret'],
    ],
    [
      'of the auth token, the only secret there is',
      () => voice(authToken).generate(),
      onlyAuthToken,
      'signed with TWILIO_AUTH_TOKEN, but Twilio checks it with the secret of the API key in iss  ← error: signature-secret',
      ['signature-secret'],
    ],
    [
      'of the auth token on an access token whose iss is the account',
      ofAccount,
      account,
      'signed with TWILIO_AUTH_TOKEN, but Twilio checks it with the secret of the API key in iss  ← error: signature-secret',
      ['party-kind', 'signature-secret'],
    ],
    [
      'of the API secret on a capability token',
      () => new TwilioCapability(accountSid, keySecret).generate(),
      account,
      'signed with TWILIO_API_SECRET, but Twilio checks it with the auth token of the account in iss  ← error: signature-secret',
      ['signature-secret', 'kind-deprecated', 'scope-empty'],
    ],
    [
      'of an access token if only the auth token is set',
      () => voice().generate(),
      onlyAuthToken,
      'signature not checked: TWILIO_API_SECRET is not set',
      [],
    ],
    [
      'of a capability token if no secret is set',
      () => alice().generate(),
      { TWILIO_AUTH_TOKEN: '' },
      'signature not checked: TWILIO_AUTH_TOKEN is not set',
      ['kind-deprecated'],
    ],
    [
      'of a capability token by another auth token',
      () => alice().generate(),
      { TWILIO_AUTH_TOKEN: 'another' },
      'not signed with TWILIO_AUTH_TOKEN  ← error: signature-wrong',
      ['signature-wrong', 'kind-deprecated'],
    ],
    [
      'of a token that is not one of Twilio’s if no secret is set',
      () => sign({ sub: 'x' }, 'y', {}),
      {},
      'signature not checked: neither TWILIO_AUTH_TOKEN nor TWILIO_API_SECRET is set',
      ['kind-unknown'],
    ],
    [
      'of another algorithm',
      async () => withAlgorithm('none', (await sign(claims())).replace(/[^.]+$/, '')),
      account,
      'signature not checked: its alg is not HS256',
      ['header-alg'],
    ],
    [
      'that has padding',
      async () => `${await voice().generate()}=`,
      account,
      'signed with TWILIO_API_SECRET',
      ['text-base64'],
    ],
    [
      'that has padding, of another secret',
      async () => `${await voice('another').generate()}=`,
      account,
      'not signed with TWILIO_API_SECRET  ← error: signature-wrong',
      ['text-base64', 'signature-wrong'],
    ],
  ])('inspect judges the signature %s', async (_, make, environment, verdict, expected) => {
    const token = await make()
    const { stdout } = await tool(['inspect', token], environment, pipe)
    expect(stdout.split('\n')).toContain(verdict)
    expect(await rules([token], environment)).toEqual(expected)
    if (!verdict.startsWith('signed with') || expected.length > 0)
      expect(stdout).not.toContain('No problems found')
  })

  it('inspect does not say that there are no problems if no signature was checked', async () => {
    const { status, stdout } = await tool(['inspect', await voice().generate()], {})
    expect(status).toBe(0)
    expect(stdout).toMatch(/\nNo errors found, but the signature was not checked\n$/)
  })
})
