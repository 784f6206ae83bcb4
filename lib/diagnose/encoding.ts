// Encodings as careless writers use them, read as loosely as their readers do.

/** A part of a token in the alphabet of base64url, without padding. */
export function toBase64url(part: string): string {
  let end = part.length
  while (part[end - 1] === '=') end--
  return part.slice(0, end).replace(/\+/g, '-').replace(/\//g, '_')
}

/** The same in ordinary base64, with padding. */
export function toBase64(part: string): string {
  const text = toBase64url(part).replace(/-/g, '+').replace(/_/g, '/')
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=')
}

/** Decodes either alphabet of base64 as far as it goes. Other characters decode to nothing. */
export function decodeLoosely(part: string): Uint8Array<ArrayBuffer> {
  const text = toBase64url(part).replace(/-/g, '+').replace(/_/g, '/')
  try {
    const bytes = atob(text.length % 4 === 1 ? text.slice(0, -1) : text)
    return Uint8Array.from(bytes, (byte) => byte.charCodeAt(0))
  } catch {
    return new Uint8Array()
  }
}

/** Decodes percent-encoding. What is malformed stays as it is. */
export function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Names and values of a query, or nothing if its percent-encoding is malformed. */
export function parseQuery(query: string): [name: string, value: string][] | undefined {
  try {
    return splitQuery(query).map(([name, value]) => [decode(name), decode(value)])
  } catch {
    return undefined
  }
}

/** Names and values of a query, as they are. */
export function splitQuery(query: string): [name: string, value: string][] {
  const pairs = query.split('&').filter((pair) => pair !== '')
  return pairs.map((pair) => splitOnce(pair, '='))
}

/** What is before a separator, and what is after it. */
export function splitOnce(text: string, separator: string): [string, string] {
  const position = text.indexOf(separator)
  return position < 0 ? [text, ''] : [text.slice(0, position), text.slice(position + 1)]
}

function decode(text: string): string {
  return decodeURIComponent(text.replace(/\+/g, ' '))
}
