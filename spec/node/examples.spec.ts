// The programs that the README shows, each started as its users would, with the package from its tarball, and asked over HTTP.

import { jwtVerify } from 'jose'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { programs, root } from '../runtimes/find.mjs'
import { installRuntimes } from '../runtimes/install.mjs'
import { exec } from '../runtimes/run.mjs'
import {
  bundleWorker,
  installTarball,
  settings,
  startBun,
  startDeno,
  startNode,
  startWorkerd,
} from '../runtimes/serve.mjs'

type Server = Awaited<ReturnType<typeof startNode>>

interface Answer {
  identity: string
  token: string
  expires: number
}

const isNeeded = process.env['CI'] !== undefined // there a runtime that is missing is a failure
const secret = new TextEncoder().encode(settings.TWILIO_AUTH_TOKEN)

await installRuntimes()

let folder: string

beforeAll(async () => {
  folder = await installTarball()
}, 120_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

describe.each([
  {
    file: 'worker.ts',
    runtime: 'workerd',
    program: programs.workerd(),
    start: () => startWorkerd(folder),
  },
  {
    file: 'worker.ts',
    runtime: 'workerd at 2024-01-01',
    program: programs.workerd(),
    start: () => startWorkerd(folder, 'worker.ts', '2024-01-01'),
  },
  { file: 'node.ts', runtime: 'Node', program: process.execPath, start: () => startNode(folder) },
  { file: 'deno.ts', runtime: 'Deno', program: programs.deno(), start: () => startDeno(folder) },
  { file: 'bun.ts', runtime: 'Bun', program: programs.bun(), start: () => startBun(folder) },
])('$file in $runtime', ({ file, program, start }) => {
  const isMissing = program === undefined && !isNeeded
  let server: Server

  beforeAll(async () => {
    if (!isMissing) server = await start()
  }, 120_000)

  afterAll(async () => {
    if (isMissing) return
    await server.stop()
    await expect(fetch(server.url)).rejects.toThrow() // nothing of it is left
  })

  it.skipIf(isMissing)(
    'answers tokens that another library verifies, also to many that ask at once',
    async () => {
      const identities = Array.from({ length: 100 }, (_, i) => `client_${i}`)
      const ask = async (identity: string) => {
        const response = await fetch(`${server.url}/token?identity=${identity}`)
        expect(response.status).toBe(200)
        expect(response.headers.get('content-type')).toMatch(/^application\/json/)
        expect(response.headers.get('cache-control')).toBe('no-store')
        const answer = (await response.json()) as Answer
        expect(answer).toEqual({ identity, token: expect.any(String), expires: 600 })
        const { payload } = await jwtVerify(answer.token, secret, {
          algorithms: ['HS256'],
          issuer: settings.TWILIO_ACCOUNT_SID,
        })
        expect(payload['scope']).toBe(
          `scope:client:outgoing?appSid=${settings.TWILIO_APPLICATION_SID}&clientName=${identity} scope:client:incoming?clientName=${identity}`,
        )
        const left = (payload.exp ?? 0) - Date.now() / 1000
        expect(left).toBeLessThanOrEqual(600)
        expect(left).toBeGreaterThan(570)
      }
      await Promise.all(identities.map(ask))
    },
  )

  it.skipIf(isMissing).each([
    ['no identity', '/token'],
    ['an empty identity', '/token?identity='],
    ['a space', '/token?identity=Al%20ice'],
    ['a letter beyond ASCII', '/token?identity=Zo%C3%AB'],
    ['bytes that are not UTF-8', '/token?identity=%ff'],
    ['markup', '/token?identity=%3Cscript%3E'],
    ['too long a name', `/token?identity=${'a'.repeat(257)}`],
  ])('answers 400 to %s', async (_, path) => {
    const response = await fetch(server.url + path)
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual({
      error: expect.stringMatching(/^\w+Error: Cannot use clientName: it must be /),
    })
  })

  it.skipIf(isMissing).each([
    ['another path', '/', 'GET'],
    ['another method', '/token?identity=alice', 'POST'],
  ])('answers 404 to %s', async (_, path, method) => {
    const response = await fetch(server.url + path, { method })
    expect(response.status).toBe(404)
    expect(await response.json()).toEqual({ error: expect.any(String) })
  })

  it.skipIf(isMissing)('writes no secret and no token', () => {
    expect(server.output()).not.toMatch(new RegExp(`${settings.TWILIO_AUTH_TOKEN}|eyJ`))
  })

  it('is what the README shows', async () => {
    const readme = await readFile(join(root, 'README.md'), 'utf8')
    const program = await readFile(join(root, 'spec/examples', file), 'utf8')
    expect(readme).toContain(`\`\`\`ts ${file}\n${program}\`\`\`\n`)
  })
})

describe('worker.ts', () => {
  it('is a bundle of a few kilobytes that imports nothing', async () => {
    const { metafile } = await bundleWorker(folder, 'worker.ts', 'alone.js')
    const { imports, bytes } = metafile.outputs['alone.js'] ?? {}
    expect(imports).toEqual([])
    expect(bytes).toBeLessThan(16_000)
    expect(Object.keys(metafile.inputs).sort()).toEqual([
      'node_modules/twilio-tokens/dist/index.js',
      'worker.ts',
    ])
  })
})

describe('deno.ts', () => {
  it.skipIf(programs.deno() === undefined && !isNeeded)(
    'is clean in `deno check`, against the types that are shipped',
    async () => {
      await exec(programs.deno() ?? 'deno', ['check', 'deno.ts'], { cwd: folder })
    },
  )
})
