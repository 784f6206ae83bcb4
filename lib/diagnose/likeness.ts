// Names on the wire that another name means: misspelled, as an option is called, or as people call the product.

import { own } from '../claims.ts'
import { grants, type Grant } from '../grants.ts'
import { closest, plainName } from '../names.ts'

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
  const known: string[] = Object.values(grants).map((grant) => grant.name)
  if (name.length > 64 || known.includes(name)) return known.includes(name) ? name : undefined
  const plain = plainName(name).replace(/^(twilio|programmable)|grants?$/g, '')
  return own(products, plain) ?? similar(plain, known)
}

/** The path of the member that a name inside a grant means. `inside` is where the nested object is that has the name. */
export function meantMember(grant: Grant, name: string, inside: string): string | undefined {
  if (name.length > 64) return undefined
  const spellings = spellingsOf(grant, inside)
  const stem = stemOf(name)
  const isStem = (other: string) => other === stem || (stem.length > 5 && other.endsWith(stem))
  const same = spellings.find(([spelling]) => isStem(stemOf(spelling)))
  if (same) return same[1]
  const meant = similar(
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

// A misspelling changes little, and hardly ever the first letter: `invoice` does not mean `voice`.
function similar(name: string, known: readonly string[]): string | undefined {
  const meant = closest(name, known)
  if (meant === undefined) return undefined
  const other = plainName(meant)
  return Math.abs(other.length - name.length) < 3 && other[0] === name[0] ? meant : undefined
}
