// A session in a signed cookie, on WebCrypto. It stands for the session of your own application: replace it with that.
//
//   session=<identity, percent-encoded>.<expiry, in seconds since the epoch>.<HMAC-SHA256 of both, in base64url>

/**
 * Returns the user that a request's cookies prove, or undefined if there is no session, it has expired or it is forged.
 *
 * @param {string | null | undefined} cookies The Cookie header of the request.
 * @param {string} secret The secret that signs the cookies of your application; not one of Twilio's.
 * @returns {Promise<string | undefined>}
 */
export async function identityOf(cookies, secret) {
  const session = /(?:^|; *)session=([^.;]+)\.(\d+)\.([\w-]{43})(?:;|$)/.exec(cookies ?? '')
  if (!session) return undefined
  const [, identity = '', expiry = '', signature = ''] = session
  const base64 = signature.replaceAll('-', '+').replaceAll('_', '/')
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  const isSigned = await crypto.subtle.verify(
    'HMAC',
    await keyOf(secret),
    bytes,
    input(identity, expiry),
  )
  return isSigned && Number(expiry) > Date.now() / 1000 ? decodeURIComponent(identity) : undefined
}

/**
 * Creates the cookie that a user receives after signing in. It is valid for a day.
 *
 * @param {string} user
 * @param {string} secret
 */
export async function sessionCookie(user, secret) {
  const identity = encodeURIComponent(user).replaceAll('.', '%2E')
  const expiry = String(Math.floor(Date.now() / 1000) + 86_400)
  const signature = await crypto.subtle.sign('HMAC', await keyOf(secret), input(identity, expiry))
  const base64 = btoa(String.fromCharCode(...new Uint8Array(signature)))
  return `session=${identity}.${expiry}.${base64.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_')}`
}

/** @param {string} secret */
function keyOf(secret) {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  return crypto.subtle.importKey('raw', new TextEncoder().encode(secret), algorithm, false, [
    'sign',
    'verify',
  ])
}

/**
 * @param {string} identity
 * @param {string} expiry
 */
function input(identity, expiry) {
  return new TextEncoder().encode(`session=${identity}.${expiry}`)
}
