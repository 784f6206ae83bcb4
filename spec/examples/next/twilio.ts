// Shared by the routes: the token builder, the check of webhooks, and that of the variables.

import { AccessToken, verifyWebhook, WebhookError } from 'twilio-tokens'

export const { SESSION_SECRET = '', TWILIO_NUMBER = '' } = process.env
const { TWILIO_ACCOUNT_SID = '', TWILIO_API_KEY = '', TWILIO_API_SECRET = '' } = process.env
const { TWILIO_APPLICATION_SID = '', TWILIO_AUTH_TOKEN = '', ORIGIN } = process.env

export const expires = 600 // ten minutes: the browser asks for a new token before they are over

export const accessFor = (identity: string) =>
  new AccessToken(TWILIO_ACCOUNT_SID, TWILIO_API_KEY, TWILIO_API_SECRET, { identity }).grantVoice({
    incomingAllow: true,
    outgoingApplicationSid: TWILIO_APPLICATION_SID,
  })

export function checkVariables() {
  const variables: Record<string, string> = {
    accountSid: 'TWILIO_ACCOUNT_SID',
    keySid: 'TWILIO_API_KEY',
    keySecret: 'TWILIO_API_SECRET',
    outgoingApplicationSid: 'TWILIO_APPLICATION_SID',
  }
  try {
    accessFor('nobody')
  } catch (error) {
    throw new Error(`Check ${variables[argumentOf(error)]}: ${String(error)}`)
  }
  if (!TWILIO_AUTH_TOKEN) throw new Error('Check TWILIO_AUTH_TOKEN: it signs the webhooks')
  if (!TWILIO_NUMBER) throw new Error('Check TWILIO_NUMBER: calls to numbers come from it')
  if (!SESSION_SECRET) throw new Error('Check SESSION_SECRET: it signs your session cookies')
}

/**
 * Answers a webhook if Twilio has signed it: otherwise anyone could post here as if they were Twilio.
 * ORIGIN is what Twilio sees, such as https://app.example: behind a proxy, the request has another scheme or host.
 */
export async function answerWebhook(
  request: Request,
  respond: (params: URLSearchParams) => Response,
): Promise<Response> {
  try {
    const options = ORIGIN ? { origin: ORIGIN } : {}
    const { params } = await verifyWebhook(request, TWILIO_AUTH_TOKEN, options)
    return respond(params)
  } catch (error) {
    if (!(error instanceof WebhookError)) throw error // Next.js answers 500
    console.error(error.message)
    return Response.json({ error: 'Not signed by Twilio' }, { status: 403 })
  }
}

export function argumentOf(error: unknown): string {
  return error instanceof Error && 'argument' in error ? String(error.argument) : ''
}
