import { describe, expect, it } from 'vitest'
import {
  decodeLoosely,
  decodePercent,
  parseQuery,
  splitOnce,
  splitQuery,
  toBase64,
  toBase64url,
} from '../../lib/diagnose/encoding.ts'

const bytes = (...numbers: number[]) => Uint8Array.from(numbers)

describe('encodings of careless writers', () => {
  it.each([
    ['', ''],
    ['+/+/', '-_-_'],
    ['-_-_', '-_-_'],
    ['YQ==', 'YQ'],
    ['=Y=Q==', '=Y=Q'],
  ])('toBase64url() reads %j', (part, text) => {
    expect(toBase64url(part)).toBe(text)
  })

  it.each([
    ['', ''],
    ['-_-_', '+/+/'],
    ['YQ', 'YQ=='],
    ['YWI', 'YWI='],
    ['YWI=', 'YWI='],
    ['YWJj', 'YWJj'],
    ['YWJjZ', 'YWJjZ==='],
  ])('toBase64() writes %j with padding', (part, text) => {
    expect(toBase64(part)).toBe(text)
  })

  it.each([
    ['in the alphabet of base64url', '-_-_', bytes(251, 255, 191)],
    ['in that of base64', '+/+/', bytes(251, 255, 191)],
    ['with padding', 'YQ==', bytes(97)],
    ['with a character too many', 'YWJjZ', bytes(97, 98, 99)],
    ['with other characters', 'YQ!!', bytes()],
    ['that is empty', '', bytes()],
  ])('decodeLoosely() decodes a part %s', (_, part, decoded) => {
    expect(decodeLoosely(part)).toEqual(decoded)
  })

  it('decodePercent() leaves what is malformed', () => {
    expect(decodePercent('a%20b')).toBe('a b')
    expect(decodePercent('a%2')).toBe('a%2')
  })

  it('splitOnce() splits at the first separator', () => {
    expect(splitOnce('a', '=')).toEqual(['a', ''])
    expect(splitOnce('a=b=c', '=')).toEqual(['a', 'b=c'])
    expect(splitOnce('=b', '=')).toEqual(['', 'b'])
  })

  it('splitQuery() leaves names and values as they are', () => {
    expect(splitQuery('a=%2B+&&=c&d')).toEqual([
      ['a', '%2B+'],
      ['', 'c'],
      ['d', ''],
    ])
  })

  it('parseQuery() decodes names and values as a form does', () => {
    expect(parseQuery('a+b=%2B++')).toEqual([['a b', '+  ']])
    expect(parseQuery('')).toEqual([])
    expect(parseQuery('a=1&b=%')).toBeUndefined()
    expect(parseQuery('%=1')).toBeUndefined()
  })
})
