// RFC 4648 section 5, "Base 64 Encoding with URL and Filename Safe Alphabet", without padding as RFC 7515 section 2 asks:
//
//   bytes       |   first byte  |  second byte  |   third byte  |
//   characters  |  first    |  second   |   third   |  fourth   |     six bits each

import * as utf8 from './utf8.ts'

type Bytes = Uint8Array<ArrayBuffer>

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

const zero = 0x41 // A, which has no bits that are set

// Marked as pure, so that bundlers drop both tables from programs that do not use them.
const codes = /* @__PURE__ */ Uint8Array.from(alphabet, (character) => character.charCodeAt(0))

// The inverse: the code of a character yields its six bits, or -1 if it is not in the alphabet.
const values = /* @__PURE__ */ invert(codes)

/** The number of characters that encode a number of bytes. */
export function lengthOf(count: number): number {
  return Math.ceil((count * 4) / 3)
}

/** Encodes bytes as base64url. */
export function encode(bytes: Uint8Array): string {
  const text = new Uint8Array(lengthOf(bytes.length))
  write(bytes, text, 0)
  return utf8.decode(text)
}

/** Writes the characters of `encode` into a text, from an index on. They may be followed by up to two more. */
export function write(bytes: Uint8Array, text: Uint8Array, at: number): void {
  // The last iteration may read past the end, where NaN has the bits of zero.
  for (let from = 0, to = at; from < bytes.length; from += 3, to += 4) {
    const bits =
      (Number(bytes[from]) << 16) | (Number(bytes[from + 1]) << 8) | Number(bytes[from + 2])
    // Four lines instead of a loop, bytes instead of charCodeAt, and no function for what may be undefined: a third of the time.
    text[to] = Number(codes[bits >> 18])
    text[to + 1] = Number(codes[(bits >> 12) & 63])
    text[to + 2] = Number(codes[(bits >> 6) & 63])
    text[to + 3] = Number(codes[bits & 63])
  }
}

/**
 * Decodes base64url, but only what `encode` can write: no padding, no white space, no other alphabet, and no unused bits that
 * are set. RFC 4648 section 3.5 lets a decoder reject such bits. Otherwise several strings would encode the same signature.
 *
 * @throws {SyntaxError} if the text is anything else.
 */
export function decode(text: string): Bytes {
  const bytes = utf8.encode(text)
  return read(bytes, 0, bytes.length, bytes)
}

/**
 * Decodes the characters of a text from an index to another, into the same indices of a place, which may be the text.
 *
 * @returns The part of the place that was written.
 * @throws {SyntaxError} as `decode` does.
 */
export function read(text: Uint8Array, start: number, end: number, place: Bytes): Bytes {
  const rest = (end - start) % 4 // a last group of two or three characters, for one byte or two
  const whole = end - rest
  let isValid = rest !== 1
  let to = start
  for (let from = start; from < whole; from += 4) {
    const bits = bitsOf(text[from], text[from + 1], text[from + 2], text[from + 3])
    isValid &&= bits >= 0
    place[to++] = bits >> 16
    place[to++] = bits >> 8
    place[to++] = bits
  }
  if (rest > 1) {
    const third = rest > 2 ? text[whole + 2] : zero
    const bits = bitsOf(text[whole], text[whole + 1], third, zero)
    const unused = rest > 2 ? 0xff : 0xffff
    isValid &&= bits >= 0 && (bits & unused) === 0
    place[to++] = bits >> 16
    if (rest > 2) place[to++] = bits >> 8
  }
  if (isValid) return place.subarray(start, to)
  const rule = 'it must have only A-Z a-z 0-9 - _, no padding, and no unused bits that are set'
  throw new SyntaxError(`Cannot decode base64url: ${rule}`)
}

// The 24 bits of four characters, negative if one is not in the alphabet.
function bitsOf(first?: number, second?: number, third?: number, fourth?: number): number {
  return (
    (Number(values[Number(first)]) << 18) |
    (Number(values[Number(second)]) << 12) |
    (Number(values[Number(third)]) << 6) |
    Number(values[Number(fourth)])
  )
}

function invert(codes: Uint8Array): Int8Array {
  const inverse = new Int8Array(256).fill(-1)
  for (const [value, code] of codes.entries()) inverse[code] = value
  return inverse
}
