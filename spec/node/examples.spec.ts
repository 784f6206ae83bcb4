// The programs in spec/examples, each started as its users would, with the package from its tarball, and asked over HTTP.

import { build } from 'esbuild'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sessionCookie } from '../examples/session.mjs'
import { programs } from '../runtimes/find.mjs'
import { installRuntimes } from '../runtimes/install.mjs'
import { exec } from '../runtimes/run.mjs'
import {
  bundleWorker,
  installTarball,
  serveDeno,
  settings,
  startBun,
  startDeno,
  startNode,
  startWorkerd,
} from '../runtimes/serve.mjs'
import { grantsOf, scopesOf, testTokenServer } from './servers.ts'

const isNeeded = process.env['CI'] !== undefined // there a runtime that is missing is a failure

await installRuntimes()

let folder: string

beforeAll(async () => {
  folder = await installTarball()
}, 120_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

type Variables = Record<string, string | undefined>

describe.each([
  {
    file: 'worker.ts',
    runtime: 'workerd',
    program: programs.workerd(),
    start: (variables: Variables) => startWorkerd(folder, 'worker.ts', undefined, variables),
  },
  {
    file: 'worker.ts',
    runtime: 'workerd at 2024-01-01',
    program: programs.workerd(),
    start: (variables: Variables) => startWorkerd(folder, 'worker.ts', '2024-01-01', variables),
  },
  {
    file: 'node.mjs',
    runtime: 'Node',
    program: process.execPath,
    hasWebhooks: true,
    start: (variables: Variables) => startNode(folder, 'node.mjs', process.execPath, variables),
  },
  {
    file: 'deno.ts',
    runtime: 'Deno',
    program: programs.deno(),
    start: (variables: Variables) => startDeno(folder, variables),
  },
  {
    file: 'bun.ts',
    runtime: 'Bun',
    program: programs.bun(),
    start: (variables: Variables) => startBun(folder, variables),
  },
])('$file in $runtime', ({ file, runtime, program, start, hasWebhooks = false }) => {
  const isMissing = program === undefined && !isNeeded
  testTokenServer(`${file} in ${runtime}`, start, { isMissing, check: grantsOf, hasWebhooks })
})

describe.each([
  {
    runtime: 'workerd',
    program: programs.workerd(),
    start: (variables: Variables) => startWorkerd(folder, 'backend.ts', undefined, variables),
  },
  {
    runtime: 'Deno',
    program: programs.deno(),
    start: (variables: Variables) => serveDeno(folder, variables),
  },
  {
    runtime: 'Bun',
    program: programs.bun(),
    start: (variables: Variables) => startBun(folder, variables, 'backend.ts'),
  },
  {
    runtime: 'Node',
    program: process.execPath,
    start: async (variables: Variables) => {
      // Node 22.18 runs TypeScript as it is, but older ones do not.
      const outfile = join(folder, 'backend-node.out.mjs')
      await build({
        absWorkingDir: folder,
        entryPoints: ['backend-node.mjs'],
        outfile,
        bundle: true,
        platform: 'node',
        format: 'esm',
        packages: 'external',
      })
      return startNode(folder, 'backend-node.out.mjs', process.execPath, variables)
    },
  },
])('backend.ts in $runtime', ({ runtime, program, start }) => {
  const isMissing = program === undefined && !isNeeded
  const expectation = { isMissing, check: grantsOf, hasWebhooks: true, hasPage: true }
  testTokenServer(`backend.ts in ${runtime}`, start, expectation)

  it.skipIf(isMissing)(
    `backend.ts in ${runtime} serves a page that no site can frame`,
    async () => {
      const server = await start({})
      try {
        const response = await fetch(server.url)
        expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
        expect(response.headers.get('content-security-policy')).toBe("frame-ancestors 'none'")
        expect(await response.text()).toContain("import { softphone } from '/softphone.js'")
      } finally {
        await server.stop()
      }
    },
  )
})

describe('capability.ts in workerd', () => {
  const isMissing = programs.workerd() === undefined && !isNeeded
  const start = (variables: Variables) =>
    startWorkerd(folder, 'capability.ts', undefined, variables)
  testTokenServer('capability.ts in workerd', start, { isMissing, check: scopesOf })
})

describe('minimal-worker.ts', () => {
  const isMissing = programs.workerd() === undefined && !isNeeded

  it.skipIf(isMissing)('minimal-worker.ts answers only users who are signed in', async () => {
    const server = await startWorkerd(folder, 'minimal-worker.ts')
    try {
      const cookie = await sessionCookie('alice', settings.SESSION_SECRET)
      const response = await fetch(server.url, { headers: { cookie } })
      const { token } = (await response.json()) as { token: string }
      expect(await grantsOf(token, 'alice')).toMatchObject({ iss: settings.TWILIO_API_KEY })
      expect((await fetch(server.url)).status).toBe(401)
    } finally {
      await server.stop()
    }
  })

  it.skipIf(isMissing)('minimal-worker.ts does not start without a variable', async () => {
    const starting = startWorkerd(folder, 'minimal-worker.ts', undefined, { TWILIO_API_KEY: '' })
    await expect(starting).rejects.toThrow('Cannot use keySid')
  })
})

describe('worker.ts', () => {
  it('worker.ts is a bundle of a few kilobytes that imports only what Workers have', async () => {
    const { metafile } = await bundleWorker(folder, 'worker.ts', 'alone.js')
    const { imports, bytes } = metafile.outputs['alone.js'] ?? {}
    expect(imports?.map(({ path }) => path)).toEqual(['cloudflare:workers'])
    expect(bytes).toBeLessThan(40_000)
    expect(Object.keys(metafile.inputs).sort()).toEqual([
      'node_modules/twilio-tokens/dist/index.js',
      'session.mjs',
      'worker.ts',
    ])
  })
})

describe('deno.ts', () => {
  it.skipIf(programs.deno() === undefined && !isNeeded)(
    'deno.ts is clean in `deno check`, against the types that are shipped',
    async () => {
      await exec(programs.deno() ?? 'deno', ['check', 'deno.ts'], { cwd: folder })
    },
  )
})
