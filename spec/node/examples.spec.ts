// The programs in spec/examples, each started as its users would, with the package from its tarball, and asked over HTTP.

import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sessionCookie } from '../examples/session.mjs'
import { programs } from '../runtimes/find.mjs'
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
])('$file in $runtime', ({ file, runtime, program, start }) => {
  const isMissing = program === undefined && !isNeeded
  testTokenServer(`${file} in ${runtime}`, start, { isMissing, check: grantsOf })
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
