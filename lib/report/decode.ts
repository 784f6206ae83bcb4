// Decodes as much of a token as can be read, even if `inspect` and `verify` must reject it.

type Members = Record<string, unknown>

/** The parts of a token that could be decoded. */
export interface DecodedParts {
  header?: Members
  claims?: Members
  /** The third part, as text. */
  signature?: string
}

/** Decodes the parts of a token, in any alphabet of base64, with and without padding. */
export function decodeParts(token: string): DecodedParts {
  const [header, claims, signature, ...more] = token.split('.', 6)
  const [decodedHeader, decodedClaims] = [header, claims].map(decodeObject)
  return {
    ...(decodedHeader && { header: decodedHeader }),
    ...(decodedClaims && more.length === 0 && { claims: decodedClaims }), // of five parts, the second is an encrypted key
    ...(signature !== undefined && more.length === 0 && { signature }),
  }
}

/** Encodes header or claims as a part of a token. */
export function encodeObject(value: Members): string {
  const bytes = new TextEncoder().encode(JSON.stringify(value))
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

function decodeObject(part: string | undefined): Members | undefined {
  if (part === undefined) return undefined
  try {
    const bytes = atob(part.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, ''))
    const text = new TextDecoder('utf-8', { fatal: true }).decode(
      Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)),
    )
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Members)
      : undefined
  } catch {
    return undefined // the findings say why
  }
}
