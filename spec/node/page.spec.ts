// The server of `twilio-tokens page`.

import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Result, Terminal } from '../../lib/cli/command.ts'
import { main } from '../../lib/cli/main.ts'

const html = `<meta http-equiv="Content-Security-Policy" content="default-src 'self'" />`
const terminal: Terminal = {
  isTTY: { stdin: true, stdout: true, stderr: true },
  readInput: () => Promise.resolve(''),
  readPage: () => Promise.resolve(html),
}
const start = (...args: string[]) => main(['page', ...args], {}, terminal, '1.2.3')

let served: Result
let port: string

beforeAll(async () => {
  served = await start()
  port = new URL(served.stdout).port
})

afterAll(() => served.stop?.())

function ask(path: string, { method = 'GET', host = `127.0.0.1:${port}` } = {}) {
  return new Promise<{
    status: number | undefined
    headers: Record<string, unknown>
    body: string
  }>((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port, path, method, headers: { host } },
      (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (chunk) => (body += String(chunk)))
        response.on('end', () => {
          resolve({ status: response.statusCode, headers: response.headers, body })
        })
      },
    )
    asked.on('error', reject).end()
  })
}

describe('page', () => {
  it('says where it is, and is there alone', async () => {
    expect(served).toMatchObject({ status: 0, stdout: `http://127.0.0.1:${port}/\n`, stderr: '' })
    const { status, headers, body } = await ask('/')
    expect({ status, body }).toEqual({ status: 200, body: html })
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'self'; frame-ancestors 'none'",
      'content-type': 'text/html; charset=utf-8',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
  })

  it('is there by both of its names, and for HEAD', async () => {
    expect(await ask('/', { host: `localhost:${port}` })).toMatchObject({ status: 200, body: html })
    expect(await ask('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' })
  })

  it.each(['example.com', '127.0.0.1', 'localhost:1', 'localhost.example.com'])(
    'refuses the name "%s"',
    async (host) => {
      expect(await ask('/', { host })).toMatchObject({ status: 403, body: '' })
    },
  )

  it.each([
    ['/', 'POST', 405],
    ['/', 'OPTIONS', 405],
    ['/index.html', 'GET', 404],
    ['/?token=eyJ', 'GET', 404],
  ])('refuses %s %s', async (path, method, status) => {
    expect(await ask(path, { method })).toMatchObject({ status, body: '' })
  })

  it('takes a port, unless another program has it', async () => {
    expect(await start('--port', port)).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('EADDRINUSE'),
    })
    for (const wrong of ['x', '-1', '80', '65536', ''])
      expect(await start(`--port=${wrong}`)).toMatchObject({ status: 2, stdout: '' })
  })

  it('has a policy that allows nothing where the page has none', async () => {
    const other = await main(
      ['page'],
      {},
      { ...terminal, readPage: () => Promise.resolve('<p>') },
      '1.2.3',
    )
    const response = await fetch(other.stdout.trim())
    other.stop?.()
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; frame-ancestors 'none'",
    )
  })
})
