// The only signer of the specs. It signs any header and any claims with any key, as a careless or hostile maker of tokens would, and
// shares no code with lib/, so that an error there cannot hide here.

const utf8 = new TextEncoder()

/** Encodes bytes, a text as UTF-8, or any other value as JSON, in base64url. */
export function encode(value: unknown): string {
  const bytes =
    value instanceof Uint8Array
      ? value
      : utf8.encode(typeof value === 'string' ? value : JSON.stringify(value))
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

/** What a signature covers. A string is used as it is given, so that it need not be JSON. */
export function inputOf(header: unknown, claims: unknown): string {
  return `${encode(header)}.${encode(claims)}`
}

/** The HMAC of a text, in base64url. */
export async function mac(input: string, secret: string, hash = 'SHA-256'): Promise<string> {
  const algorithm = { name: 'HMAC', hash }
  const key = await crypto.subtle.importKey('raw', utf8.encode(secret), algorithm, false, ['sign'])
  return encode(new Uint8Array(await crypto.subtle.sign('HMAC', key, utf8.encode(input))))
}

/** A token with this header and these claims, whatever they are. */
export async function sign(
  header: unknown,
  claims: unknown,
  secret: string,
  hash?: string,
): Promise<string> {
  const input = inputOf(header, claims)
  return `${input}.${await mac(input, secret, hash)}`
}
