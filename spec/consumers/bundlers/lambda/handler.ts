// A handler for AWS Lambda.

import { AccessToken } from 'twilio-tokens'

export async function handler(event: { queryStringParameters?: { identity?: string } }) {
  const identity = event.queryStringParameters?.identity ?? ''
  try {
    const token = await new AccessToken('AC123123', 'SK123123', 'the secret of that key', {
      identity,
    })
      .grantVoice({ incomingAllow: true })
      .generate({ expires: 600 })
    return { statusCode: 200, body: JSON.stringify({ identity, token }) }
  } catch (error) {
    return { statusCode: 400, body: JSON.stringify({ error: String(error) }) }
  }
}
