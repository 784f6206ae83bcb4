// A short run; `npm run fuzz` makes a long one.

import { expect, it } from 'vitest'
import { fuzzCommand } from './command-fuzz.ts'

it('a hostile command line brings a result, shows no secret, and prints nothing that controls a terminal', async () => {
  const { commands, statuses } = await fuzzCommand(4000, 34)
  const all = ['access', 'capability', 'inspect', 'page', 'taskrouter', 'webhook']
  expect(Object.keys(commands).sort()).toEqual(all)
  // In earnest: neither is every command line refused nor every one taken.
  expect(Object.keys(statuses)).toEqual(['0', '1', '2'])
  for (const count of Object.values(statuses)) expect(count).toBeGreaterThan(100)
})
