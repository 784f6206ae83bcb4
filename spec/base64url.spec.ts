import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, encode, lengthOf, read, write } from '../lib/base64url.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)

describe('vectors', () => {
  // RFC 4648 section 10, without the padding.
  it.each([
    ['', ''],
    ['f', 'Zg'],
    ['fo', 'Zm8'],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg'],
    ['fooba', 'Zm9vYmE'],
    ['foobar', 'Zm9vYmFy'],
  ])('encode() and decode() have the example %j of RFC 4648', (text, encoded) => {
    expect(encode(utf8(text))).toBe(encoded)
    expect(decode(encoded)).toEqual(utf8(text))
  })

  it('encode() and decode() have the example of RFC 7515 appendix C', () => {
    const bytes = Uint8Array.of(3, 236, 255, 224, 193)
    expect(encode(bytes)).toBe('A-z_4ME')
    expect(decode('A-z_4ME')).toEqual(bytes)
  })

  it('encode() and decode() have the alphabet of RFC 4648 table 2', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    expect(encode(decode(alphabet))).toBe(alphabet)
    expect(decode('AAAB')).toEqual(Uint8Array.of(0, 0, 1))
    expect(decode('__-A')).toEqual(Uint8Array.of(255, 255, 128))
  })
})

describe('laws', () => {
  it('decode() and read() read what encode() and write() write, however long', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom(1, 30, 100),
        (bytes, times) => {
          const long = Uint8Array.from({ length: bytes.length * times }, (_, i) =>
            Number(bytes[i % bytes.length]),
          )
          const text = encode(long)
          expect(decode(text)).toEqual(long)
          const characters = new Uint8Array(lengthOf(long.length) + 1)
          write(long, characters, 1)
          expect(read(characters, 1, characters.length, characters)).toEqual(long)
        },
      ),
    )
  })

  it('read() writes into its place, at the indices of the text, and nothing else of it', () => {
    const text = utf8('..AAEC..')
    const place = new Uint8Array(8).fill(255)
    expect(read(text, 2, 6, place)).toEqual(Uint8Array.of(0, 1, 2))
    expect(place).toEqual(Uint8Array.of(255, 255, 0, 1, 2, 255, 255, 255))
    expect(text).toEqual(utf8('..AAEC..'))
  })

  it('decode() reads nothing that encode() does not write', () => {
    const nearly = fc.string({ unit: fc.constantFrom(...'AQgw_-09+/= \n\u00e9') })
    fc.assert(
      fc.property(nearly, (text) => {
        let bytes
        try {
          bytes = decode(text)
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError)
          return
        }
        expect(encode(bytes)).toBe(text)
      }),
      { numRuns: 1000 },
    )
  })

  it('encode() writes what btoa writes, except the two characters and the padding', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const base64 = btoa(String.fromCharCode(...bytes))
        expect(encode(bytes)).toBe(
          base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''),
        )
      }),
    )
  })
})

describe('refusals', () => {
  it.each([
    ['padding', 'Zg=='],
    ['a character of base64', 'ab+/'],
    ['white space', 'Zm9v '],
    ['a line break', 'Zm9v\n'],
    ['a character beyond ASCII', 'Zm9\u0161'], // š, whose low byte is that of "a"
    ['half a character', 'Zm9\ud83d'],
    ['a whole emoji', 'Zm\ud83d\ude00'],
    ['a NUL', 'Zm9\0'],
    ['a length of one', 'Z'],
    ['a length of five', 'Zm9vA'],
    ['unused bits set, four of them', 'Zh'],
    ['unused bits set, two of them', 'Zm9'],
  ])('decode() rejects %s', (_, text) => {
    expect(() => decode(text)).toThrow(SyntaxError)
    expect(() => decode(text)).toThrow(
      'Cannot decode base64url: it must have only A-Z a-z 0-9 - _, no padding',
    )
  })
})
