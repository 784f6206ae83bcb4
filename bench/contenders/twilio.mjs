// The file of `twilio` that makes these tokens, without the rest of it, which costs time only when it loads.
import capability from 'twilio/lib/jwt/ClientCapability.js'
import { accountSid, applicationSid, clientName, expires, secret } from '../task.mjs'

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

const makesToken = `const token = new ClientCapability({ accountSid, authToken: secret })
    token.addScope(new ClientCapability.IncomingClientScope(clientName))
    token.toJwt()`

export const programs = {
  'twilio, one file': {
    imports: "import capability from 'twilio/lib/jwt/ClientCapability.js'",
    uses: 'capability',
    makesToken: `const ClientCapability = capability.default ?? capability\n${makesToken}`,
    needsNode: true,
  },
  twilio: {
    imports: "import twilio from 'twilio'",
    uses: 'twilio.jwt.ClientCapability',
    makesToken: `const { ClientCapability } = twilio.jwt\n${makesToken}`,
    needsNode: true,
  },
}
