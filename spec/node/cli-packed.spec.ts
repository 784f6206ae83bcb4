// The packed command, as its users install it, in every runtime that has one, and what the demo prints. console.spec.ts runs the
// sessions that Markdown files show.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inspect } from '../../lib/index.ts'
import { programs, root } from '../runtimes/find.mjs'
import { installRuntimes } from '../runtimes/install.mjs'
import { run } from '../runtimes/run.mjs'
import { installTarball } from '../runtimes/serve.mjs'
import { account, application, tokenAlone } from './tool.ts'

await installRuntimes()

// With no more permissions than it needs: the variables that it reads, and the files that it is told to read.
const names = [...Object.keys(account), 'TWILIO_API_KEY_SID', 'TWILIO_API_KEY_SECRET', 'NO_COLOR']
const deno = ['run', '--no-prompt', '--allow-read', `--allow-env=${names.join()}`]
const isNeeded = process.env['CI'] !== undefined // there a runtime that is missing is a failure

describe.each([
  { runtime: 'Node', program: process.execPath, args: [], bin: undefined },
  { runtime: 'Deno', program: programs.deno(), args: deno, bin: undefined },
  {
    runtime: 'Deno, by the name of the package',
    program: programs.deno(),
    args: ['run', '--no-prompt', '--allow-env', '--allow-read'],
    bin: 'npm:twilio-tokens',
  },
  { runtime: 'Bun', program: programs.bun(), args: [], bin: undefined },
])('the packed command in $runtime', ({ program = '', args, bin }) => {
  let folder: string
  let command: string
  let env: NodeJS.ProcessEnv
  const start = (...words: string[]) =>
    run(program, [...args, command, ...words], { cwd: folder, env })
  const served = args.length > 0 ? ['--allow-net'] : []

  beforeAll(async () => {
    folder = await installTarball()
    command = bin ?? join(folder, 'node_modules/.bin/twilio-tokens')
    env = { ...account, HOME: folder, DENO_NO_UPDATE_CHECK: '1' }
  }, 120_000)

  afterAll(() => rm(folder, { recursive: true, force: true }))

  it.skipIf(program === '' && !isNeeded)(
    'the command generates tokens, inspects them, and ends with each status',
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
      expect(made).toEqual({ status: 0, stdout: expect.stringMatching(tokenAlone), stderr: '' })
      const access = await start('access', '--identity', 'alice', '--video', '--voice-incoming')
      expect(access).toEqual({ status: 0, stdout: expect.stringMatching(tokenAlone), stderr: '' })
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
        stderr: expect.stringContaining('See: twilio-tokens capability --help'),
      })
      await writeFile(join(folder, 'event.json'), '{"event":"Zoë"}')
      const url = 'https://app.example/events'
      const webhook = await start('webhook', url, '--body', 'event.json')
      const [, sent = ''] = /: (https:\S+)\n$/.exec(webhook.stderr) ?? []
      const check = [sent, '--body', 'event.json', '--check', webhook.stdout.trim()]
      expect(await start('webhook', ...check)).toEqual({
        status: 0,
        stdout: 'The signature is right\n',
        stderr: '',
      })
      expect(await start('webhook', `${sent}0`, ...check.slice(1))).toMatchObject({ status: 1 })
      expect((await start('inspect')).stderr).toContain('standard input is empty')
      const { TWILIO_API_KEY, TWILIO_API_SECRET, ...rest } = env
      env = { ...rest, TWILIO_ACCOUNT_SID: '', TWILIO_AUTH_TOKEN: '' }
      // As editors and shells of Windows write it, too.
      const variables = '\uFEFFTWILIO_ACCOUNT_SID=AC55\r\nexport TWILIO_AUTH_TOKEN="a b"\r\n'
      for (const encoding of ['utf8', 'utf16le'] as const) {
        await writeFile(join(folder, '.env'), variables, encoding)
        const ofFile = await start('taskrouter', '--workspace', 'WS1', '--env-file', '.env')
        expect(ofFile).toMatchObject({ status: 0, stderr: '' })
        expect(inspect(ofFile.stdout.trim())).toMatchObject({ accountSid: 'AC55' })
      }
      env = { ...rest, ...account, TWILIO_API_KEY, TWILIO_API_SECRET }
      expect((await start('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    },
  )

  it.skipIf(program === '' && !isNeeded)('the command serves the token page', async () => {
    const server = spawn(program, [...args, ...served, command, 'page'], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      const [lines] = (await once(server.stdout, 'data')) as [Buffer]
      const [, plain = ''] = lines.toString().match(/http:\S+/g) ?? [] // Node does not resolve names of the first
      const response = await fetch(plain)
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

describe('demo', () => {
  const demo = (args: string[], env: NodeJS.ProcessEnv) =>
    run(process.execPath, [join(root, 'spec/scripts/demo.mjs'), ...args], { env })

  it.each([
    ['no variables', {}],
    [
      'variables that are empty',
      Object.fromEntries(Object.keys(account).map((name) => [name, ''])),
    ],
  ])('the demo shows samples with %s', async (_, env) => {
    const { status, stdout, stderr } = await demo([], env)
    expect(status).toBe(0)
    expect(stderr.match(/for a sample account/g)).toHaveLength(2)
    expect(stdout).toMatch(
      /^eyJ[\w-]+\.[\w-]+\.[\w-]{43}\n\ncapability token .*\n {2}account: AC123123\n/,
    )
    expect(stdout).toMatch(/ {4}incoming calls as Alice\n[^]*\nexpires in (10 min|9 min \d+ s) \(/)
    expect(stdout).toMatch(/\n\neyJ[\w.-]+\n\naccess token\n[^]*\nNo problems found\n$/)
  })

  it('the demo uses the account, and what to allow', async () => {
    const { status, stdout, stderr } = await demo(['--incoming', 'Bob'], account)
    expect(status).toBe(0)
    expect(stderr).not.toContain('sample')
    expect(stdout).toContain(
      `account: ${account.TWILIO_ACCOUNT_SID}\n  scopes:\n    incoming calls as Bob\nexpires in`,
    )
    expect(stdout).toContain(`  key: ${account.TWILIO_API_KEY}\n`)
  })

  it.each([
    ['an argument that is wrong', ['--events', '--expires', '0'], account, '--expires'],
    ['half an account', [], { TWILIO_ACCOUNT_SID: 'AC1' }, 'Set TWILIO_AUTH_TOKEN'],
  ])('the demo ends at %s', async (_, args, env, message) => {
    expect(await demo(args, env)).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining(message),
    })
  })
})
