import { createServer, type IncomingMessage } from 'node:http'
import { TwilioCapability } from 'twilio-tokens'

const {
  TWILIO_ACCOUNT_SID = '',
  TWILIO_AUTH_TOKEN = '',
  TWILIO_APPLICATION_SID = '',
  PORT = '8080',
} = process.env

const expires = 600 // ten minutes; the browser asks for another before they are over

const server = createServer((request, response) => {
  const answer = (status: number, body: object) => {
    response
      .writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
      .end(JSON.stringify(body))
  }
  tokenFor(request).then(
    ([status, body]) => {
      answer(status, body)
    },
    (error: unknown) => {
      console.error(error)
      answer(500, { error: 'Cannot make a token' })
    },
  )
})

async function tokenFor({
  method,
  url = '',
}: IncomingMessage): Promise<[status: number, body: object]> {
  const [pathname, query] = url.split('?', 2)
  if (method !== 'GET' || pathname !== '/token')
    return [404, { error: 'Ask for GET /token?identity=…' }]
  // For a first try only: so anyone can be anyone. Take the identity from the caller's own session instead, and answer 401 without one.
  const identity = new URLSearchParams(query).get('identity') ?? ''

  const capability = new TwilioCapability(TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN)
  capability.allowClientOutgoing(TWILIO_APPLICATION_SID)
  try {
    capability.allowClientIncoming(identity)
  } catch (error) {
    return [400, { error: String(error) }] // what is wrong with the identity; no secret is ever in it
  }
  return [200, { identity, token: await capability.generate({ expires }), expires }]
}

server.listen(Number(PORT), '127.0.0.1')
