import { createServer } from 'node:http'
import process from 'node:process'
import { AccessToken } from 'twilio-tokens'
import { identityOf } from './session.mjs' // a signed cookie: replace it with your own session

const { TWILIO_ACCOUNT_SID, TWILIO_API_KEY, TWILIO_API_SECRET, TWILIO_APPLICATION_SID } =
  process.env
const { SESSION_SECRET, PORT = '8080' } = process.env
const expires = 600 // ten minutes: the browser asks for a new token before they are over

const accessFor = (identity) =>
  new AccessToken(TWILIO_ACCOUNT_SID, TWILIO_API_KEY, TWILIO_API_SECRET, { identity }).grantVoice({
    incomingAllow: true,
    outgoingApplicationSid: TWILIO_APPLICATION_SID,
  })

// With a variable that is missing or wrong, the server does not start.
const variables = {
  accountSid: 'TWILIO_ACCOUNT_SID',
  keySid: 'TWILIO_API_KEY',
  keySecret: 'TWILIO_API_SECRET',
  outgoingApplicationSid: 'TWILIO_APPLICATION_SID',
}
try {
  accessFor('nobody')
} catch (error) {
  throw new Error(`Check ${variables[error.argument]}: ${error}`)
}
if (!SESSION_SECRET) throw new Error('Check SESSION_SECRET: it signs your session cookies')

const server = createServer(async (request, response) => {
  const { status, body } = await route(request)
  // no-store, because a cache may hand one user's token to another. CORS: a page on another origin also needs
  // Access-Control-Allow-Origin with exactly that origin, and Access-Control-Allow-Credentials for the cookie.
  const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }
  response.writeHead(status, headers).end(JSON.stringify(body))
})

async function route(request) {
  const [pathname] = request.url.split('?', 1)
  if (request.method === 'GET' && pathname === '/token') return token(request)
  return { status: 404, body: { error: 'Ask for GET /token' } }
}

async function token(request) {
  const identity = await identityOf(request.headers.cookie, SESSION_SECRET)
  if (identity === undefined) return { status: 401, body: { error: 'Sign in first' } }
  try {
    const token = await accessFor(identity).generate({ expires })
    return { status: 200, body: { identity, token, expires } }
  } catch (error) {
    if (error.argument === 'identity') return { status: 400, body: { error: String(error) } }
    console.error(error) // the caller cannot do anything about it
    return { status: 500, body: { error: 'Cannot generate a token' } }
  }
}

server.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`Listening on http://127.0.0.1:${PORT}`)
})
