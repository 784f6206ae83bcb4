// Text and its bytes, on the platform's own TextEncoder and TextDecoder. They are created when they are first needed, because
// importing the library must work where there are none, and kept, because creating one takes longer than using it.

let encoder: TextEncoder | undefined
let decoder: TextDecoder | undefined

/** The UTF-8 of a text, in bytes of its own. */
export function encode(text: string): Uint8Array<ArrayBuffer> {
  return (encoder ??= new TextEncoder()).encode(text)
}

/**
 * The text of UTF-8. A byte order mark is kept.
 *
 * @throws {TypeError} if the bytes are not UTF-8.
 */
export function decode(bytes: Uint8Array<ArrayBuffer>): string {
  return (decoder ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })).decode(bytes)
}
