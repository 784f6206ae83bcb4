import { TwilioCapability } from 'twilio-tokens'

interface Env {
  TWILIO_ACCOUNT_SID: string
  TWILIO_AUTH_TOKEN: string
  TWILIO_APPLICATION_SID: string
}

const expires = 600 // ten minutes; the browser asks for another before they are over

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    if (request.method !== 'GET' || pathname !== '/token')
      return answer(404, { error: 'Ask for GET /token?identity=…' })
    // For a first try only: so anyone can be anyone. Take the identity from the caller's own session instead, and answer 401 without one.
    const identity = searchParams.get('identity') ?? ''

    const capability = new TwilioCapability(env.TWILIO_ACCOUNT_SID, env.TWILIO_AUTH_TOKEN)
    capability.allowClientOutgoing(env.TWILIO_APPLICATION_SID)
    try {
      capability.allowClientIncoming(identity)
    } catch (error) {
      return answer(400, { error: String(error) }) // what is wrong with the identity; no secret is ever in it
    }
    return answer(200, { identity, token: await capability.generate({ expires }), expires })
  },
}

function answer(status: number, body: object): Response {
  return Response.json(body, { status, headers: { 'Cache-Control': 'no-store' } })
}
