// The whole backend of a softphone, in one file for Workers, Deno, Bun and Node: its page, its tokens, and the webhooks that
// decide what its calls do.

import { AccessToken, verifyWebhook, WebhookError } from 'twilio-tokens'
import { identityOf } from './session.mjs' // a signed cookie: replace it with your own session
import { dial } from './twiml.mjs'

// Workers have their variables in this module, the others in process.env.
const { env } = await import('cloudflare:workers').catch(() => process)
const settings = env as Record<string, string | undefined>
const { TWILIO_ACCOUNT_SID = '', TWILIO_API_KEY = '', TWILIO_API_SECRET = '' } = settings
const { TWILIO_APPLICATION_SID = '', TWILIO_AUTH_TOKEN = '', TWILIO_NUMBER = '' } = settings
const { SESSION_SECRET = '', ORIGIN } = settings
const expires = 600 // ten minutes: the browser asks for a new token before they are over

const accessFor = (identity: string) =>
  new AccessToken(TWILIO_ACCOUNT_SID, TWILIO_API_KEY, TWILIO_API_SECRET, { identity }).grantVoice({
    incomingAllow: true,
    outgoingApplicationSid: TWILIO_APPLICATION_SID,
  })

// With a variable that is missing or wrong, the backend does not start.
const variables: Record<string, string> = {
  accountSid: 'TWILIO_ACCOUNT_SID',
  keySid: 'TWILIO_API_KEY',
  keySecret: 'TWILIO_API_SECRET',
  outgoingApplicationSid: 'TWILIO_APPLICATION_SID',
}
try {
  accessFor('nobody')
} catch (error) {
  throw new Error(`Check ${variables[argumentOf(error)]}: ${String(error)}`)
}
if (!TWILIO_AUTH_TOKEN) throw new Error('Check TWILIO_AUTH_TOKEN: it signs the webhooks')
if (!TWILIO_NUMBER) throw new Error('Check TWILIO_NUMBER: calls to numbers come from it')
if (!SESSION_SECRET) throw new Error('Check SESSION_SECRET: it signs your session cookies')

// /softphone.js is a static file: softphone.js, bundled with the Voice SDK.
const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Softphone</title>
<form><label>Number or client <input name="to" required></label> <button>Call</button></form>
<ul></ul>
<script type="module">
  import { softphone } from '/softphone.js'
  const [form, list] = document.querySelectorAll('form, ul')
  const log = (line) => list.append(Object.assign(document.createElement('li'), { textContent: line }))
  try {
    const device = await softphone(log)
    form.onsubmit = async (event) => {
      event.preventDefault()
      const call = await device.connect({ params: { To: form.elements.to.value } })
      call.on('ringing', () => log('ringing'))
      call.on('error', ({ code, message }) => log('error ' + code + ': ' + message))
      call.on('disconnect', () => log('disconnected'))
    }
  } catch (error) {
    log(String(error))
  }
</script>
`

export default {
  async fetch(request: Request): Promise<Response> {
    try {
      switch (`${request.method} ${new URL(request.url).pathname}`) {
        case 'GET /':
          return new Response(page, { headers: pageHeaders })
        case 'GET /token':
          return await token(request)
        case 'POST /voice':
          return await voice(request)
        case 'POST /status':
          return await status(request)
        default:
          return answer(404, { error: 'Ask for GET / or GET /token' })
      }
    } catch (error) {
      if (argumentOf(error) === 'identity') return answer(400, { error: String(error) })
      console.error(error instanceof WebhookError ? error.message : error)
      if (error instanceof WebhookError) return answer(403, { error: 'Not signed by Twilio' })
      return answer(500, { error: 'Cannot answer' }) // the caller cannot do anything about it
    }
  },
}

async function token(request: Request): Promise<Response> {
  const identity = await identityOf(request.headers.get('cookie'), SESSION_SECRET)
  if (identity === undefined) return answer(401, { error: 'Sign in first' })
  return answer(200, { identity, token: await accessFor(identity).generate({ expires }), expires })
}

// The Voice URL of the TwiML application.
async function voice(request: Request): Promise<Response> {
  const { params } = await verify(request)
  const twiml = dial(params.get('To'), TWILIO_NUMBER)
  return new Response(twiml, { headers: { 'Content-Type': 'text/xml' } })
}

// The status callback URL of the TwiML application.
async function status(request: Request): Promise<Response> {
  const { params } = await verify(request)
  console.log(`${String(params.get('CallSid'))} is ${String(params.get('CallStatus'))}`)
  return new Response(null, { status: 204 })
}

// Behind a proxy, ORIGIN is what Twilio sees, such as https://app.example: request.url has another scheme or host.
function verify(request: Request) {
  return verifyWebhook(request, TWILIO_AUTH_TOKEN, ORIGIN ? { origin: ORIGIN } : {})
}

// No other site can show the page in a frame, to make its user call someone.
const pageHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': "frame-ancestors 'none'",
}

// no-store, because a cache may hand one user's token to another. CORS: a page on another origin also needs
// Access-Control-Allow-Origin with exactly that origin, and Access-Control-Allow-Credentials for the cookie.
function answer(status: number, body: object): Response {
  return Response.json(body, { status, headers: { 'Cache-Control': 'no-store' } })
}

function argumentOf(error: unknown): string {
  return error instanceof Error && 'argument' in error ? String(error.argument) : ''
}
