import { serve } from '@hono/node-server'
import { Hono } from 'hono'
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

const app = new Hono()

// no-store, because a cache may hand one user's token to another. CORS: for a page on another origin, add hono/cors with
// exactly that origin and credentials: true, for the cookie.
app.use(async (context, next) => {
  await next()
  context.header('Cache-Control', 'no-store')
})

app.get('/token', async (context) => {
  const identity = await identityOf(context.req.header('Cookie'), SESSION_SECRET)
  if (identity === undefined) return context.json({ error: 'Sign in first' }, 401)
  const token = await accessFor(identity).generate({ expires })
  return context.json({ identity, token, expires })
})

// From Twilio, or an error: otherwise anyone could post here as if they were Twilio.
// ORIGIN is what Twilio sees, such as https://app.example: behind a proxy, the request has another scheme or host.
const verify = ({ raw }) => verifyWebhook(raw, TWILIO_AUTH_TOKEN, ORIGIN ? { origin: ORIGIN } : {})

app.post('/voice', async (context) => {
  const { params } = await verify(context.req)
  return context.body(dial(params.get('To'), TWILIO_NUMBER), 200, { 'Content-Type': 'text/xml' })
})

app.post('/status', async (context) => {
  const { params } = await verify(context.req)
  console.log(`${params.get('CallSid')} is ${params.get('CallStatus')}`)
  return context.body(null, 204)
})

app.notFound((context) => context.json({ error: 'Ask for GET /token' }, 404))

app.onError((error, context) => {
  if (error.argument === 'identity') return context.json({ error: String(error) }, 400)
  if (error instanceof WebhookError) {
    console.error(error.message)
    return context.json({ error: 'Not signed by Twilio' }, 403)
  }
  console.error(error) // the caller cannot do anything about it
  return context.json({ error: 'Cannot answer' }, 500)
})

// In Workers, Deno and Bun, write `export default app` instead.
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(PORT) }, () => {
  console.log(`Listening on http://127.0.0.1:${PORT}`)
})
