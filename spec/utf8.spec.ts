import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, decodeLeniently, encode, encodeBriefly, write } from '../lib/utf8.ts'

// RFC 3629 section 7, and the last characters of each length.
const examples: [text: string, bytes: number[]][] = [
  ['', []],
  ['A\u2262\u0391.', [0x41, 0xe2, 0x89, 0xa2, 0xce, 0x91, 0x2e]],
  ['\ud55c\uad6d\uc5b4', [0xed, 0x95, 0x9c, 0xea, 0xb5, 0xad, 0xec, 0x96, 0xb4]],
  ['\u65e5\u672c\u8a9e', [0xe6, 0x97, 0xa5, 0xe6, 0x9c, 0xac, 0xe8, 0xaa, 0x9e]],
  ['\ufeff\u{233b4}', [0xef, 0xbb, 0xbf, 0xf0, 0xa3, 0x8e, 0xb4]],
  ['\x7f\u07ff\uffff\u{10ffff}', [0x7f, 0xdf, 0xbf, 0xef, 0xbf, 0xbf, 0xf4, 0x8f, 0xbf, 0xbf]],
]

describe('vectors', () => {
  it.each(examples)('encode() and decode() have the example %j', (text, bytes) => {
    expect(encode(text)).toEqual(Uint8Array.from(bytes))
    expect(encodeBriefly(text)).toEqual(Uint8Array.from(bytes))
    expect(decode(Uint8Array.from(bytes))).toBe(text)
    expect(decodeLeniently(Uint8Array.from(bytes))).toBe(text)
  })
})

describe('laws', () => {
  it('decode() reads what encode() and encodeBriefly() write, however long', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom(1, 100, 1000), (text, times) => {
        const long = text.repeat(times)
        expect(decode(encode(long))).toBe(long)
        expect(decode(encodeBriefly(long))).toBe(long)
      }),
    )
  })

  it('write() writes what has room, and returns how much of the text that is', () => {
    const place = new Uint8Array(3)
    expect(write('~\0a', place)).toBe(3)
    expect(place).toEqual(Uint8Array.of(0x7e, 0, 0x61))
    const texts: [text: string, written: number][] = [
      ...([
        ['abcd', 3],
        ['abé', 2],
        ['aé', 2],
        ['ab\ud83d', 2],
        ['😀', 0],
      ] as [string, number][]),
    ]
    for (const [text, written] of texts) expect(write(text, place)).toBe(written)
  })

  it('encode() returns bytes of their own, which no later call changes', () => {
    const [first, second] = [encode('first'), encode('second')]
    encodeBriefly('a later one')
    expect(decode(first)).toBe('first')
    expect(decode(second)).toBe('second')
    expect(first.buffer).not.toBe(second.buffer)
  })
})

describe('refusals', () => {
  it.each<[title: string, bytes: number[]]>([
    ['a byte that begins nothing', [0xff]],
    ['a byte that continues nothing', [0x80]],
    ['a character that is cut', [0xe2, 0x89]],
    ['an overlong form of a slash', [0xc0, 0xaf]],
    ['an overlong form of NUL', [0xe0, 0x80, 0x80]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a number above the last character', [0xf4, 0x90, 0x80, 0x80]],
  ])('decode() rejects %s', (_, bytes) => {
    // By name: the edge VM has errors of two realms.
    expect(() => decode(Uint8Array.from(bytes))).toThrow(
      expect.objectContaining({ name: 'TypeError' }) as Error,
    )
    expect(decode(Uint8Array.of(0x61))).toBe('a') // and begins anew
    expect(decodeLeniently(Uint8Array.of(0x61, ...bytes, 0x62))).toMatch(/^a\ufffd+b$/)
  })
})
