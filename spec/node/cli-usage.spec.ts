// Command lines as people type them: help, and what is wrong with the rest. An error is at most three lines.

import { createServer } from 'node:http'
import { Server } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Environment } from '../../lib/cli/command.ts'
import { account, application, screen, tool, words } from './tool.ts'

const commands = ['access', 'capability', 'taskrouter', 'inspect', 'webhook', 'page']
const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzY29wZSI6IiJ9.c2lnbmF0dXJl'
const signed = token.replace(/[^.]*$/, 'x'.repeat(43))
const authToken = account.TWILIO_AUTH_TOKEN

afterEach(() => {
  vi.restoreAllMocks()
})

describe('help', () => {
  it.each(commands)('%s --help shows an example, and fits a screen', async (name) => {
    const { status, stdout, stderr } = await tool([name, '--help'], {})
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/^Usage: twilio-tokens .*\n[^]*\nExamples?:\n {2}twilio-tokens |curl /)
    expect(stdout.split('\n').length).toBeLessThanOrEqual(27)
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(84)
    for (const other of [
      ['help', name],
      [name, 'help'],
      [name, '-h'],
      ['--help', name],
    ])
      expect(await tool(other, {})).toEqual({ status, stdout, stderr })
  })

  it.each([[['--help']], [['-h']], [['help']], [['help', 'help']]])(
    '%j shows an example of each command',
    async (args) => {
      const { status, stdout } = await tool(args, {})
      expect(status).toBe(0)
      for (const name of commands)
        expect(stdout).toMatch(new RegExp(`Examples:[^]* twilio-tokens ${name}`))
    },
  )

  it.each(['--version', '-v', '-V', 'version'])('%s shows the version', async (arg) => {
    expect(await tool([arg], {})).toEqual({ status: 0, stdout: '1.2.3\n', stderr: '' })
  })

  it.each(['--version', '-v', '-V'])('inspect %s shows the version', async (arg) => {
    expect(await tool(['inspect', arg], {})).toEqual({ status: 0, stdout: '1.2.3\n', stderr: '' })
  })
})

describe('incorrect usage', () => {
  it.each<
    [title: string, line: string | string[], environment: Environment, message: string | RegExp]
  >([
    ['an unknown command', 'frobnicate', account, /^Unknown command\n/],
    ['a misspelled command', 'insepct', account, 'use inspect'],
    ['a command with two mistakes', 'capabillty x', account, 'use capability'],
    ['a misspelled command with options', 'acess --identity alice', account, 'use access'],
    ['a command of another tool', 'decode x', account, 'use inspect'],
    ['a token without a command', token, account, 'twilio-tokens inspect TOKEN'],
    ['a header without a command', ['Bearer', token], account, 'twilio-tokens inspect TOKEN'],
    [
      'options without a command',
      '--identity alice',
      account,
      'Missing a command before the options (--identity: it is an option of access)',
    ],
    ['unknown options without a command', '--frobnicate', account, /before the options\n/],
    ['a secret as an option without a command', `--${authToken}`, account, /before the options\n/],
    ['options before the command', `--json inspect ${token}`, account, 'inspect comes first'],
    ['a file without a command', 'token.txt', account, 'inspect < FILE'],
    ['an unknown command that asks for the version', 'frobnicate -v', account, 'Unknown command'],
    ['help for nothing', 'help nonsense', account, /^Unknown command\n/],
    ['help for a misspelled command', 'help pge', account, 'use page'],

    ['nothing to allow', 'capability', account, '--incoming, --outgoing or --events'],
    ['no identity', 'access --voice-incoming', account, 'Missing --identity'],
    ['no grant', 'access --identity alice', account, '--voice-incoming, --voice-outgoing, --video'],
    ['no workspace', 'taskrouter', account, 'Missing --workspace'],
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
      'no key',
      'access --identity alice --video',
      { TWILIO_ACCOUNT_SID: 'AC1' },
      'Set TWILIO_API_KEY and TWILIO_API_SECRET in',
    ],
    [
      'nothing at all',
      'access --identity alice --video',
      {},
      'Set TWILIO_ACCOUNT_SID, TWILIO_API_KEY and TWILIO_API_SECRET in',
    ],
    [
      'two keys',
      'access --identity alice --video',
      { ...account, TWILIO_API_KEY_SID: 'SK2' },
      'TWILIO_API_KEY and TWILIO_API_KEY_SID: they differ',
    ],
    [
      'two secrets',
      `inspect ${token}`,
      { ...account, TWILIO_API_KEY_SECRET: 'another' },
      'TWILIO_API_SECRET and TWILIO_API_KEY_SECRET: they differ',
    ],
    [
      'a secret as the account',
      'capability --events',
      { ...account, TWILIO_ACCOUNT_SID: authToken },
      'Cannot use TWILIO_ACCOUNT_SID: it must',
    ],
    [
      'a secret as the key',
      'access --identity alice --video',
      { ...account, TWILIO_API_KEY: authToken },
      'Cannot use TWILIO_API_KEY: it must',
    ],
    [
      'white space in the key',
      'access --identity alice --video',
      { ...account, TWILIO_API_KEY: undefined, TWILIO_API_KEY_SID: ' SK1' },
      'Cannot use TWILIO_API_KEY_SID: it must',
    ],
    [
      'white space around the auth token',
      'taskrouter --workspace WS1',
      { ...account, TWILIO_AUTH_TOKEN: ' x ' },
      'Cannot use TWILIO_AUTH_TOKEN: it must',
    ],
    [
      'quotes around the API secret',
      'access --identity alice --video',
      { ...account, TWILIO_API_SECRET: '"x"' },
      'Cannot use TWILIO_API_SECRET: it must',
    ],

    [
      'a name with an umlaut',
      'capability --incoming Zoë',
      account,
      'Cannot use --incoming: it must',
    ],
    [
      'an empty name',
      ['capability', '--incoming', ''],
      account,
      'Cannot use --incoming: its value is empty',
    ],
    [
      'an empty identity',
      'access --identity= --video',
      account,
      'Cannot use --identity: its value is empty',
    ],
    [
      'an identity of white space',
      ['access', '--identity', ' ', '--video'],
      account,
      'Cannot use --identity: its value is empty',
    ],
    [
      'an empty room',
      ['access', '--identity', 'a', '--video', ''],
      account,
      'Cannot use --video: its value is empty',
    ],
    [
      'an identity that is missing',
      'access --video --identity',
      account,
      'Missing value of --identity\n',
    ],
    ['an option for an identity', 'access --identity --video', account, '--identity=VALUE'],
    [
      'an application that is not one',
      'capability --outgoing Alice',
      account,
      'Cannot use --outgoing: it must',
    ],
    [
      'an account as the application',
      'access --identity a --voice-outgoing AC123',
      account,
      'Cannot use --voice-outgoing: it must',
    ],
    [
      'a chat service that is not one',
      'access --identity alice --chat CH1',
      account,
      'Cannot use --chat: it must',
    ],
    [
      'a Sync service that is not one',
      'access --identity alice --sync x',
      account,
      'Cannot use --sync: it must',
    ],
    [
      'a workspace that is not one',
      'access --identity alice --taskrouter x',
      account,
      'Cannot use --taskrouter: it must',
    ],
    [
      'a worker that is not one',
      'access --identity alice --taskrouter WS1 --worker x',
      account,
      'Cannot use --worker: it must',
    ],
    [
      'a credential that is not one',
      'access --identity alice --chat IS1 --push-credential x',
      account,
      'Cannot use --push-credential: it must',
    ],
    [
      'a channel that is not one',
      'taskrouter --workspace WS1 --channel x',
      account,
      'Cannot use --channel: it must',
    ],
    [
      'a region in capitals',
      'access --identity alice --video --region IE1',
      account,
      'Cannot use --region: it must',
    ],
    [
      'a worker without a workspace',
      'access --identity a --video --worker WK1',
      account,
      'without --taskrouter',
    ],
    [
      'a role without a workspace',
      'access --identity a --video --role x',
      account,
      'without --taskrouter',
    ],
    [
      'activities without a worker',
      'taskrouter --workspace WS1 --update-activities',
      account,
      '--channel WK…',
    ],
    [
      'reservations of a queue',
      'taskrouter --workspace WS1 --channel WQ1 --update-reservations',
      account,
      '--channel WK…',
    ],
    [
      'a credential without a grant for it',
      'access --identity a --video --push-credential CR1',
      account,
      'Cannot use --push-credential without',
    ],
    [
      'an endpoint without a grant for it',
      'access --identity a --video --endpoint x',
      account,
      'Cannot use --endpoint without',
    ],

    [
      'a lifetime in words',
      'capability --events --expires soon',
      account,
      /^Cannot use --expires: it must be .*90s, 10m or 1h, got a string of 4 characters\n/,
    ],
    ['no lifetime', 'capability --events --expires 0', account, 'Cannot use --expires: it must be'],
    [
      'a lifetime in milliseconds',
      'capability --events --expires 3600000',
      account,
      '(milliseconds?)',
    ],
    ['a lifetime over a day', 'capability --events --expires 25h', account, 'up to 24h'],
    [
      'a lifetime with a fraction',
      'capability --events --expires 1.5h',
      account,
      'Cannot use --expires',
    ],
    ['a negative lifetime', 'capability --events --expires=-5', account, 'got -5\n'],
    ['a negative lifetime after a space', 'capability --events --expires -5', account, 'got -5\n'],
    ['a lifetime of hours and a half', 'capability --events --expires 1.5h', account, 'a fraction'],
    [
      'white space in a lifetime',
      ['capability', '--events', '--expires', '10 m'],
      account,
      'got white space in it',
    ],
    ['a lifetime in weeks', 'capability --events --expires 1w', account, 'got another unit'],
    ['a lifetime of no minutes', 'capability --events --expires 0m', account, 'got 0 seconds'],
    ['a secret as the lifetime', `capability --expires ${authToken}`, account, '32 characters'],
    [
      'a lifetime in words before a missing grant',
      'access --expires abc',
      account,
      '--expires: it must be',
    ],
    ['a start in words before a missing grant', 'access --not-before x', account, '--not-before:'],
    [
      'a lifetime in words before a missing workspace',
      'taskrouter --expires x',
      account,
      '1h, got',
    ],
    [
      'a start in words',
      'access --identity a --video --not-before tomorrow',
      account,
      'Cannot use --not-before: it must be',
    ],
    [
      'a start on no day',
      'access --identity a --video --not-before 2026-13-41T00:00:00Z',
      account,
      'Cannot use --not-before: it must be',
    ],
    [
      'a start that is a lifetime',
      'access --identity a --video --not-before 600',
      account,
      'Cannot use --not-before: it must be',
    ],
    [
      'a start after the end',
      'access --identity a --video --not-before 2h',
      account,
      'expire before it is valid',
    ],

    [
      'a param without a value',
      `capability --outgoing ${application} --param city`,
      account,
      'Cannot use --param: it must be NAME=VALUE',
    ],
    [
      'a param without an application',
      'access --identity a --video --param a=b',
      account,
      'Cannot use --param without --voice-outgoing',
    ],
    [
      'a param without its application',
      'capability --events --param a=b',
      account,
      'Cannot use --param without --outgoing',
    ],
    [
      'a lifetime twice',
      'capability --events --expires 600 --expires 700',
      account,
      'Cannot use --expires twice',
    ],
    ['a flag twice', 'capability --events --events', account, 'Cannot use --events twice'],
    ['a flag with a value', 'capability --events=yes', account, 'Cannot use --events with a value'],

    ['--ttl', 'capability --ttl 600', account, 'Unknown option --ttl: use --expires'],
    ['--expires-in', 'access --expires-in 600', account, 'use --expires'],
    ['--client', 'capability --client Alice', account, 'use --incoming'],
    ['--user', 'access --user alice', account, 'use --identity'],
    ['--room', 'access --identity a --room x', account, 'use --video'],
    [
      '--application-sid',
      `access --application-sid ${application}`,
      account,
      'use --voice-outgoing',
    ],
    [
      '--outgoing of another command',
      `access --outgoing ${application}`,
      account,
      'use --voice-outgoing',
    ],
    [
      '--voice-incoming of another command',
      'capability --voice-incoming',
      account,
      'use --incoming',
    ],
    ['an option in camel case', 'access --voiceIncoming', account, 'use --voice-incoming'],
    ['an option with underscores', 'access --voice_incoming', account, 'use --voice-incoming'],
    [
      'an option with one dash',
      'access -identity alice',
      account,
      'Unknown option -identity: use --identity',
    ],
    ['a misspelled option', 'access --identiy alice', account, 'use --identity'],
    [
      'a secret on the command line',
      `capability --auth-token ${authToken}`,
      account,
      'Unknown option --auth-token: secrets are read only from the environment',
    ],
    [
      'a secret, with =',
      `access --api-secret=${authToken}`,
      account,
      'secrets are read only from the environment',
    ],
    ['--secret', 'inspect --secret x', account, 'secrets are read only from the environment'],
    [
      '--account-sid',
      'access --account-sid AC1',
      account,
      'SIDs of accounts and keys are read from the environment',
    ],
    [
      '--api-key-sid',
      'access --api-key-sid SK1',
      account,
      'SIDs of accounts and keys are read from the environment',
    ],
    ['a secret as an option', `capability --${authToken}`, account, /^Unknown option\n/],
    ['an option that is very long', `inspect --${'frob'.repeat(20)}`, account, /^Unknown option\n/],
    [
      'an option of another command',
      'access --identity a --strict',
      account,
      'Unknown option --strict: it is an option of inspect',
    ],
    [
      'an option that another command has under another name',
      'inspect --ttl 600',
      account,
      'Unknown option --ttl: access has --expires',
    ],
    ['a method as an option', 'taskrouter --allow-update-self', account, 'use --update-self'],
    ['a grant as an option', 'access --grant-video', account, 'use --video'],
    ['a letter as an option', 'access -i alice', account, 'Unknown option -i: use --identity'],
    ['--token', `inspect --token ${token}`, account, 'pass the token without an option'],
    ['--file', 'inspect --file token.txt', account, 'with < FILE'],
    ['--no-color', 'inspect --no-color', account, 'the variable NO_COLOR'],
    ['--url', 'webhook --url https://app.example/voice', account, 'pass the URL without an option'],
    ['an option with a long dash', 'access —identity alice', account, 'two plain dashes'],
    ['an option like no other', 'inspect --frobnicate', account, /^Unknown option --frobnicate\n/],

    ['a name as a word', 'capability Alice', account, 'a name belongs after --incoming'],
    ['an identity as a word', 'access alice --video', account, 'a name belongs after --identity'],
    ['an application as a word', `capability ${application}`, account, 'belongs after --outgoing'],
    ['a lifetime as a word', 'capability --events 10m', account, 'belongs after --expires'],
    [
      'a param as a word',
      `capability --outgoing ${application} city=Oslo`,
      account,
      'belongs after --param',
    ],
    ['a region as a word', 'access ie1', account, 'belongs after --region'],
    [
      'a service as a word',
      'access IS283fefc63f0cd0e873a0000c6d07ef7b',
      account,
      'after --chat or --sync',
    ],
    ['a file of variables as a word', 'access .env', account, 'belongs after --env-file'],
    ['a secret as a word', `capability --events ${authToken}`, account, 'it looks like a secret'],
    [
      'an account as a word',
      `capability ${account.TWILIO_ACCOUNT_SID}`,
      account,
      'SIDs of accounts and keys',
    ],
    ['a token as a word', `capability ${token}`, account, 'twilio-tokens inspect TOKEN'],
    [
      'a value after an option that has none',
      'access --identity a --voice-incoming true',
      account,
      'an option that switches something on has no value',
    ],
    ['a negative number as a word', 'access -5', account, 'a number belongs after --expires'],
    ['a URL without its scheme', 'webhook app.example/voice', account, 'begins with https://'],
    ['a word after a URL', 'webhook https://app.example/ x', account, 'pass only a URL'],
    ['a word after two dashes', 'page -- x', account, 'this command has only options'],
    ['a word that is a dash', 'taskrouter -', account, 'this command has only options'],

    ['two words', 'inspect a b', account, 'pass one token'],
    ['two tokens', `inspect ${token} ${token}`, account, 'one token at a time'],
    ['a word after a token', `inspect ${signed} x`, account, 'pass only the token'],
    ['a secret after a token', `inspect ${signed} ${authToken}`, account, 'looks like a secret'],
    ['a secret before a token', `inspect ${authToken} ${signed}`, account, 'looks like a secret'],
    ['an account after a token', `inspect ${signed} AC123123123`, account, 'SIDs of accounts'],
    ['a file of variables after a token', `inspect ${signed} .env`, account, 'after --env-file'],
    ['an empty token', ['inspect', ''], account, 'the argument is empty'],
    ['an empty standard input', 'inspect -', account, 'standard input is empty'],
    ['a file of text', 'inspect token.txt', account, 'inspect < FILE'],
    ['a file in a folder', 'inspect ./tokens/one', account, 'inspect < FILE'],
    ['a file of variables', 'inspect .env', account, 'inspect < FILE'],
    ['a file on Windows', 'inspect C:\\\\token', account, 'inspect < FILE'],

    ['a port that is too high', 'page --port 65536', account, 'from 1024 to 65535'],
    ['a port that is too low', 'page 80', account, 'from 1024 to 65535'],
    ['a port in words', 'page --port http', account, 'from 1024 to 65535'],
    ['two ports', 'page 8080 8081', account, 'belongs after --port'],
    ['a port twice', 'page 8080 --port 8081', account, 'belongs after --port'],
  ])('%s is an error with exit status 2', async (_, line, environment, message) => {
    const { status, stdout, stderr } = await tool(
      typeof line === 'string' ? words(line) : line,
      environment,
    )
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(
      typeof message === 'string' ? new RegExp(escapeRegExp(message)) : message,
    )
    expect(stderr).toMatch(/^.+\nSee: twilio-tokens (\w+ )?--help\n$/)
    expect(stderr).not.toContain(token)
  })

  it('no command at all is an error, and so is no token on a terminal', async () => {
    expect(await tool([])).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('Missing a command'),
    })
    expect(await tool(['inspect'], account, screen)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Missing a token'),
    })
  })

  it('a port that another program uses is an error in words', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const result = await tool(['page', '--port', String(port)])
    server.close()
    expect(result).toMatchObject({
      status: 2,
      stdout: '',
      stderr: `Cannot use port ${port}: another program uses it, so pass another --port or none\nSee: twilio-tokens page --help\n`,
    })
  })

  it.each([
    ['EACCES', 'this user may not listen on it'],
    ['EPERM', 'this user may not listen on it'],
    ['EMFILE', 'the system refuses it (EMFILE)'],
  ])('a port that cannot be used because of %s is an error in words', async (code, message) => {
    vi.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server) {
      this.emit('error', Object.assign(new Error(), { code }))
      return this
    })
    const result = await tool(['page', '8080'])
    expect(result).toMatchObject({ status: 2, stderr: expect.stringContaining(message) })
  })

  it('an error that is not about the command line is passed on', async () => {
    const readInput = () => Promise.reject(new Error('the pipe is broken'))
    await expect(tool(['inspect'], account, { readInput })).rejects.toThrow('the pipe is broken')
  })

  it('an error of the library that names no option is shown as it is', async () => {
    const long = words(
      `access --identity a --voice-outgoing ${application} --param a=${'x'.repeat(70_000)}`,
    )
    expect(await tool(long)).toMatchObject({ status: 2, stderr: expect.stringContaining('65536') })
  })
})

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
