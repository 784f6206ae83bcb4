// What somebody gets who clones the repository and packs it: with scripts on, as npm runs them by default.

import { describe, expect, it } from 'vitest'
import { packClone } from '../scripts/pack-check.mjs'

describe('a fresh clone', () => {
  it('packs what prepack has built, and twice the same bytes', async () => {
    const [first, second] = [await packClone(), await packClone()]
    expect(first.files).toEqual(
      expect.arrayContaining(['dist/index.js', 'dist/index.d.ts', 'dist/cli.js', 'dist/page.html']),
    )
    expect(second).toEqual(first)
  }, 300_000)
})
