import { serve } from '@hono/node-server'
import { Hono } from 'hono'
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

app.notFound((context) => context.json({ error: 'Ask for GET /token' }, 404))

app.onError((error, context) => {
  if (error.argument === 'identity') return context.json({ error: String(error) }, 400)
  console.error(error) // the caller cannot do anything about it
  return context.json({ error: 'Cannot generate a token' }, 500)
})

// In Workers, Deno and Bun, write `export default app` instead.
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(PORT) }, () => {
  console.log(`Listening on http://127.0.0.1:${PORT}`)
})
