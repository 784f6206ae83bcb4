import express from 'express'
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

app.use((request, response) => response.status(404).json({ error: 'Ask for GET /token' }))

// Express knows an error handler by its four parameters.
app.use((error, request, response, next) => {
  if (error.argument === 'identity') return response.status(400).json({ error: String(error) })
  console.error(error) // the caller cannot do anything about it
  return response.status(500).json({ error: 'Cannot generate a token' })
})

app.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`Listening on http://127.0.0.1:${PORT}`)
})
