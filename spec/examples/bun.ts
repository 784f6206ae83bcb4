import { AccessToken } from 'twilio-tokens'
import { identityOf } from './session.mjs' // a signed cookie: replace it with your own session

const { TWILIO_ACCOUNT_SID = '', TWILIO_API_KEY = '', TWILIO_API_SECRET = '' } = process.env
const { TWILIO_APPLICATION_SID = '', SESSION_SECRET = '', PORT = '8080' } = process.env
const expires = 600 // ten minutes: the browser asks for a new token before they are over

const accessFor = (identity: string) =>
  new AccessToken(TWILIO_ACCOUNT_SID, TWILIO_API_KEY, TWILIO_API_SECRET, { identity }).grantVoice({
    incomingAllow: true,
    outgoingApplicationSid: TWILIO_APPLICATION_SID,
  })

// With a variable that is missing or wrong, the server does not start.
const variables: Record<string, string> = {
  accountSid: 'TWILIO_ACCOUNT_SID',
  keySid: 'TWILIO_API_KEY',
  keySecret: 'TWILIO_API_SECRET',
  outgoingApplicationSid: 'TWILIO_APPLICATION_SID',
}
try {
  accessFor('nobody')
} catch (error) {
  throw new Error(`Check ${variables[argumentOf(error)]}: ${error}`)
}
if (!SESSION_SECRET) throw new Error('Check SESSION_SECRET: it signs your session cookies')

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: PORT,
  fetch(request: Request): Response | Promise<Response> {
    const { pathname } = new URL(request.url)
    if (request.method === 'GET' && pathname === '/token') return token(request)
    return answer(404, { error: 'Ask for GET /token' })
  },
})
console.log(`Listening on ${server.url}`)

async function token(request: Request): Promise<Response> {
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

function argumentOf(error: unknown): string {
  return error instanceof Error && 'argument' in error ? String(error.argument) : ''
}
