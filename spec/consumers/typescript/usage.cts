// A CommonJS module, from which TypeScript lets an ES module be required since 5.8.

import tokens = require('twilio-tokens')

const token: Promise<string> = new tokens.TwilioCapability('AC123123', 'secret').generate()
export = token
