// The file of `twilio` that makes these tokens, without the rest of it, which costs time only when it loads.
import capability from 'twilio/lib/jwt/ClientCapability.js'
import { accountSid, applicationSid, clientName, expires, secret } from '../bench.mjs'

const ClientCapability = capability.default ?? capability
const { IncomingClientScope, OutgoingClientScope } = ClientCapability

export default () => ({
  sign: {
    twilio: () => {
      const token = new ClientCapability({ accountSid, authToken: secret, ttl: expires })
      token.addScope(new IncomingClientScope(clientName))
      token.addScope(new OutgoingClientScope({ applicationSid, clientName }))
      return token.toJwt()
    },
  },
})
