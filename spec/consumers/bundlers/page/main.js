// What every bundler builds for the browser. A secret has no place in a page: it is here to show that the code runs.

import { TwilioCapability } from 'twilio-tokens'

const show = (text) => {
  document.getElementById('result').textContent = text
}

new TwilioCapability('AC123123', 'the auth token of that account')
  .allowClientIncoming('alice')
  .generate()
  .then(show, (error) => show(String(error)))
