import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  appendPointer,
  formatPointer,
  nearestPointer,
  splitPointer,
} from '../../lib/report/pointer.ts'

describe('splitPointer()', () => {
  it('splitPointer() is the inverse of appendPointer()', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (names) => {
        expect(splitPointer(names.reduce<string>(appendPointer, ''))).toEqual(names)
      }),
    )
  })

  // RFC 6901 section 5.
  it.each([
    ['', []],
    ['/foo/0', ['foo', '0']],
    ['/', ['']],
    ['/a~1b', ['a/b']],
    ['/m~0n', ['m~n']],
    ['/~01', ['~1']],
  ])('splitPointer() splits "%s"', (pointer, names) => {
    expect(splitPointer(pointer)).toEqual(names)
  })
})

describe('formatPointer()', () => {
  it.each([
    ['', 'token'],
    ['/signature', 'signature'],
    ['/claims/grants/voice/incomingAllow', 'claims.grants.voice.incomingAllow'],
    ['/claims/policies/1/url', 'claims.policies[1].url'],
    ['/claims/grants/data-sync', 'claims.grants["data-sync"]'],
    ['/claims/a~1b/', 'claims["a/b"][""]'],
  ])('formatPointer() formats "%s" as %s', (pointer, text) => {
    expect(formatPointer(pointer)).toBe(text)
  })
})

describe('nearestPointer()', () => {
  const pointers = ['', '/claims', '/claims/iss', '/claims/grants/voice']

  it.each([
    ['/claims/iss', '/claims/iss'],
    ['/claims/grants/voice/incoming/allow', '/claims/grants/voice'],
    ['/claims/grants/voices', '/claims'],
    ['/claims/issuer', '/claims'],
    ['/header/alg', ''],
    ['', ''],
  ])('nearestPointer() finds for "%s" the place "%s"', (place, nearest) => {
    expect(nearestPointer(place, pointers)).toBe(nearest)
    expect(nearestPointer(place, [...pointers].reverse())).toBe(nearest)
  })

  it('nearestPointer() finds nothing among places that do not contain it', () => {
    expect(nearestPointer('/header/alg', ['/claims'])).toBeUndefined()
  })
})
