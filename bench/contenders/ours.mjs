// The library as it is shipped: a builder that is made, filled and checked anew for each token.

import * as library from '../../dist/index.js'
import { accountSid, applicationSid, clientName, expires, now, secret } from '../task.mjs'

const { TwilioCapability, verify } = library

export default (token) => ({
  sign: {
    ours: () =>
      new TwilioCapability(accountSid, secret)
        .allowClientIncoming(clientName)
        .allowClientOutgoing(applicationSid)
        .generate({ expires, now }),
  },
  ...(verify
    ? { verify: { ours: () => verify(token, secret, { now }) } }
    : { errors: { 'ours, verify': 'not exported by dist/index.js' } }),
})

export const programs = {
  ours: {
    imports: "import { TwilioCapability } from '../../../dist/index.js'",
    uses: 'TwilioCapability',
    makesToken: `await new TwilioCapability(accountSid, secret)
      .allowClientIncoming(clientName).allowClientOutgoing(applicationSid).generate()`,
  },
}
