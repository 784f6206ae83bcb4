// Text and its bytes, on the platform's own TextEncoder and TextDecoder. They are created when they are first needed, because
// importing the library must work where there are none, and kept, because creating one takes longer than using it.

import { need } from './platform.ts'

let encoder: TextEncoder | undefined
let decoder: TextDecoder | undefined

// Where texts are written that are read immediately: a new array for each takes longer than the writing.
const scratch = /* @__PURE__ */ new Uint8Array(8192)

/** The UTF-8 of a text, in bytes of its own. */
export function encode(text: string): Uint8Array<ArrayBuffer> {
  return theEncoder().encode(text)
}

/** The same, in bytes that are valid until the next call: only for a caller that reads them immediately. */
export function encodeBriefly(text: string): Uint8Array<ArrayBuffer> {
  if (text.length * 3 > scratch.length) return encode(text) // up to three bytes for each UTF-16 unit
  return scratch.subarray(0, theEncoder().encodeInto(text, scratch).written)
}

function theEncoder(): TextEncoder {
  return (encoder ??= new (need(globalThis.TextEncoder, 'TextEncoder'))())
}

/**
 * The text of UTF-8. A byte order mark is kept.
 *
 * @throws {TypeError} if the bytes are not UTF-8.
 */
export function decode(bytes: Uint8Array<ArrayBuffer>): string {
  return strictDecoder().decode(bytes)
}

/** The decoder of `decode`. */
export function strictDecoder(): TextDecoder {
  return (decoder ??= new (need(globalThis.TextDecoder, 'TextDecoder'))('utf-8', {
    fatal: true,
    ignoreBOM: true,
  }))
}
