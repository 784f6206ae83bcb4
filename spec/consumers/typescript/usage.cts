// A CommonJS module that writes `require` as TypeScript does.

import tokens = require('twilio-tokens')

const token: Promise<string> = new tokens.TwilioCapability('AC123123', 'secret').generate()
export = token
