// Twilio's limits, each with the page that states it, and our own.

/** Seconds that a token may be valid: 24 hours, https://www.twilio.com/docs/api/errors/31207 */
export const maxLifetime = 86_400

/** Characters of a client name, https://www.twilio.com/docs/voice/twiml/client */
export const maxNameLength = 256

/** Times above this second, in the year 5138, count milliseconds. */
export const lastSecond = 1e11

/** Characters of a token: real tokens have some hundreds, and proxies reject longer headers. */
export const maxTokenLength = 65_536

/** Levels of JSON in a grant or filter: real ones have a few, and engines run out of stack at some thousands. */
export const maxDepth = 500
