// Programs that bundlers build: pages, opened in Chromium, a Next.js application and a handler for AWS Lambda.

import { build } from 'esbuild'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inspect, verify } from '../../lib/index.ts'
import { launch, type Browser } from '../browser/puppeteer.ts'
import { grantsOf, testTokenServer } from '../node/servers.ts'
import { programs } from '../runtimes/find.mjs'
import { installNodes } from '../runtimes/install.mjs'
import { exec, run } from '../runtimes/run.mjs'
import { start } from '../runtimes/serve.mjs'
import { copyExamples, installConsumer } from './install.ts'

await installNodes()

const insecureHost = 'insecure.test' // a name that nobody can register
const sentence =
  "Error: Cannot run without crypto.subtle: use https or localhost, Node 20 or newer, or Jest's environment node"
const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' }

let folder: string
let server: Server
let port: number
let browser: Browser

beforeAll(async () => {
  folder = await installConsumer('bundlers')
  await rm(join(folder, 'out'), { recursive: true, force: true })
  server = createServer((request, response) => {
    const path = join(folder, new URL(request.url ?? '', 'http://localhost').pathname)
    void readFile(path).then(
      (body) => response.setHeader('content-type', types[extname(path)] ?? 'text/plain').end(body),
      () => response.writeHead(404).end(),
    )
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  ;({ port } = server.address() as AddressInfo)
  browser = await launch(
    `--host-resolver-rules=MAP ${insecureHost} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`,
  )
}, 300_000)

afterAll(async () => {
  await browser.close()
  server.close()
})

/** Opens a page and returns what its program writes. */
async function resultOf(path: string, host = '127.0.0.1'): Promise<string> {
  const page = await browser.newPage()
  await page.goto(`http://${host}:${port}${path}`)
  await page.waitForFunction('document.getElementById("result").textContent !== ""')
  const text = await page.evaluate<string>('document.getElementById("result").textContent')
  await page.close()
  return text
}

/** Returns the size of all scripts in a folder, in bytes. */
async function sizeOfScripts(path: string): Promise<number> {
  const files = await readdir(path, { recursive: true })
  const scripts = files.filter((file) => extname(file) === '.js')
  const sizes = await Promise.all(scripts.map(async (file) => (await stat(join(path, file))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

const bundlers = {
  Vite: () =>
    exec(
      process.execPath,
      [
        ...[join(folder, 'node_modules/vite/bin/vite.js'), 'build', 'page'],
        ...['--outDir', '../out/vite', '--emptyOutDir', '--base', './'],
      ],
      { cwd: folder },
    ),
  webpack: () => exec(process.execPath, ['webpack.mjs'], { cwd: folder }),
  Parcel: () =>
    exec(
      process.execPath,
      [
        ...[join(folder, 'node_modules/parcel/lib/bin.js'), 'build', 'page/index.html'],
        ...[
          '--dist-dir',
          'out/parcel',
          '--public-url',
          './',
          '--cache-dir',
          'out/parcel-cache',
          '--no-source-maps',
        ],
      ],
      { cwd: folder },
    ),
}

describe.each(Object.entries(bundlers))('%s', (name, bundle) => {
  const out = `out/${name.toLowerCase()}`

  it(`${name} builds a page that carries only what it uses`, async () => {
    await bundle()
    // The whole library has some 30,000 bytes or more: so has the CommonJS twin, of which nothing can be left out.
    expect(await sizeOfScripts(join(folder, out))).toBeLessThan(12_000)
  })

  it(`the page that ${name} builds generates a token in Chromium`, async () => {
    const token = await resultOf(`/${out}/index.html`)
    expect(await verify(token, 'the auth token of that account')).toMatchObject({
      kind: 'capability',
      scopes: [{ kind: 'incoming', clientName: 'alice' }],
    })
  })

  it(`the page that ${name} builds says on http:// that it needs a secure context`, async () => {
    expect(await resultOf(`/${out}/index.html`, insecureHost)).toBe(sentence)
  })
})

describe('a page on http://, which is not a secure context', () => {
  const secret = "'the secret of that account or key'"
  const access = `new tokens.AccessToken('AC123123', 'SK123123', ${secret}, { identity: 'alice' })`

  async function evaluate(host: string, code: string): Promise<string> {
    const page = await browser.newPage()
    await page.goto(`http://${host}:${port}/page/index.html`)
    const result = await page.evaluate<string>(
      `import('/node_modules/twilio-tokens/dist/index.js').then(async (tokens) => ${code}).catch(String)`,
    )
    await page.close()
    return result
  }

  it('Chromium has no crypto.subtle on http://, except on loopback', async () => {
    expect(await evaluate(insecureHost, 'String(crypto.subtle)')).toBe('undefined')
    expect(await evaluate('127.0.0.1', 'String(crypto.subtle)')).toBe('[object SubtleCrypto]')
  })

  it.each([
    ['builders', `${access}.grantVideo().claims().iss`, 'SK123123'],
    [
      'inspect() and diagnose() without a secret',
      `(await tokens.diagnose(${JSON.stringify(unsigned())})).length + tokens.inspect(${JSON.stringify(unsigned())}).kind`,
      '1capability',
    ],
  ])('%s work on http://', async (_, code, expected) => {
    expect(await evaluate(insecureHost, code)).toBe(expected)
  })

  it.each([
    ['generate()', `${access}.generate()`],
    ['verify()', `JSON.stringify(await tokens.verify(${JSON.stringify(unsigned())}, ${secret}))`],
    [
      'diagnose() with a secret',
      `JSON.stringify(await tokens.diagnose(${JSON.stringify(unsigned())}, { secret: ${secret} }))`,
    ],
  ])('%s says on http:// in one sentence that it needs a secure context', async (_, code) => {
    expect(await evaluate(insecureHost, code)).toBe(sentence)
  })
})

/** A capability token that expires in an hour, with a signature of the right form. */
function unsigned(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const exp = Math.floor(Date.now() / 1000) + 3600
  const claims = { scope: 'scope:client:incoming?clientName=alice', iss: 'AC123123', exp }
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}.${'A'.repeat(43)}`
}

describe('Next.js', () => {
  const program = () => join(folder, 'node_modules/next/dist/bin/next')
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' }

  it('Next.js builds and serves a route in the edge runtime and one in Node', async () => {
    const cwd = join(folder, 'next')
    await rm(join(cwd, 'out'), { recursive: true, force: true })
    await exec(process.execPath, [program(), 'build'], { cwd })
    const free = createServer().listen(0, '127.0.0.1')
    await once(free, 'listening')
    const { port } = free.address() as AddressInfo
    await new Promise((resolve) => free.close(resolve))
    const child = spawn(
      process.execPath,
      [program(), 'start', '-H', '127.0.0.1', '-p', `${port}`],
      {
        cwd,
        env,
        stdio: 'ignore',
      },
    )
    try {
      for (const [route, runtime] of [
        ['edge', 'edge-runtime'],
        ['node', 'nodejs'],
      ] as const) {
        const url = `http://127.0.0.1:${port}/${route}?identity=alice`
        await expect
          .poll(() => fetch(url).then(({ status }) => status, String), { timeout: 30_000 })
          .toBe(200)
        const answer = (await (await fetch(url)).json()) as { token: string }
        expect(answer).toMatchObject({ identity: 'alice', runtime })
        expect(await verify(answer.token, 'the secret of that key')).toMatchObject({
          kind: 'access',
          identity: 'alice',
        })
      }
    } finally {
      child.kill()
      await once(child, 'exit')
    }
  }, 180_000)
})

describe('the Next.js application in spec/examples', () => {
  const program = () => join(folder, 'node_modules/next/dist/bin/next')
  let application: string

  beforeAll(async () => {
    application = await copyExamples(folder, 'next')
    await writeFile(join(application, 'package.json'), '{ "private": true }')
    const config = `export default { turbopack: { root: ${JSON.stringify(folder)} } }\n`
    await writeFile(join(application, 'next.config.mjs'), config) // the packages are in the folder above
    const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' }
    await exec(process.execPath, [program(), 'build'], { cwd: application, env })
  }, 300_000)

  testTokenServer(
    'the Next.js application',
    (variables) =>
      start(
        application,
        process.execPath,
        (port) => [program(), 'start', '--hostname', '127.0.0.1', '--port', String(port)],
        { ...variables, NEXT_TELEMETRY_DISABLED: '1' },
      ),
    { check: grantsOf, hasWebhooks: true },
  )
})

describe('esbuild', () => {
  it('esbuild builds a small handler for AWS Lambda, which runs in Node 20.19', async () => {
    const outfile = join(folder, 'out/lambda/handler.js')
    await build({
      absWorkingDir: folder,
      entryPoints: ['lambda/handler.ts'],
      outfile,
      bundle: true,
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      minify: true,
      tsconfigRaw: {}, // not that of this repository, in which the package is lib/
    })
    expect((await stat(outfile)).size).toBeLessThan(25_000)
    const event = { queryStringParameters: { identity: 'alice' } }
    const code = `require(${JSON.stringify(outfile)}).handler(${JSON.stringify(event)}).then(({ statusCode, body }) => console.log(statusCode, body))`
    const { stdout, stderr } = await run(
      programs.node(20) ?? 'Node 20.19, which is not installed',
      ['--input-type=commonjs', '--eval', code],
      { cwd: folder },
    )
    expect({ status: stdout.slice(0, 4), stderr }).toEqual({ status: '200 ', stderr: '' })
    const { token } = JSON.parse(stdout.slice(4)) as { token: string }
    expect(inspect(token)).toMatchObject({ kind: 'access', identity: 'alice' })
  })
})
