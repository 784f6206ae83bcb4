// The forms of what Twilio names: SIDs, client names, regions. Each is a predicate; the checks of arguments are in check.ts.

import { maxNameLength } from './limits.ts'

/**
 * Whether a value is a SID: two letters that state its kind, then 32 lower-case hexadecimal digits. Twilio's examples have
 * shorter ones, such as AC123, with any letters and digits; from 16 characters on a SID is a real one.
 */
export function isSid(value: unknown, prefix: string): value is string {
  return startsWith(value, prefix) && /^[A-Z]{2}([0-9A-Za-z]{1,13}|[0-9a-f]{32})$/.test(value)
}

/** The same for a SID in a token: Twilio documents `^AC[0-9a-fA-F]{32}$`, so other libraries may have written capitals. */
export function isReadableSid(value: unknown, prefix: string): value is string {
  return startsWith(value, prefix) && /^[A-Z]{2}([0-9A-Za-z]{1,13}|[0-9a-fA-F]{32})$/.test(value)
}

/** Whether a text has at least one character, and only such as a client name may have: RFC 2396 section 2.4.3. */
export function hasNameCharacters(text: string): boolean {
  return /^[!$&-;=?-Z_a-z~]+$/.test(text)
}

/** Whether a value is a client name, https://www.twilio.com/docs/voice/twiml/client */
export function isClientName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxNameLength && hasNameCharacters(value)
}

/** Whether a value has the form of a region, such as `ie1`; the old ids of edges have it too, and are none. */
export function isRegion(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z]{2}\d$/.test(value) && edges[value] === undefined
}

/**
 * Twilio's edges, and the region that each belongs to: `us1` for those that have none of their own.
 *
 * https://www.twilio.com/docs/global-infrastructure/understanding-edge-locations
 */
export const edges: Readonly<Record<string, string | undefined>> = {
  // @ts-expect-error: no index has this name; without it `edges['toString']` would be a function
  __proto__: null,
  dublin: 'ie1',
  sydney: 'au1',
  tokyo: 'jp1',
  osaka: 'jp2',
  ashburn: 'us1',
  umatilla: 'us1',
  frankfurt: 'us1',
  singapore: 'us1',
  'sao-paulo': 'us1',
  roaming: 'us1',
  gll: 'us1',
  de1: 'us1',
  sg1: 'us1',
  br1: 'us1',
  us2: 'us1',
}

function startsWith(value: unknown, prefix: string): value is string {
  return typeof value === 'string' && value.startsWith(prefix)
}
