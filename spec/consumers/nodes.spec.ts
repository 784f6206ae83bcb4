// The package from its tarball in every Node that is supported, the oldest first.

import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sessionCookie } from '../examples/session.mjs'
import { signForm } from '../node/servers.ts'
import { programs } from '../runtimes/find.mjs'
import { installNodes } from '../runtimes/install.mjs'
import { run } from '../runtimes/run.mjs'
import { installTarball, settings, startNode } from '../runtimes/serve.mjs'

await installNodes()

let folder: string

beforeAll(async () => {
  folder = await installTarball()
}, 120_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

describe.each([20, 22, 24, 26])('Node %i', (major) => {
  const program = programs.node(major) ?? `node ${major}, which is not installed`

  it(`Node ${major} requires and imports the package without a warning`, async () => {
    const code = `const required = require('twilio-tokens')
      import('twilio-tokens').then(async (imported) => {
        const error = await imported.verify('not a token', 'the auth token').catch((error) => error)
        console.log(process.version, error instanceof required.TokenError, Object.keys(imported).join() === Object.keys(required).join())
      })`
    const { status, stdout, stderr } = await run(
      program,
      ['--input-type=commonjs', '--eval', code],
      { cwd: folder },
    )
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: expect.stringMatching(`^v${major}\\.\\d+\\.\\d+ true true\n$`),
      stderr: '',
    })
  })

  it(`Node ${major} runs node.mjs`, async () => {
    const server = await startNode(folder, 'node.mjs', program)
    const cookie = await sessionCookie('alice', settings.SESSION_SECRET)
    const response = await fetch(`${server.url}/token`, { headers: { cookie } })
    await server.stop()
    expect(response.status).toBe(200)
  })

  it(`Node ${major} runs backend.ts, or names what it cannot run`, async () => {
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    if (major === 20) {
      const { status, stderr } = await run(program, ['backend-node.mjs'], { cwd: folder })
      expect(status).toBe(1)
      expect(stderr).toContain('Unknown file extension ".ts"')
      return
    }
    const server = await startNode(folder, 'backend-node.mjs', program)
    const page = await fetch(server.url)
    const form = { To: 'bob' }
    const headers = { 'X-Twilio-Signature': signForm('/voice', form) }
    const init = { method: 'POST', headers, body: new URLSearchParams(form) }
    const [signed, unsigned] = [
      await fetch(`${server.url}/voice`, init),
      await fetch(`${server.url}/voice`, { ...init, headers: {} }),
    ]
    await server.stop()
    expect([page.status, signed.status, unsigned.status]).toEqual([200, 200, 403])
  })
})
