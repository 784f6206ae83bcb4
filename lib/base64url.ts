// RFC 4648 section 5, "Base 64 Encoding with URL and Filename Safe Alphabet", without padding as RFC 7515 section 2 asks:
//
//   bytes       |   first byte  |  second byte  |   third byte  |
//   characters  |  first    |  second   |   third   |  fourth   |     six bits each

import * as utf8 from './utf8.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

// Marked as pure, so that bundlers drop both tables from programs that do not use them.
const codes = /* @__PURE__ */ Uint8Array.from(alphabet, (character) => character.charCodeAt(0))

// The inverse: the code of a character yields its six bits, or 64 if it is not in the alphabet.
const foreign = 64
const values = /* @__PURE__ */ invert(codes)

// A buffer for all but very long texts, which are written and read immediately: a new array takes as long as writing into it.
const scratch = /* @__PURE__ */ new Uint8Array(8192)

/** Encodes bytes as base64url. */
export function encode(bytes: Uint8Array): string {
  const length = Math.ceil((bytes.length * 4) / 3)
  const text = length > scratch.length ? new Uint8Array(length) : scratch
  // The last iteration may read past the end, where NaN has the bits of zero, and write past it, which is cut off.
  for (let from = 0, to = 0; from < bytes.length; from += 3, to += 4) {
    const bits =
      (Number(bytes[from]) << 16) | (Number(bytes[from + 1]) << 8) | Number(bytes[from + 2])
    // Four lines instead of a loop, bytes instead of charCodeAt, and no function for what may be undefined: a third of the time.
    text[to] = Number(codes[bits >> 18])
    text[to + 1] = Number(codes[(bits >> 12) & 63])
    text[to + 2] = Number(codes[(bits >> 6) & 63])
    text[to + 3] = Number(codes[bits & 63])
  }
  return utf8.decode(text.subarray(0, length))
}

/**
 * Decodes base64url, but only what `encode` can write: no padding, no white space, no other alphabet, and no unused bits that
 * are set. RFC 4648 section 3.5 lets a decoder reject such bits. Otherwise several texts would be the same signature.
 *
 * @param place A buffer for callers that consume the bytes immediately; a new one if omitted.
 * @throws {SyntaxError} if the text is anything else.
 */
export function decode(text: string, place?: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const bytes = place ?? new Uint8Array((text.length * 3) >> 2)
  let at = 0
  let bits = 0 // read but not yet written, in the low end
  let count = 0 // how many they are
  for (let from = 0; from < text.length; from++) {
    const value = values[text.charCodeAt(from)] ?? foreign
    if (value === foreign)
      throw new SyntaxError('Cannot decode base64url: it must have only A-Z a-z 0-9 - _')
    bits = (bits << 6) | value
    count += 6
    if (count >= 8) {
      count -= 8
      bytes[at++] = bits >> count
    }
  }
  if (count === 6)
    throw new SyntaxError(
      'Cannot decode base64url: its length must not be one over a multiple of four',
    )
  if ((bits & ((1 << count) - 1)) !== 0)
    throw new SyntaxError('Cannot decode base64url: the unused bits at its end must be zero')
  return place ? place.subarray(0, at) : bytes
}

function invert(codes: Uint8Array): Uint8Array {
  const inverse = new Uint8Array(128).fill(foreign)
  for (const [value, code] of codes.entries()) inverse[code] = value
  return inverse
}
