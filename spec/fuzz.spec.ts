// A short run; `npm run fuzz` makes a long one.

import * as library from 'twilio-tokens'
import { expect, it } from 'vitest'
import { fuzzFindings } from './support/fuzz/findings.ts'
import { fuzz } from './support/fuzz/fuzz.ts'

it('hostile input brings a result or a documented error, and changes nothing', async () => {
  const { calls, results, outcomes } = await fuzz(library, 5000, 11)
  // All are reached, and in earnest: neither is everything refused nor everything taken.
  expect(Object.keys(calls).sort()).toEqual(callables().sort())
  expect(Object.keys(results).sort()).toEqual(callables().sort())
  expect(Object.keys(outcomes).sort()).toEqual([
    'ERR_TOKEN_ALGORITHM',
    'ERR_TOKEN_CLAIM',
    'ERR_TOKEN_EXPIRED',
    'ERR_TOKEN_INACTIVE',
    'ERR_TOKEN_MALFORMED',
    'ERR_TOKEN_SIGNATURE',
    'ERR_WEBHOOK_BODY',
    'ERR_WEBHOOK_KEY',
    'ERR_WEBHOOK_SIGNATURE',
    'ERR_WEBHOOK_UNSIGNED',
    'RangeError',
    'TypeError',
    'result',
  ])
  expect(outcomes['result']).toBeGreaterThan(1000)
})

it('diagnose() finds each mistake that is planted, and none where none was', async () => {
  await expect(fuzzFindings(library, 1000, 1)).resolves.toBeUndefined()
})

/** All functions, constructors and methods that the library exports, except those of its errors. */
function callables(): string[] {
  return Object.entries(library as Record<string, unknown>).flatMap(([name, value]) => {
    if (typeof value !== 'function' || name.endsWith('Error')) return []
    if (!String(value).startsWith('class')) return [name]
    const methods = [value as object, value.prototype as object].flatMap((owner) =>
      Object.entries(Object.getOwnPropertyDescriptors(owner)).flatMap(([key, member]) =>
        typeof member.value === 'function' && key !== 'constructor' ? [`${name}.${key}`] : [],
      ),
    )
    return [`new ${name}`, ...methods]
  })
}
