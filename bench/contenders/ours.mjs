// The library as it is shipped: a builder that is made, filled and checked anew for each token.

import { diagnose, TwilioCapability, verify, verifyWebhook } from '../../dist/index.js'
import {
  accountSid,
  applicationSid,
  clientName,
  expires,
  now,
  secret,
  webhookBody,
  webhookUrl,
} from '../task.mjs'

// A body is read once, so each webhook is a request of its own, as a server gets it.
const createRequest = (signature) =>
  new Request(webhookUrl, {
    method: 'POST',
    body: webhookBody,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': signature,
    },
  })

export default (token, webhookSignature) => ({
  sign: {
    ours: () =>
      new TwilioCapability(accountSid, secret)
        .allowClientIncoming(clientName)
        .allowClientOutgoing(applicationSid)
        .generate({ expires, now }),
  },
  verify: { ours: () => verify(token, secret, { now }) },
  diagnose: {
    'ours, verify': () => verify(token, secret, { now }),
    'ours, diagnose': () => diagnose(token, { secret, now }),
  },
  webhook: {
    ours: () => verifyWebhook(createRequest(webhookSignature), secret),
    'a Request and its text': () => createRequest(webhookSignature).text(),
  },
})

export const programs = {
  ours: {
    imports: "import { TwilioCapability } from '../../../dist/index.js'",
    uses: 'TwilioCapability',
    makesToken: `await new TwilioCapability(accountSid, secret)
      .allowClientIncoming(clientName).allowClientOutgoing(applicationSid).generate()`,
  },
}
