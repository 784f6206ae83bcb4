// Calls of users, right ones and mistaken ones, each rebuilt from a public report.

import process from 'node:process'
import { expect, it } from 'vitest'
import { run } from '../runtimes/run.mjs'

it('the shipped library answers the calls of users as it should', async () => {
  const { status, stdout } = await run(process.execPath, ['spec/field/calls.mjs', 'dist/index.js'])
  expect(stdout).toMatch(/^(\d+) of \1$/m)
  expect(status).toBe(0)
})
