// Names on the wire that another name means: misspelled, as an option is called, or as people call the product.

import { own } from '../claims.ts'
import { grants, type Grant } from '../grants.ts'
import { plainName } from '../names.ts'

// The names of products, where their grants have others.
const products: Readonly<Record<string, string>> = {
  sync: 'data_sync',
  conversation: 'chat',
  conversations: 'chat',
}

// What members are called elsewhere, where neither spelling nor an affix explains it.
const synonyms: Readonly<Record<string, string>> = {
  app: 'application',
  outgoingapp: 'outgoingapplication',
  allowed: 'allow',
  allowincoming: 'incomingallow',
  applicationparam: 'param',
  customparam: 'param',
  instance: 'service',
}

/** The grant that a name among the grants means, if it means one: its own name on the wire, or another spelling. */
export function meantGrant(name: string): string | undefined {
  const known = Object.values(grants).map((grant) => grant.name)
  if (known.includes(name)) return name
  if (name.length > 64) return undefined
  const plain = plainName(name).replace(/twilio|programmable|grants?$/g, '')
  // The lengths may differ by one at most, so that `conversion` does not mean `conversation`.
  const product = Object.keys(products).find(
    (name) => isAlike(plain, name) && Math.abs(plain.length - name.length) < 2,
  )
  return own(products, plain) ?? alike(plain, known) ?? own(products, product ?? '')
}

/** A spelling of a member of a grant, and where the member is. */
export interface Spelling {
  name: string
  stem: string
  path: string
}

/** Every spelling of the members of a grant, or of an object inside it: by option, by path, by last name; nested objects too. */
export function spellingsOf(grant: Grant, inside: string): Spelling[] {
  const members = Object.entries(grant.members).filter(([, { path }]) => path.startsWith(inside))
  return members.flatMap(([option, { path }]) => {
    const names = path.slice(inside.length).split('.')
    const first = inside + String(names[0])
    const spellings = [option, names.join(''), String(names[names.length - 1]), String(names[0])]
    return spellings.map((name, i) => ({ name, stem: stemOf(name), path: i < 3 ? path : first }))
  })
}

/** The path of the member that a name means, if it means one. */
export function meantMember(name: string, spellings: readonly Spelling[]): string | undefined {
  if (name.length > 64) return undefined
  const given = stemOf(name)
  const isAbbreviated = ({ stem }: Spelling) =>
    given.length > 3 && (stem.endsWith(given) || stem.startsWith(given))
  const meant =
    spellings.find(({ stem }) => stem === given) ??
    spellings.find((known) => isAlike(name, known.name)) ??
    spellings.find(isAbbreviated)
  return meant?.path
}

// A name without what says only that it is a name: `roomSid`, `room_name` and `twilioRoom` are `room`.
function stemOf(name: string): string {
  const stem = plainName(name)
    .replace(/^(chat|conversations?|sync|taskrouter|twilio|twiml|video|voice)/, '')
    .replace(/(sid|id|uniquename|name|s)$/, '')
    .replace(/parameter$/, 'param')
  return own(synonyms, stem) ?? stem
}

/** The first of some names that a name is a misspelling of. */
export function alike(name: string, known: readonly string[]): string | undefined {
  return known.find((other) => isAlike(name, other))
}

/**
 * Whether a name is another spelling of a known one, or a misspelling: that changes little, and hardly ever the first letter, so
 * that `invoice` does not mean `voice`. Names of more than 64 characters are not compared, because that takes time.
 */
export function isAlike(name: string, known: string): boolean {
  if (name.length > 64) return false
  const [a, b] = [plainName(name), plainName(known)]
  const limit = b.length < 6 ? 1 : 2
  if (!a.startsWith(b.charAt(0)) || Math.abs(a.length - b.length) > limit) return false
  return distance(a, b) <= limit
}

// Levenshtein's distance, where two neighbors that are exchanged are one change: three rows of its table are enough.
function distance(a: string, b: string): number {
  const [min, number] = [Math.min, Number] // once, because the edge VM takes long to look up a global
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1]
      const isExchanged = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const left = number(next[j - 1])
      const changed = number(row[j - 1]) + (isSame ? 0 : 1)
      const exchanged = isExchanged ? number(before[j - 2]) + 1 : changed
      next.push(min(number(row[j]) + 1, left + 1, changed, exchanged))
    }
    before = row
    row = next
  }
  return number(row[b.length])
}
