import express from 'express'
import process from 'node:process'
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

const app = express()

// no-store, because a cache may hand one user's token to another. CORS: a page on another origin also needs
// Access-Control-Allow-Origin with exactly that origin, and Access-Control-Allow-Credentials for the cookie.
app.use((request, response, next) => {
  response.set('Cache-Control', 'no-store')
  next()
})

app.get('/token', async (request, response) => {
  const identity = await identityOf(request.headers.cookie, SESSION_SECRET)
  if (identity === undefined) return response.status(401).json({ error: 'Sign in first' })
  const token = await accessFor(identity).generate({ expires })
  return response.json({ identity, token, expires })
})

// From Twilio, or an error: otherwise anyone could post here as if they were Twilio. Express has parsed the form, so it becomes a
// Request again. ORIGIN is what Twilio sees, such as https://app.example: behind a proxy, the request has another scheme or host.
async function verify({ method, originalUrl, headers, body = {} }) {
  const pairs = Object.entries(body).flatMap(([name, value]) =>
    [value].flat().map((v) => [name, v]),
  )
  const init = { method, headers, body: new URLSearchParams(pairs) }
  const url = (ORIGIN || `http://${headers.host}`) + originalUrl
  return verifyWebhook(new Request(url, init), TWILIO_AUTH_TOKEN)
}

app.post('/voice', express.urlencoded({ extended: false }), async (request, response) => {
  const { params } = await verify(request)
  response.type('text/xml').send(dial(params.get('To'), TWILIO_NUMBER))
})

app.post('/status', express.urlencoded({ extended: false }), async (request, response) => {
  const { params } = await verify(request)
  console.log(`${params.get('CallSid')} is ${params.get('CallStatus')}`)
  response.status(204).end()
})

app.use((request, response) => response.status(404).json({ error: 'Ask for GET /token' }))

// Express knows an error handler by its four parameters.
app.use((error, request, response, next) => {
  if (error.argument === 'identity') return response.status(400).json({ error: String(error) })
  if (error instanceof WebhookError) {
    console.error(error.message)
    return response.status(403).json({ error: 'Not signed by Twilio' })
  }
  console.error(error) // the caller cannot do anything about it
  return response.status(500).json({ error: 'Cannot answer' })
})

app.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`Listening on http://127.0.0.1:${PORT}`)
})
