// A mutant that breaks a module while it loads leaves no spec that could fail, and would pass for one that survives: here one fails.
import { expect, it } from 'vitest'

it('loads', async () => {
  expect(await import('../../lib/index.ts')).toHaveProperty('verify')
})
