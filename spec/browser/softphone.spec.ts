// Twilio's own Voice SDK in Chromium, with the softphone and the Workers in spec/examples: it accepts our tokens, registers, renews
// them before they expire, and is rejected with forged ones. Its calls are decided by signed webhooks. Twilio's signalling server
// is a stand-in on loopback.

import { build } from 'esbuild'
import { once } from 'node:events'
import { readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AccessToken, TwilioCapability, type TokenContents } from '../../lib/index.ts'
import { sessionCookie } from '../examples/session.mjs'
import { signForm } from '../node/servers.ts'
import { root } from '../runtimes/find.mjs'
import { installRuntimes } from '../runtimes/install.mjs'
import { installTarball, settings, startWorkerd } from '../runtimes/serve.mjs'
import { launch, type Browser, type Page } from './puppeteer.ts'

interface Signalling {
  host: string
  taken: { token: string; contents: TokenContents; at: number }[]
  refused: string[]
  dialed: string[]
  stop(): void
}

await installRuntimes()

const secret = settings.TWILIO_API_SECRET
const lifetime = 600 // that of the Worker's tokens
const untilRenewal = 3

let folder: string
let worker: Awaited<ReturnType<typeof startWorkerd>>
let signalling: Signalling
let browser: Browser
let server: Server
let fetchToken: () => Promise<string>

const fromWorker = async () => {
  const cookie = await sessionCookie('alice', settings.SESSION_SECRET)
  const response = await fetch(`${worker.url}/token`, { headers: { cookie } })
  return ((await response.json()) as { token: string }).token
}

/** Bundles a program for a page, which can import softphone.js and the Voice SDK. */
async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { resolveDir: join(root, 'spec/examples'), contents },
    bundle: true,
    format: 'esm',
    write: false,
    nodePaths: [join(root, 'spec/browser/node_modules')], // where the Voice SDK is
  })
  return outputFiles[0]?.text ?? ''
}

beforeAll(async () => {
  folder = await installTarball()
  worker = await startWorkerd(folder)
  const { startSignalling } = await import('./signalling.mjs')
  signalling = await startSignalling(secret)
  const script = await bundle(`import { softphone } from './softphone.js'
        globalThis.lines = []
        const tokenRefreshMs = Number(new URL(location.href).searchParams.get('refresh')) * 1000
        softphone((line) => lines.push(line), { chunderw: '${signalling.host}', tokenRefreshMs }).catch((error) => lines.push(String(error)))`)
  server = createServer((request, response) => {
    if (request.url?.startsWith('/?'))
      response
        .setHeader('content-type', 'text/html')
        .end('<script type="module" src="softphone.js"></script>')
    else if (request.url === '/softphone.js')
      response.setHeader('content-type', 'text/javascript').end(script)
    else if (request.url?.startsWith('/token'))
      void fetchToken().then(
        (token) => response.end(JSON.stringify({ token })),
        () => response.writeHead(500).end(),
      )
    else response.writeHead(404).end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  browser = await launch(
    '--ignore-certificate-errors',
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', // nothing but loopback is reached
  )
}, 180_000)

afterAll(async () => {
  await browser.close()
  server.close()
  signalling.stop()
  await worker.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Opens the softphone, waits until its log has such lines, and gives the log and what was asked of other hosts. */
async function open(tokens: () => Promise<string>, ...awaited: RegExp[]) {
  return openFor(lifetime - untilRenewal, tokens, ...awaited)
}

/** The same, for tokens that are renewed `refresh` seconds before they expire. */
async function openFor(refresh: number, tokens: () => Promise<string>, ...awaited: RegExp[]) {
  fetchToken = tokens
  signalling.taken.length = signalling.refused.length = 0
  const page = await browser.newPage()
  const hosts = new Set<string>()
  page.on('request', (request) => hosts.add(new URL(request.url()).hostname))
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/?refresh=${refresh}`)
  for (const line of awaited)
    await page.waitForFunction(`globalThis.lines?.some((line) => ${String(line)}.test(line))`, {
      timeout: 30_000,
    })
  const lines = await page.evaluate<string[]>('lines')
  await page.close()
  hosts.delete('127.0.0.1')
  return { lines, hosts: [...hosts] }
}

describe("Twilio's Voice SDK", () => {
  it("takes the Worker's token, registers as its client, is called, and renews it before it expires", async () => {
    const { lines, hosts } = await open(fromWorker, /renewed/, /call/)
    expect(new Set(lines)).toEqual(
      new Set(['registered as alice', 'call from client:bob', 'token renewed']),
    ) // soon it is renewed again
    expect(lines[0]).toBe('registered as alice')
    await expect.poll(() => signalling.taken.length).toBeGreaterThanOrEqual(2)
    const [first, second] = signalling.taken
    expect(first?.contents).toMatchObject({
      kind: 'access',
      identity: 'alice',
      voice: { incomingAllow: true, outgoingApplicationSid: settings.TWILIO_APPLICATION_SID },
    })
    expect(second?.token).not.toBe(first?.token)
    expect(second?.contents.expiresAt).toBeGreaterThan(Number(first?.contents.expiresAt))
    expect(second?.at).toBeLessThan(Number(first?.contents.expiresAt))
    expect(hosts.filter((host) => !/(^|\.)twilio\.com$/.test(host))).toEqual([])
  })

  it('takes a capability token', async () => {
    const capability = new TwilioCapability(settings.TWILIO_ACCOUNT_SID, secret)
    capability.allowClientIncoming('alice')
    const tokens = () => capability.generate({ expires: lifetime })
    const { lines } = await open(tokens, /renewed/, /call/)
    expect(new Set(lines)).toEqual(
      new Set(['registered as alice', 'call from client:bob', 'token renewed']),
    ) // soon it is renewed again
    expect(lines[0]).toBe('registered as alice')
    expect(signalling.taken[0]?.contents).toMatchObject({ kind: 'capability' })
  })

  it('outlives its first token', async () => {
    const access = new AccessToken(settings.TWILIO_ACCOUNT_SID, 'SK123123', secret, {
      identity: 'alice',
    }).grantVoice({
      incomingAllow: true,
    })
    let count = 0
    const tokens = async () => {
      if (++count === 4) throw new Error('three are enough')
      return access.generate({ expires: 4 })
    }
    const { lines } = await openFor(2, tokens, /not renewed/)
    expect(lines.filter((line) => !line.startsWith('call'))).toEqual([
      'registered as alice',
      'token renewed',
      'token renewed',
      'token not renewed: No token: status 500',
    ])
    const [first, second, third] = signalling.taken
    expect(second?.at).toBeLessThan(Number(first?.contents.expiresAt))
    expect(third?.at).toBeLessThan(Number(second?.contents.expiresAt))
    expect(third?.at).toBeGreaterThanOrEqual(Number(first?.contents.expiresAt))
  })

  it.each<[string, () => Promise<string>, string]>([
    [
      'with other claims',
      async () => {
        const [header = '', , signature = ''] = (await fromWorker()).split('.')
        const claims = new TwilioCapability(settings.TWILIO_ACCOUNT_SID, 'x')
          .allowClientIncoming('mallory')
          .claims()
        return `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`
      },
      'ERR_TOKEN_SIGNATURE',
    ],
    [
      'with another secret',
      () =>
        new TwilioCapability(settings.TWILIO_ACCOUNT_SID, 'another')
          .allowClientIncoming('alice')
          .generate(),
      'ERR_TOKEN_SIGNATURE',
    ],
    [
      'without a signature',
      async () =>
        `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await fromWorker()).split('.')[1] ?? ''}.`,
      'ERR_TOKEN_ALGORITHM',
    ],
  ])('is refused with a token forged %s', async (_, forge, code) => {
    const { lines } = await open(forge, /^error/)
    expect(lines).not.toContain('registered as alice')
    expect(lines[0]).toMatch(/^error 20101: /)
    expect(signalling.refused).toContain(code)
    expect(signalling.taken).toEqual([])
  })

  it('is told that a token has expired', async () => {
    const capability = new TwilioCapability(
      settings.TWILIO_ACCOUNT_SID,
      secret,
    ).allowClientIncoming('alice')
    const { lines } = await open(() => capability.generate({ now: 1_700_000_000 }), /^error/)
    expect(lines[0]).toMatch(/^error 20104: /)
    expect(signalling.refused).toContain('ERR_TOKEN_EXPIRED')
    expect(signalling.taken).toEqual([])
  })
})

describe('backend.ts', () => {
  let backend: Awaited<ReturnType<typeof startWorkerd>>
  let calls: Signalling
  let front: Server
  let authToken: string
  let phones: { close(): Promise<void> }[]
  const webhooks: { path: string; form: Record<string, string>; status: number }[] = []

  beforeAll(async () => {
    backend = await startWorkerd(folder, 'backend.ts')
    const { startSignalling } = await import('./signalling.mjs')
    calls = await startSignalling(secret, async (path, form) => {
      const headers = { 'X-Twilio-Signature': signForm(path, form, authToken) }
      const body = new URLSearchParams(form)
      const response = await fetch(backend.url + path, { method: 'POST', headers, body })
      webhooks.push({ path, form, status: response.status })
      return response
    })
    const script = await bundle(`import { softphone as start } from './softphone.js'
      export const softphone = (log) => start(log, { chunderw: '${calls.host}' })`)
    // Static files come before the Worker.
    front = createServer(({ url = '', headers: { cookie = '' } }, response) => {
      if (url === '/softphone.js') response.setHeader('content-type', 'text/javascript').end(script)
      else
        void fetch(backend.url + url, { headers: { cookie } }).then(async (answer) =>
          response.writeHead(answer.status, [...answer.headers].flat()).end(await answer.text()),
        )
    })
    await once(front.listen(0, '127.0.0.1'), 'listening')
  }, 180_000)

  beforeEach(() => {
    authToken = settings.TWILIO_AUTH_TOKEN
    phones = []
    webhooks.length = calls.dialed.length = 0
  })

  afterEach(() => Promise.all(phones.map((phone) => phone.close())))

  afterAll(async () => {
    front.close()
    calls.stop()
    await backend.stop()
  })

  /** Opens the page of the backend as a user who is signed in, or as nobody. */
  async function openAs(user?: string): Promise<Page> {
    const phone = await browser.createBrowserContext()
    phones.push(phone)
    const page = await phone.newPage()
    const origin = `http://127.0.0.1:${(front.address() as AddressInfo).port}`
    await page.goto(`${origin}/nothing`)
    if (user !== undefined) {
      const cookie = await sessionCookie(user, settings.SESSION_SECRET)
      await page.evaluate(`document.cookie = ${JSON.stringify(cookie)}`)
    }
    await page.goto(`${origin}/`)
    if (user !== undefined) await seen(page, `registered as ${user}`)
    return page
  }

  const linesOf = (page: Page) =>
    page.evaluate<string[]>("[...document.querySelectorAll('li')].map((li) => li.textContent)")

  /** Waits until the page shows a line. */
  const seen = (page: Page, line: string) =>
    expect.poll(() => linesOf(page), { timeout: 30_000 }).toContain(line)

  const call = (page: Page, to: string) =>
    page.evaluate(`document.querySelector('input').value = ${JSON.stringify(to)}
      document.querySelector('form').requestSubmit()`)

  it('backend.ts decides with its TwiML that a call reaches another client', async () => {
    const [bob, alice] = [await openAs('bob'), await openAs('alice')]
    await call(alice, 'bob')
    await seen(bob, 'call from client:alice')
    await seen(alice, 'ringing')
    await expect.poll(() => webhooks.length).toBe(2)
    expect(webhooks).toMatchObject([
      { path: '/voice', form: { To: 'bob', From: 'client:alice' }, status: 200 },
      { path: '/status', status: 204 },
    ])
    expect(webhooks[0]?.form['ApplicationSid']).toBe(settings.TWILIO_APPLICATION_SID)
    const sid = String(webhooks[0]?.form['CallSid'])
    await expect.poll(() => backend.output()).toContain(`${sid} is in-progress`)
    expect(calls.dialed).toEqual([])
  })

  it('backend.ts decides with its TwiML that a call reaches a number', async () => {
    const alice = await openAs('alice')
    await call(alice, '+15005550006')
    await seen(alice, 'ringing')
    expect(calls.dialed).toEqual(['+15005550006'])
  })

  it('backend.ts lets nobody write TwiML into a call', async () => {
    const alice = await openAs('alice')
    await call(alice, 'x</Client></Dial><Dial><Number>+15005550006</Number></Dial><Dial><Client>x')
    await seen(alice, 'disconnected')
    expect(webhooks).toMatchObject([{ path: '/voice', status: 200 }])
    expect(calls.dialed).toEqual([])
  })

  it('backend.ts answers 403 to a forged webhook, and nothing happens', async () => {
    const [bob, alice] = [await openAs('bob'), await openAs('alice')]
    authToken = 'another auth token'
    await call(alice, 'bob')
    await seen(alice, 'disconnected')
    await call(alice, '+15005550006')
    await expect.poll(() => webhooks.length).toBe(2)
    expect(webhooks).toMatchObject([
      { path: '/voice', status: 403 },
      { path: '/voice', status: 403 },
    ])
    expect(await linesOf(alice)).not.toContain('ringing')
    expect(await linesOf(alice)).toContainEqual(expect.stringMatching(/^error 31005: /))
    expect(await linesOf(bob)).toEqual(['registered as bob'])
    expect(calls.dialed).toEqual([])
  })

  it('backend.ts serves its page, but no token, to users who are not signed in', async () => {
    const page = await openAs()
    await seen(page, 'Error: No token: status 401')
  })
})

describe('softphone.js', () => {
  it('is what spec/examples/README.md shows', async () => {
    const examples = join(root, 'spec/examples')
    const page = await readFile(join(examples, 'README.md'), 'utf8')
    expect(page).toContain(`\n${await readFile(join(examples, 'softphone.js'), 'utf8')}\`\`\`\n`)
  })
})
