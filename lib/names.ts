// The forms of what Twilio names: SIDs, client names, regions. Each is a predicate; the checks of arguments are in check.ts.

import { own } from './claims.ts'

/**
 * Whether a value is a SID: two letters that state its kind, then 32 lower-case hexadecimal digits. Twilio's examples have
 * shorter ones, such as AC123, with any letters and digits; from 16 characters on a SID is a real one.
 *
 * @param prefix The two letters, or two kinds that are both right, as `WK or WQ`; any if omitted.
 */
export function isSid(value: unknown, prefix?: string): value is string {
  const isWellFormed =
    hasPrefix(value, prefix) && /^[A-Z]{2}([0-9a-f]{32}|[0-9A-Za-z]{1,13})$/.test(value)
  return isWellFormed && !isPlaceholderSid(value)
}

/**
 * Whether a text stands in for a SID, such as `ACxxxx` or `ACundefined`. After the prefix, it has a word, or repeats one letter
 * that is not a hexadecimal digit three times or more.
 */
export function isPlaceholderSid(text: string): boolean {
  return /^..(([^\da-f])\2{2,}|your.*|undefined|null|nan)$/i.test(text)
}

/** The same for a SID in a token: Twilio documents `^AC[0-9a-fA-F]{32}$`, so other libraries may have written capitals. */
export function isReadableSid(value: unknown, prefix?: string): value is string {
  return hasPrefix(value, prefix) && /^[A-Z]{2}([0-9a-fA-F]{32}|[0-9A-Za-z]{1,13})$/.test(value)
}

/**
 * The index of the first character that a client name cannot have, RFC 2396 section 2.4.3; -1 if there is none.
 * https://www.twilio.com/docs/voice/twiml/client
 */
export function foreignPosition(text: string): number {
  return text.search(/[^!$&-;=?-Z_a-z~]/)
}

/** Whether a text has at least one character, and only such as a client name may have. */
export function hasNameCharacters(text: string): boolean {
  return text !== '' && foreignPosition(text) < 0
}

/** Whether a value has the form of a region, such as `ie1`; the old ids of edges have that form too, but are not regions. */
export function isRegion(value: unknown): boolean {
  return typeof value === 'string' && /^[a-z]{2}\d$/.test(value) && !Object.hasOwn(edges, value)
}

/**
 * Twilio's edges, and the region that each belongs to: `us1` for those that have none of their own.
 *
 * https://www.twilio.com/docs/global-infrastructure/understanding-edge-locations
 */
const edges: Readonly<Record<string, string>> = {
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

/** A name without what spellings differ in: `app_sid`, `AppSID` and `application-sid` are one. */
export function plainName(name: string): string {
  const plain = name.toLowerCase().replace(/[_-]/g, '')
  return plain.replace(/app(?!l)/, 'application')
}

/**
 * The known name that is meant by another: one of another spelling, one with a typo, or one that contains the other; else the one
 * that shares the most words with it. Names of more than 64 characters are not compared, because that would take time.
 */
export function closest(name: string, known: readonly string[]): string | undefined {
  const given = plainName(name)
  if (given.length < 3 || given.length > 64) return undefined
  const find = (isAlike: (other: string) => boolean) =>
    known.find((other) => isAlike(plainName(other)))
  return (
    find((other) => isSlip(given, other)) ??
    find((other) => other.includes(given) || given.includes(other)) ??
    mostAlike(name, known)
  )
}

// The name with the most words of another, and with the fewest words besides.
function mostAlike(name: string, known: readonly string[]): string | undefined {
  const given = wordsOf(name)
  let [found, most] = [undefined as string | undefined, 0]
  for (const other of known) {
    const words = wordsOf(other)
    const isShared = (word: string) =>
      given.some((one) => one === word || (word.length > 5 && isSlip(one, word)))
    const shared = words.filter(isShared).length
    const score = shared && shared + 1 / words.length
    if (score > most) [found, most] = [other, score]
  }
  return found
}

// What a word of a name is in Twilio's names.
const words: Readonly<Record<string, string>> = {
  app: 'application',
  instance: 'service',
  inbound: 'incoming',
  outbound: 'outgoing',
  param: 'params',
  parameters: 'params',
}

function wordsOf(name: string): string[] {
  const spaced = name.replace(/([a-z\d])(?=[A-Z])/g, '$1 ').toLowerCase()
  const all = spaced.split(/[^a-z\d]/).map((word) => own(words, word) ?? word)
  return all.filter((word) => !/^(allow|id|name|not|sid|token|)$/.test(word)) // which many names have, so they say nothing
}

// Whether two names are the same, or one has a character that is missing, added or another, or two neighbors are exchanged: then
// they have a name in common that lacks one character.
function isSlip(name: string, other: string): boolean {
  const slips = (text: string) => [
    text,
    ...Array.from(text, (_, i) => text.slice(0, i) + text.slice(i + 1)),
  ]
  const known = slips(other)
  return slips(name).some((slip) => known.includes(slip))
}

/** The region of an edge, if a word is one. */
export function regionOfEdge(word: string): string | undefined {
  return own(edges, word)
}

function hasPrefix(value: unknown, prefix?: string): value is string {
  return typeof value === 'string' && prefix?.includes(value.slice(0, 2)) !== false
}
