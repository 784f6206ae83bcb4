// Twilio's own Voice SDK in Chromium, with the softphone and the Worker in spec/examples: it accepts our tokens, registers, renews
// them before they expire, and is rejected with forged ones. Twilio's signalling server is a stand-in on loopback.

import { build } from 'esbuild'
import { once } from 'node:events'
import { readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AccessToken, TwilioCapability, type TokenContents } from '../../lib/index.ts'
import { sessionCookie } from '../examples/session.mjs'
import { root } from '../runtimes/find.mjs'
import { installRuntimes } from '../runtimes/install.mjs'
import { installTarball, settings, startWorkerd } from '../runtimes/serve.mjs'
import { launch, type Browser } from './puppeteer.ts'

interface Signalling {
  host: string
  taken: { token: string; contents: TokenContents; at: number }[]
  refused: string[]
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

beforeAll(async () => {
  folder = await installTarball()
  worker = await startWorkerd(folder)
  const { startSignalling } = await import('./signalling.mjs')
  signalling = await startSignalling(secret)
  const { outputFiles } = await build({
    stdin: {
      resolveDir: join(root, 'spec/examples'),
      contents: `import { softphone } from './softphone.js'
        globalThis.lines = []
        const tokenRefreshMs = Number(new URL(location.href).searchParams.get('refresh')) * 1000
        softphone((line) => lines.push(line), { chunderw: '${signalling.host}', tokenRefreshMs }).catch((error) => lines.push(String(error)))`,
    },
    bundle: true,
    format: 'esm',
    write: false,
    nodePaths: [join(root, 'spec/browser/node_modules')], // where the Voice SDK is
  })
  const script = outputFiles[0]?.text ?? ''
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

describe('softphone.js', () => {
  it('is what spec/examples/README.md shows', async () => {
    const examples = join(root, 'spec/examples')
    const page = await readFile(join(examples, 'README.md'), 'utf8')
    expect(page).toContain(`\n${await readFile(join(examples, 'softphone.js'), 'utf8')}\`\`\`\n`)
  })
})
