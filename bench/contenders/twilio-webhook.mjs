// The file of `twilio` that checks webhooks. It gets the text of the body, which its users parse.
import webhooks from 'twilio/lib/webhooks/webhooks.js'
import { secret, webhookBody, webhookUrl } from '../task.mjs'

const { validateRequest } = webhooks

export default (_, webhookSignature) => ({
  webhook: {
    'twilio, from the text': () =>
      validateRequest(
        secret,
        webhookSignature,
        webhookUrl,
        Object.fromEntries(new URLSearchParams(webhookBody)),
      ),
  },
})
