// A Worker for a service with many customers: the request names the identity and the secret of the customer. It counts the keys
// that are imported.

import { AccessToken } from 'twilio-tokens'

const { subtle } = crypto
const importKey = subtle.importKey.bind(subtle)
let imported = 0
Object.defineProperty(subtle, 'importKey', {
  value: (...args) => {
    imported++
    return importKey(...args)
  },
})

export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url)
    if (pathname === '/imported') return Response.json(imported)
    if (pathname !== '/token') return new Response('Ask for GET /token', { status: 404 })
    const identity = searchParams.get('identity')
    const secret = searchParams.get('secret')
    const access = new AccessToken(env.TWILIO_ACCOUNT_SID, env.TWILIO_API_KEY, secret, { identity })
    access.grantVoice({ incomingAllow: true, outgoingApplicationSid: env.TWILIO_APPLICATION_SID })
    return Response.json({ token: await access.generate({ expires: 600 }) })
  },
}
