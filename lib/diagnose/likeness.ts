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
  allowincoming: 'incomingallow',
  parameter: 'param',
  applicationparam: 'param',
  customparam: 'param',
  instance: 'service',
}

/** The grant that a name among the grants means, if it means one: its own name on the wire, or another spelling. */
export function meantGrant(name: string): string | undefined {
  const known = Object.values(grants).map((grant) => grant.name)
  if (name.length > 64 || known.includes(name)) return known.includes(name) ? name : undefined
  const plain = plainName(name).replace(/^(twilio|programmable)|grants?$/g, '')
  return own(products, plain) ?? alike(plain, known)
}

/** The path of the member that a name inside a grant means. `inside` is where the nested object is that has the name. */
export function meantMember(grant: Grant, name: string, inside: string): string | undefined {
  if (name.length > 64) return undefined
  const spellings = spellingsOf(grant, inside)
  const stem = stemOf(name)
  const isStem = (other: string) => other === stem || (stem.length > 5 && other.endsWith(stem))
  const same = spellings.find(([spelling]) => isStem(stemOf(spelling)))
  if (same) return same[1]
  const meant = alike(
    plainName(name),
    spellings.map(([spelling]) => spelling),
  )
  return spellings.find(([spelling]) => spelling === meant)?.[1]
}

// Every member by the name of its option, by its path and by its last name, and nested objects by theirs.
function spellingsOf(grant: Grant, inside: string): [spelling: string, path: string][] {
  const members = Object.entries(grant.members).filter(([, { path }]) => path.startsWith(inside))
  return members.flatMap(([option, { path }]): [string, string][] => {
    const names = path.slice(inside.length).split('.')
    return [
      [option, path],
      [names.join(''), path],
      [String(names.at(-1)), path],
      [String(names[0]), inside + String(names[0])],
    ]
  })
}

// A name without what says only that it is a name: `roomSid`, `room_name` and `twilioRoom` are `room`.
function stemOf(name: string): string {
  const stem = plainName(name)
    .replace(/^(chat|conversations?|sync|taskrouter|twilio|twiml|video|voice)/, '')
    .replace(/(sid|id|uniquename|name|s)$/, '')
  return own(synonyms, stem) ?? stem
}

/** The first of some names that a name is a misspelling of. */
export function alike(name: string, known: readonly string[]): string | undefined {
  return known.find((other) => isAlike(name, other))
}

/**
 * Whether a name is another spelling of a known one, or a misspelling: that changes little, and hardly ever the first letter, so
 * that `invoice` does not mean `voice`. Longer names than 64 characters are not compared, because that takes time.
 */
export function isAlike(name: string, known: string): boolean {
  if (name.length > 64) return false
  const [a, b] = [plainName(name), plainName(known)]
  const limit = b.length < 6 ? 1 : 2
  if (!a.startsWith(b.charAt(0)) || Math.abs(a.length - b.length) > limit) return false
  return a === b || distance(a, b) <= limit
}

// Levenshtein's distance, where two neighbors that are exchanged are one change: three rows of its table are enough.
function distance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1]
      const isExchanged = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      next.push(
        Math.min(
          Number(row[j]) + 1,
          Number(next[j - 1]) + 1,
          Number(row[j - 1]) + (isSame ? 0 : 1),
          isExchanged ? Number(before[j - 2]) + 1 : Infinity,
        ),
      )
    }
    before = row
    row = next
  }
  return Number(row[b.length])
}
