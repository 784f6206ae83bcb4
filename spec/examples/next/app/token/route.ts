import { identityOf } from '../../session.mjs' // a signed cookie: replace it with your own session
import { accessFor, argumentOf, expires, SESSION_SECRET } from '../../twilio'

// `export const runtime = 'edge'` runs this route in the edge runtime, without any other change.

export async function GET(request: Request): Promise<Response> {
  const identity = await identityOf(request.headers.get('cookie'), SESSION_SECRET)
  if (identity === undefined) return answer(401, { error: 'Sign in first' })
  try {
    const token = await accessFor(identity).generate({ expires })
    return answer(200, { identity, token, expires })
  } catch (error) {
    if (argumentOf(error) === 'identity') return answer(400, { error: String(error) })
    console.error(error) // the caller cannot do anything about it
    return answer(500, { error: 'Cannot generate a token' })
  }
}

// no-store, because a cache may hand one user's token to another. CORS: a page on another origin also needs
// Access-Control-Allow-Origin with exactly that origin, and Access-Control-Allow-Credentials for the cookie.
function answer(status: number, body: object): Response {
  return Response.json(body, { status, headers: { 'Cache-Control': 'no-store' } })
}
