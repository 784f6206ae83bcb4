import { createServer } from 'node:http'
import process from 'node:process'
import { Readable } from 'node:stream'
import { AccessToken, verifyWebhook, WebhookError } from 'twilio-tokens'
import { identityOf } from './session.mjs' // a signed cookie: replace it with your own session
import { dial } from './twiml.mjs'

const { TWILIO_ACCOUNT_SID, TWILIO_API_KEY, TWILIO_API_SECRET, TWILIO_APPLICATION_SID } =
  process.env
const { TWILIO_AUTH_TOKEN, TWILIO_NUMBER, ORIGIN, SESSION_SECRET, PORT = '8080' } = process.env
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
if (!TWILIO_AUTH_TOKEN) throw new Error('Check TWILIO_AUTH_TOKEN: it signs the webhooks')
if (!TWILIO_NUMBER) throw new Error('Check TWILIO_NUMBER: calls to numbers come from it')
if (!SESSION_SECRET) throw new Error('Check SESSION_SECRET: it signs your session cookies')

const server = createServer(async (request, response) => {
  const { status, body, type = 'application/json' } = await route(request).catch(failure)
  // no-store, because a cache may hand one user's token to another. CORS: a page on another origin also needs
  // Access-Control-Allow-Origin with exactly that origin, and Access-Control-Allow-Credentials for the cookie.
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body)
})

async function route(request) {
  const [pathname] = request.url.split('?', 1)
  switch (`${request.method} ${pathname}`) {
    case 'GET /token':
      return token(request)
    case 'POST /voice':
      return voice(request)
    case 'POST /status':
      return status(request)
    default:
      return json(404, { error: 'Ask for GET /token' })
  }
}

const json = (status, body) => ({ status, body: JSON.stringify(body) })

function failure(error) {
  if (error.argument === 'identity') return json(400, { error: String(error) })
  console.error(error instanceof WebhookError ? error.message : error)
  if (error instanceof WebhookError) return json(403, { error: 'Not signed by Twilio' })
  return json(500, { error: 'Cannot answer' }) // the caller cannot do anything about it
}

async function token(request) {
  const identity = await identityOf(request.headers.cookie, SESSION_SECRET)
  if (identity === undefined) return json(401, { error: 'Sign in first' })
  const token = await accessFor(identity).generate({ expires })
  return json(200, { identity, token, expires })
}

// From Twilio, or an error: otherwise anyone could post here as if they were Twilio.
// ORIGIN is what Twilio sees, such as https://app.example: behind a proxy, the request has another scheme or host.
async function verify(request) {
  const { method, url, headers } = request
  const init = { method, headers, body: Readable.toWeb(request), duplex: 'half' }
  const target = (ORIGIN || `http://${headers.host}`) + url
  return verifyWebhook(new Request(target, init), TWILIO_AUTH_TOKEN)
}

async function voice(request) {
  const { params } = await verify(request)
  return { status: 200, body: dial(params.get('To'), TWILIO_NUMBER), type: 'text/xml' }
}

async function status(request) {
  const { params } = await verify(request)
  console.log(`${params.get('CallSid')} is ${params.get('CallStatus')}`)
  return { status: 204 }
}

server.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`Listening on http://127.0.0.1:${PORT}`)
})
