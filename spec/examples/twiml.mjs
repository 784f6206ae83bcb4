// What a call does, in TwiML: https://www.twilio.com/docs/voice/twiml

/**
 * Connects the caller to a phone number or to a client. Anyone with a token can dial any of them: check here who may
 * call whom, above all which numbers.
 *
 * @param {string | null} to What the softphone has passed as `To`: a number such as +15005550006, or the name of a client.
 * @param {string} callerId Your Twilio number, from which calls to numbers come.
 */
export function dial(to, callerId) {
  const target = /^\+[1-9]\d{6,14}$/.test(to ?? '')
    ? `<Dial callerId="${escape(callerId)}"><Number>${escape(to)}</Number></Dial>`
    : `<Dial><Client>${escape(to)}</Client></Dial>`
  return `<Response>${to ? target : '<Say>Please say whom to call.</Say>'}</Response>`
}

/** @param {string | null} text What comes from outside, in which a tag could be another instruction. */
function escape(text) {
  return String(text).replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
