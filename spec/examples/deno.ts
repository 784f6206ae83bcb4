import { TwilioCapability } from 'npm:twilio-tokens'

const setting = (name: string) => Deno.env.get(name) ?? ''

Deno.serve({ hostname: '127.0.0.1', port: Number(setting('PORT')) }, async (request) => {
  const headers = { 'Cache-Control': 'no-store' }
  const { pathname, searchParams } = new URL(request.url)
  if (request.method !== 'GET' || pathname !== '/token')
    return Response.json({ error: 'Ask for GET /token?identity=…' }, { status: 404, headers })
  // For a first try only: so anyone can be anyone. Take the identity from the caller's own session instead, and answer 401 without one.
  const identity = searchParams.get('identity') ?? ''

  const capability = new TwilioCapability(
    setting('TWILIO_ACCOUNT_SID'),
    setting('TWILIO_AUTH_TOKEN'),
  )
  capability.allowClientOutgoing(setting('TWILIO_APPLICATION_SID'))
  try {
    capability.allowClientIncoming(identity)
  } catch (error) {
    return Response.json({ error: String(error) }, { status: 400, headers })
  }
  const expires = 600
  return Response.json(
    { identity, token: await capability.generate({ expires }), expires },
    { headers },
  )
})
