// Shared by the routes: the token builder, and the check of its variables.

import { AccessToken } from 'twilio-tokens'

export const { SESSION_SECRET = '' } = process.env
const { TWILIO_ACCOUNT_SID = '', TWILIO_API_KEY = '', TWILIO_API_SECRET = '' } = process.env
const { TWILIO_APPLICATION_SID = '' } = process.env

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
  if (!SESSION_SECRET) throw new Error('Check SESSION_SECRET: it signs your session cookies')
}

export function argumentOf(error: unknown): string {
  return error instanceof Error && 'argument' in error ? String(error.argument) : ''
}
