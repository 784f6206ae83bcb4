// Text and its bytes, on the platform's own TextEncoder and TextDecoder. They are created when they are first needed, because
// importing the library must work where there are none, and kept, because creating one takes longer than using it.

import { need } from './platform.ts'

let encoder: TextEncoder | undefined
let decoder: TextDecoder | undefined
let lenientDecoder: TextDecoder | undefined

// A new array for bytes that are read immediately takes longer than writing them.
const scratch = /* @__PURE__ */ new Uint8Array(8192)

/** Bytes to write into, which are valid until the next call: only for a caller that reads them immediately. */
export function briefly(length: number): Uint8Array<ArrayBuffer> {
  return length > scratch.length ? new Uint8Array(length) : scratch
}

/** The UTF-8 of a string, in bytes of its own. */
export function encode(text: string): Uint8Array<ArrayBuffer> {
  return theEncoder().encode(text)
}

/** The same, in bytes that are valid until the next call. */
export function encodeBriefly(text: string): Uint8Array<ArrayBuffer> {
  const bytes = briefly(text.length * 3) // up to three bytes for each UTF-16 unit
  return bytes.subarray(0, theEncoder().encodeInto(text, bytes).written)
}

/** Writes the UTF-8 of a text where there may be too little room, and returns how many of its UTF-16 units it has written. */
export function write(text: string, bytes: Uint8Array<ArrayBuffer>): number {
  return theEncoder().encodeInto(text, bytes).read
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
  return (decoder ??= newDecoder(true))
}

/** The text of bytes that may not be UTF-8: a replacement character stands for what is not. A byte order mark is kept. */
export function decodeLeniently(bytes: Uint8Array<ArrayBuffer>): string {
  lenientDecoder ??= newDecoder(false)
  return lenientDecoder.decode(bytes)
}

function newDecoder(fatal: boolean): TextDecoder {
  return new (need(globalThis.TextDecoder, 'TextDecoder'))('utf-8', { fatal, ignoreBOM: true })
}
