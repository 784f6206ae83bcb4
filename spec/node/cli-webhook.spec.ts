// `twilio-tokens webhook`: what it signs, the command that it prints, and what it says of a signature. Expected signatures
// are computed here with node:crypto.

import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { verifyWebhook } from '../../lib/index.ts'
import { run } from '../runtimes/run.mjs'
import { account, screen, tool } from './tool.ts'

const url = 'https://app.example/voice'
const json = '{"event":"Zoë"}'
const hashOf = (body: string | Uint8Array) => createHash('sha256').update(body).digest('hex')
const sign = (signed: string) =>
  createHmac('sha1', account.TWILIO_AUTH_TOKEN).update(signed).digest('base64')

/** Runs the command, with a file of such content. */
const webhook = (args: readonly string[], content: string | Uint8Array = json) =>
  tool(['webhook', ...args], account, {
    readBytes: () => Promise.resolve(new Uint8Array(Buffer.from(content))),
  })

describe('webhook', () => {
  it.each<[string, string[], string]>([
    ['a GET', [`${url}?To=sales`], `${url}?To=sales`],
    ['a form', [url, '--param', 'To=sales', '--param', 'From=+1 5'], `${url}From+1 5Tosales`],
    [
      'a repeated parameter',
      ['--param', 'b=2', '--param', 'a=1=1', '--param', 'b=1', url],
      `${url}a1=1b1b2`,
    ],
    ['an empty value', [url, '--param', 'To='], `${url}To`],
    [
      'a URL as it is typed',
      ['HTTPS://User:p@App.Example:443/a'],
      'HTTPS://User:p@App.Example:443/a',
    ],
    ['a WebSocket', ['wss://app.example/media'], 'wss://app.example/media'],
    ['a URL without its fragment', [`${url}#part`], url],
    [
      'a form from a file',
      [url, '--body', 'form.txt', '--content-type', 'application/x-www-form-urlencoded'],
      `${url}{"event":"Zoë"}`,
    ],
  ])('webhook signs %s', async (_, args, signed) => {
    expect(await webhook(args)).toEqual({ status: 0, stdout: `${sign(signed)}\n`, stderr: '' })
  })

  it('webhook adds the hash of a body to the URL, and shows that URL', async () => {
    const sent = `${url}?a=1&bodySHA256=${hashOf(json)}`
    expect(await webhook([`${url}?a=1`, '--body', 'event.json'])).toEqual({
      status: 0,
      stdout: `${sign(sent)}\n`,
      stderr: `Send it to the URL with the hash: ${sent}\n`,
    })
    expect(await webhook([sent, '--body', 'event.json'])).toMatchObject({ stderr: '' })
  })

  it('webhook signs the bytes of a file, which need not be text', async () => {
    const bytes = new Uint8Array([0xff, 0x00, 0x80])
    const { stdout } = await webhook([url, '--body', 'image'], bytes)
    expect(stdout).toBe(`${sign(`${url}?bodySHA256=${hashOf(bytes)}`)}\n`)
  })
})

describe('--curl', () => {
  it('--curl prints a command that posts a form', async () => {
    const args = [url, '--param', "To=it's", '--param', 'From=+15', '--curl']
    expect(await webhook(args)).toEqual({
      status: 0,
      stdout: `curl '${url}' --header 'content-type: application/x-www-form-urlencoded;charset=UTF-8' --header 'x-twilio-signature: ${sign(`${url}From+15Toit's`)}' --data 'To=it%27s&From=%2B15'\n`,
      stderr: '',
    })
  })

  it('--curl prints a command that posts a file', async () => {
    const { stdout } = await webhook([url, '--body', "it's.json", '--curl'])
    const sent = `${url}?bodySHA256=${hashOf(json)}`
    expect(stdout).toBe(
      String.raw`curl '${sent}' --header 'content-type: application/json' --header 'x-twilio-signature: ${sign(sent)}' --data-binary '@it'\''s.json'` +
        '\n',
    )
  })

  it('--curl prints a command that sends a GET, with credentials and without patterns', async () => {
    const typed = 'https://user:word@app.example/a?b={1}'
    expect((await webhook([typed, '--curl'])).stdout).toBe(
      `curl --globoff '${typed}' --header 'x-twilio-signature: ${sign(typed)}'\n`,
    )
  })

  it.skipIf(process.platform === 'win32')(
    'what --curl prints is accepted by a handler when a shell runs it',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'webhook-'))
      const verdicts: string[] = []
      const server = createServer((incoming, response) => {
        void (async () => {
          const chunks: Uint8Array[] = []
          for await (const chunk of incoming) chunks.push(chunk as Uint8Array)
          const { method = '', headers } = incoming
          const request = new Request(`http://${String(headers.host)}${String(incoming.url)}`, {
            method,
            headers: new Headers(headers as Record<string, string>),
            body: method === 'GET' ? null : new Uint8Array(Buffer.concat(chunks)),
          })
          const contents = await verifyWebhook(request, account.TWILIO_AUTH_TOKEN)
          verdicts.push(`${method} ${contents.params.get('To') ?? contents.body}`)
          response.end()
        })().catch((error: unknown) => {
          verdicts.push(String(error))
          response.writeHead(403).end()
        })
      })
      try {
        await once(server.listen(0, '127.0.0.1'), 'listening')
        const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/voice`
        await writeFile(join(folder, "it's.json"), json)
        for (const args of [
          [base, '--param', `To='"$(id) \u00e9 & +1`, '--param', 'Body=a\nb'],
          [`${base}?To=it's[1-3]`],
          [`${base}?a={b,c}`, '--body', "it's.json"],
        ]) {
          const { stdout } = await webhook([...args, '--curl'])
          expect(await run('sh', ['-c', stdout], { cwd: folder })).toMatchObject({ status: 0 })
        }
        expect(verdicts).toEqual([`POST '"$(id) \u00e9 & +1`, "GET it's[1-3]", `POST ${json}`])
      } finally {
        server.close()
        await rm(folder, { recursive: true, force: true })
      }
    },
  )
})

describe('--check', () => {
  it.each<[string, string[], string]>([
    ['a GET', [`${url}?To=sales`], `${url}?To=sales`],
    ['a form', [url, '--param', 'To=sales'], `${url}Tosales`],
    ['a URL with its port', [url], 'https://app.example:443/voice'],
    [
      'a URL with credentials',
      ['https://user:word@app.example/'],
      'https://user:word@app.example/',
    ],
    [
      'a body with its hash',
      [`${url}?bodySHA256=${hashOf(json)}`, '--body', '-'],
      `${url}?bodySHA256=${hashOf(json)}`,
    ],
  ])('--check accepts the signature of %s', async (_, args, signed) => {
    expect(await webhook([...args, '--check', sign(signed)])).toEqual({
      status: 0,
      stdout: 'The signature is right\n',
      stderr: '',
    })
  })

  it.each<[string, string[], string, string]>([
    ['another scheme', [url], sign('http://app.example/voice'), 'scheme'],
    ['a slash', [url, '--param', 'To=sales'], sign(`${url}/Tosales`), 'path-slash'],
    [
      'a space instead of a plus',
      [url, '--param', 'To= 15'],
      sign(`${url}To+15`),
      'params-changed',
    ],
    ['a form that is missing', [`${url}?a=1`], sign(url), 'query-missing'],
    ['a body without a hash', [url, '--body', '-'], sign(url), 'json-without-hash'],
    ['another body', [`${url}?bodySHA256=00`, '--body', '-'], sign(url), 'body-changed'],
    ['something that is no signature', [url], 'abc', 'signature-form'],
    ['another account', [url], sign('x'), 'unknown'],
    ['this account, in quotes', [url], `"${sign(url)}"`, 'signature-form'],
  ])('--check explains the signature of %s', async (_, args, signature, reason) => {
    const { status, stdout, stderr } = await webhook([...args, '--check', signature])
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' })
    expect(stdout).toMatch(new RegExp(`^${reason}: Cannot verify webhook: .+\n$`))
    expect(stdout).not.toContain(sign(url)) // the right one
  })

  it('--check is colored on a terminal', async () => {
    const check = async (signature: string) =>
      (await tool(['webhook', url, '--check', signature], account, screen)).stdout
    expect(await check(sign(url))).toBe('\x1b[32mThe signature is right\x1b[0m\n')
    expect(await check(sign('x'))).toMatch(/^\x1b\[31munknown\x1b\[0m: Cannot verify webhook: /)
  })
})

describe('incorrect usage of webhook', () => {
  it.each<[string, string[], string]>([
    ['no URL', [], 'Missing URL: where Twilio sends the webhook'],
    ['a URL without its scheme', ['app.example/voice'], 'Unexpected argument'],
    ['a parameter as a word', [url, 'To=sales'], 'NAME=VALUE belongs after --param'],
    ['two URLs', [url, url], 'Unexpected argument: pass one URL'],
    [
      'a URL of another scheme',
      ['ftp://app.example/'],
      'Cannot use URL: it must be a URL with http',
    ],
    ['a URL that cannot be read', ['https://a b/'], 'Cannot use URL: it must be a URL with http'],
    ['a parameter without a value', [url, '--param', 'To'], 'Cannot use --param: it must be NAME'],
    [
      'a form with a body',
      [url, '--param', 'a=1', '--body', '-'],
      'Cannot use --param with --body',
    ],
    ['a media type without a body', [url, '--content-type', 'a/b'], 'without --body'],
    [
      'a media type with a line feed',
      [url, '--body', '-', '--content-type', 'a/b\nc: d'],
      'Cannot use --content-type: it must be printable ASCII',
    ],
    ['a signature with an umlaut', [url, '--check', 'ä'], 'Cannot use --check: it must be'],
    ['two tasks', [url, '--curl', '--check', 'x'], 'Cannot use --curl with --check'],
    ['curl for a WebSocket', ['wss://app.example/', '--curl'], '--curl with a WebSocket'],
    [
      'curl for a file whose name moves the cursor',
      [url, '--curl', '--body', 'a\u001b[2Jb'],
      'Cannot use --body with --curl: the name of the file has a character that is not printable',
    ],
    [
      'curl for a file whose name is reversed',
      [url, '--curl', '--body', 'a\u202eb'],
      'not printable',
    ],
    ['a secret as an option', [url, '--auth-token', 'x'], 'secrets are read only from'],
    ['an option of curl', [url, '-d', 'To=1'], 'use --body'],
    ['--verify', [url, '--verify', 'x'], 'use --check'],
  ])('webhook reports %s', async (_, args, message) => {
    const { status, stdout, stderr } = await webhook(args)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).toMatch(/^.+\nSee: twilio-tokens webhook --help\n$/)
  })

  it('webhook reports a body that is too long', async () => {
    expect(await webhook([url, '--body', '-'], 'x'.repeat(1_048_577))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Cannot use --body: it must have at most 1048576 bytes'),
    })
    expect(await webhook([url, '--body', '-'], 'x'.repeat(1_048_576))).toMatchObject({ status: 0 })
  })

  it.each([
    ['ENOENT', 'Cannot read the file of --body: there is no such file\n'],
    ['EISDIR', 'Cannot read the file of --body\n'],
  ])('webhook reports a file that cannot be read because of %s', async (code, message) => {
    const readBytes = () => Promise.reject(Object.assign(new Error(), { code }))
    const result = await tool(['webhook', url, '--body', 'x'], account, { readBytes })
    expect(result).toMatchObject({ status: 2, stderr: expect.stringContaining(message) })
  })

  it('webhook names the variable that is missing or wrong', async () => {
    expect((await tool(['webhook', url], {})).stderr).toContain('Set TWILIO_AUTH_TOKEN in')
    const wrong = { TWILIO_AUTH_TOKEN: ' x' }
    for (const args of [[], ['--check', 'x']])
      expect((await tool(['webhook', url, ...args], wrong)).stderr).toContain(
        'Cannot use TWILIO_AUTH_TOKEN: it must',
      )
  })
})
