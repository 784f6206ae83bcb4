// Run by tsx: a CommonJS module in TypeScript, both ways of writing the import.

import { TwilioCapability, verify } from 'twilio-tokens'
import tokens = require('twilio-tokens')

const secret = 'the auth token of that account'

async function main(): Promise<void> {
  const token = await new TwilioCapability('AC123123', secret)
    .allowClientIncoming('alice')
    .generate()
  const contents = await verify(token, secret)
  console.log(process.version, contents.kind, tokens.verify === verify)
}

void main()
