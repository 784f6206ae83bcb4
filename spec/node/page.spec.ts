// The server of `twilio-tokens page`.

import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Result } from '../../lib/cli/command.ts'
import { screen, tool } from './tool.ts'

const html = `<meta http-equiv="Content-Security-Policy" content="default-src 'self'" />`
const start = (...args: string[]) =>
  tool(['page', ...args], {}, { ...screen, readPage: () => Promise.resolve(html) })
const addressesOf = ({ stdout }: Result) =>
  stdout.match(/http:\S+/g)?.map((url) => new URL(url)) ?? []

let served: Result
let port: string
let ownHost: string

beforeAll(async () => {
  served = await start()
  const [own] = addressesOf(served)
  ownHost = own?.host ?? ''
  port = own?.port ?? ''
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
  it('page prints an origin of its own, and an address for browsers that cannot open it', () => {
    expect(served).toMatchObject({ status: 0, stderr: '' })
    expect(served.stdout.split('\n')).toEqual([
      expect.stringMatching(/^http:\/\/t[0-9a-f]{20}\.localhost:\d+\/$/),
      expect.stringMatching(
        new RegExp(`^http://127\\.0\\.0\\.1:${port}/ \\(.*origin of its own.*Safari`),
      ),
      '',
    ])
  })

  it('page has another origin at each start', async () => {
    const other = await start()
    other.stop?.()
    expect(addressesOf(other)[0]?.hostname).not.toBe(addressesOf(served)[0]?.hostname)
  })

  it('page answers with headers that keep other pages and networks out', async () => {
    const { status, headers, body } = await ask('/', { host: ownHost })
    expect({ status, body }).toEqual({ status: 200, body: html })
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'self'; frame-ancestors 'none'",
      'content-type': 'text/html; charset=utf-8',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'origin-agent-cluster': '?1',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
  })

  it('page answers by each of its names, and to HEAD', async () => {
    for (const host of [ownHost, ownHost.toUpperCase(), `127.0.0.1:${port}`, `localhost:${port}`])
      expect(await ask('/', { host })).toMatchObject({ status: 200, body: html })
    expect(await ask('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' })
  })

  it.each([
    ['a name of another site', () => `example.com:${port}`],
    ['an address without the port', () => '127.0.0.1'],
    ['another port', () => 'localhost:1'],
    ['a name that begins alike', () => `localhost.example.com:${port}`],
    ['an origin of another start', () => `t00000000000000000000.localhost:${port}`],
    ['its own origin without the port', () => ownHost.replace(/:.*/, '')],
  ])('page rejects %s', async (_, host) => {
    expect(await ask('/', { host: host() })).toMatchObject({ status: 403, body: '' })
  })

  it.each([
    ['/', 'POST', 405],
    ['/', 'OPTIONS', 405],
    ['/index.html', 'GET', 404],
    ['/?token=eyJ', 'GET', 404],
  ])('page rejects %s %s', async (path, method, status) => {
    expect(await ask(path, { method })).toMatchObject({ status, body: '' })
  })

  it('page accepts a port as an option and as a word', async () => {
    const free = await start()
    free.stop?.()
    const wanted = addressesOf(free)[0]?.port ?? ''
    for (const args of [['--port', wanted], [`--port=${wanted}`], [wanted]]) {
      const again = await start(...args)
      again.stop?.()
      expect(addressesOf(again).map((url) => url.port)).toEqual([wanted, wanted])
    }
  })

  it('page has a policy that allows nothing if the HTML has none', async () => {
    const other = await tool(['page'], {}, screen)
    const [, plain] = addressesOf(other)
    const response = await fetch(String(plain))
    other.stop?.()
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; frame-ancestors 'none'",
    )
  })
})
