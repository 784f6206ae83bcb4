import { env } from 'cloudflare:workers' // wrangler secret put TWILIO_API_SECRET
import { AccessToken } from 'twilio-tokens'
import { identityOf } from './session.mjs' // a signed cookie: replace it with your own session

const accessFor = (identity: string) =>
  new AccessToken(env.TWILIO_ACCOUNT_SID, env.TWILIO_API_KEY, env.TWILIO_API_SECRET, {
    identity,
  }).grantVoice({ incomingAllow: true, outgoingApplicationSid: env.TWILIO_APPLICATION_SID })
accessFor('nobody') // throws if a variable is missing or wrong, so that the Worker does not start

export default {
  async fetch(request: Request): Promise<Response> {
    const identity = await identityOf(request.headers.get('cookie'), env.SESSION_SECRET)
    if (identity === undefined) return new Response('Sign in first', { status: 401 })
    const token = await accessFor(identity).generate({ expires: 600 })
    return Response.json({ identity, token }, { headers: { 'Cache-Control': 'no-store' } })
  },
}
