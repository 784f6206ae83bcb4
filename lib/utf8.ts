// Text and its bytes, on the platform's own TextEncoder and TextDecoder. They are created when they are first needed, because
// importing the library must work where there are none, and kept, because creating one takes longer than using it.

let encoder: TextEncoder | undefined
let decoder: TextDecoder | undefined

// Where texts are written that are read immediately: a new array for each takes longer than the writing.
const scratch = /* @__PURE__ */ new Uint8Array(8192)

/** The UTF-8 of a text, in bytes of its own. */
export function encode(text: string): Uint8Array<ArrayBuffer> {
  return (encoder ??= new TextEncoder()).encode(text)
}

/** The same, in bytes that are valid until the next call: only for a caller that reads them immediately. */
export function encodeBriefly(text: string): Uint8Array<ArrayBuffer> {
  if (text.length * 3 > scratch.length) return encode(text) // up to three bytes for each UTF-16 unit
  return scratch.subarray(0, (encoder ??= new TextEncoder()).encodeInto(text, scratch).written)
}

/**
 * The text of UTF-8. A byte order mark is kept.
 *
 * @throws {TypeError} if the bytes are not UTF-8.
 */
export function decode(bytes: Uint8Array<ArrayBuffer>): string {
  return (decoder ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })).decode(bytes)
}
