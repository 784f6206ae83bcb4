// Kinds of mutation: each changes one thing about a sound token, and all that can be signed again is signed again, so that what is
// compared is how libraries read a token and not whether they find that it was touched.

import { encode, mac } from '../sign.ts'
import type { Random } from './values.ts'

/** A token before it is written: what is in it, and how each part is spelled. */
export interface Draft {
  header: Record<string, unknown>
  claims: Record<string, unknown>
  secret: string
  random: Random
}

/** Writes a token with something changed. */
export type Mutation = (draft: Draft) => Promise<string>

type Json = Record<string, unknown>

/** The texts of header and claims, and what is done with the parts that they become. */
interface Spelling {
  header?: (json: string, random: Random) => string
  claims?: (json: string, random: Random) => string
  part?: (part: string, random: Random) => string
  which?: 'header' | 'claims'
}

async function write(draft: Draft, spelling: Spelling = {}): Promise<string> {
  const { header, claims, secret, random } = draft
  const same = (text: string) => text
  const parts = {
    header: encode((spelling.header ?? same)(JSON.stringify(header), random)),
    claims: encode((spelling.claims ?? same)(JSON.stringify(claims), random)),
  }
  const { part, which = 'claims' } = spelling
  if (part) parts[which] = part(parts[which], random)
  const input = `${parts.header}.${parts.claims}`
  return `${input}.${await mac(input, secret)}`
}

const signed = (change: (draft: Draft) => void): Mutation => {
  return async (draft) => {
    const copy = { ...draft, header: { ...draft.header }, claims: { ...draft.claims } }
    change(copy)
    return write(copy)
  }
}

/** What a member may become. The texts are written as they are, so that they need not be JSON that JavaScript would write. */
const values: Record<string, (value: unknown, random: Random) => unknown> = {
  'is missing': () => undefined,
  'is null': () => null,
  'is true': () => true,
  'is an empty string': () => '',
  'is a string of digits': (value) => String(typeof value === 'number' ? value : 1_400_000_500),
  'is another string': (_, random) => `x${random.below(1e6)}`,
  'is a string with a space': (value) => `${String(value)} `,
  'is in capital letters': (value) => String(value).toUpperCase(),
  'is in a list': (value) => [value],
  'is in an object': (value) => ({ value }),
  'is zero': () => 0,
  'is negative': (_, random) => -random.below(2e9),
  'is a fraction': (value, random) =>
    (typeof value === 'number' ? value : 1) + 0.1 + random.below(9) / 10,
  'is large': () => 1e15,
  'is too large to be safe': () => 2 ** 60,
  'is a while later': (value, random) =>
    (typeof value === 'number' ? value : 0) + random.below(100_000),
  'is a while earlier': (value, random) =>
    (typeof value === 'number' ? value : 0) - random.below(100_000),
}
const claimNames = [
  'iss',
  'sub',
  'exp',
  'nbf',
  'iat',
  'jti',
  'aud',
  'scope',
  'grants',
  'policies',
  'version',
]
const headerNames = ['alg', 'typ', 'cty', 'twr', 'kid']
const headerValues = [
  'is missing',
  'is null',
  'is another string',
  'is in a list',
  'is in capital letters',
  'is an empty string',
]

const changedClaims = claimNames.flatMap((name) =>
  Object.entries(values).map(([what, change]): [string, Mutation] => [
    `the claim ${name} ${what}`,
    signed(({ claims, random }) => {
      claims[name] = change(claims[name], random)
    }),
  ]),
)
const changedHeaders = headerNames.flatMap((name) =>
  headerValues.map((what): [string, Mutation] => [
    `the header parameter ${name} ${what}`,
    signed(({ header, random }) => {
      header[name] = values[what]?.(header[name], random)
    }),
  ]),
)

const algorithms = ['none', 'HS384', 'HS512', 'RS256', 'ES256', 'EdDSA', 'hs256', 'HS256 ']
const extensions: [string, Json][] = [
  ['crit names what is there', { crit: ['x'], x: 1 }],
  ['crit names what is not there', { crit: ['x'] }],
  ['crit names b64, which is true', { crit: ['b64'], b64: true }],
  ['crit names b64, which is false', { crit: ['b64'], b64: false }],
  ['crit is empty', { crit: [] }],
  ['crit is a string', { crit: 'exp' }],
  ['crit is null', { crit: null }],
  ['b64 is false without crit', { b64: false }],
  ['zip asks for compression', { zip: 'DEF' }],
  ['jwk holds a key', { jwk: { kty: 'oct', k: 'AAAA' } }],
  ['jku names a place', { jku: 'https://attacker.example' }],
  ['x5c holds a certificate', { x5c: ['AAAA'] }],
  ['kid is a path', { kid: '../../dev/null' }],
  ['cty asks for a nested token', { cty: 'JWT' }],
  ['enc makes it look encrypted', { enc: 'A256GCM' }],
]
const more: [string, Mutation][] = [
  ...algorithms.map((alg): [string, Mutation] => [
    `alg is ${JSON.stringify(alg)} under an HMAC with SHA-256`,
    signed(({ header }) => {
      header['alg'] = alg
    }),
  ]),
  ...extensions.map(([what, members]): [string, Mutation] => [
    what,
    signed(({ header }) => Object.assign(header, members)),
  ]),
]

const at = (random: Random, text: string) => random.below(text.length + 1)
const insert = (what: string) => (text: string, random: Random) => {
  const place = at(random, text)
  return text.slice(0, place) + what + text.slice(place)
}
const member = (text: string) => (json: string) => `${json.slice(0, -1)},${text}}`
const json: Record<string, (json: string, random: Random) => string> = {
  'has a byte order mark': (text) => `\ufeff${text}`,
  'has a space before it': (text) => ` ${text}`,
  'has a line feed behind it': (text) => `${text}\n`,
  'has spaces between its members': (text) =>
    text.replaceAll(',"', ' , "').replaceAll('":', '" : '),
  'has a second object behind it': (text) => `${text}{}`,
  'has a zero byte behind it': (text) => `${text}\0`,
  'has a comma before its end': (text) => `${text.slice(0, -1)},}`,
  'has a comment': (text) => `${text.slice(0, -1)}/* */}`,
  'has single quotes': (text) => text.replaceAll('"', "'"),
  'has an escape in its names': (text) =>
    text.replaceAll('"i', '"\\u0069').replaceAll('"e', '"\\u0065'),
  'has NaN': member('"exp":NaN'),
  'has Infinity': member('"exp":Infinity'),
  'has a number beyond all': member('"exp":1e999'),
  'has a number with zeros before it': member('"exp":01400000500'),
  'has a number in hexadecimal': member('"exp":0x7fffffff'),
  'has a number with an exponent': member('"exp":14000005e2'),
  'has a second exp, later': member('"exp":1500000000'),
  'has a second exp, passed': member('"exp":1'),
  'has a second iss': member('"iss":"AC1"'),
  'has a second alg': member('"alg":"none"'),
  'has a second alg that is right': member('"alg":"HS256"'),
  'has a member __proto__': member('"__proto__":{"alg":"none","exp":1}'),
  'has a member constructor': member('"constructor":{"prototype":{"exp":1}}'),
  'has half a character': member('"a":"\\ud800"'),
  'has no end': (text) => text.slice(0, -1),
  'is a list': (text) => `[${text}]`,
  'is a string': (text) => JSON.stringify(text),
  'is null': () => 'null',
  'is empty': () => '',
  'is an empty object': () => '{}',
  'has a character that is not UTF-8 if it is cut': (text) => `${text.slice(0, -1)},"a":"é"}`,
  'has a letter exchanged': (text, random) => {
    const place = at(random, text)
    return `${text.slice(0, place)}${String.fromCharCode(33 + random.below(90))}${text.slice(place + 1)}`
  },
}
const spelledJson = (['header', 'claims'] as const).flatMap((which) =>
  Object.entries(json).map(([what, change]): [string, Mutation] => [
    `the JSON of the ${which} ${what}`,
    (draft) => write(draft, { [which]: change }),
  ]),
)

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const unusedBits = (part: string) => {
  const last = alphabet.indexOf(part.slice(-1))
  return part.slice(0, -1) + (alphabet[last + 1] ?? 'A')
}
const base64: Record<string, (part: string, random: Random) => string> = {
  'is padded': (part) => `${part}${'='.repeat((4 - (part.length % 4)) % 4 || 1)}`,
  'has one equals sign': (part) => `${part}=`,
  'is ordinary base64': (part) => part.replaceAll('-', '+').replaceAll('_', '/'),
  'has a space in it': insert(' '),
  'has a line feed in it': insert('\n'),
  'has a question mark in it': insert('?'),
  'has a plus sign in it': insert('+'),
  'has a letter with an accent in it': insert('é'),
  'has a zero byte in it': insert('\0'),
  'is percent-encoded': (part) => part.replace('e', '%65'),
  'lacks its last character': (part) => part.slice(0, -1),
  'has one character more': (part) => `${part}A`,
  'has other bits at its end': unusedBits,
  'is encoded twice': (part) => encode(part),
  'is in capital letters': (part) => part.toUpperCase(),
}
const spelledParts = (['header', 'claims'] as const).flatMap((which) =>
  Object.entries(base64).map(([what, part]): [string, Mutation] => [
    `the base64url of the ${which} ${what}`,
    (draft) => write(draft, { part, which }),
  ]),
)

/** What happens to the signature, or to the token as a whole, after it was signed. */
const after: Record<string, (token: string, draft: Draft) => string | Promise<string>> = {
  'nothing is changed': (token) => token,
  'the signature is missing': (token) => token.replace(/[^.]*$/, ''),
  'the signature is missing with its dot': (token) => token.replace(/\.[^.]*$/, ''),
  'the signature is that of another secret': (token, { random }) =>
    resign(token, `x${random.below(1e6)}`),
  'the signature is that of an empty secret': (token) => resign(token, '\0'),
  'the signature is SHA-384': (token, { secret }) => resign(token, secret, 'SHA-384'),
  'the signature is SHA-512': (token, { secret }) => resign(token, secret, 'SHA-512'),
  'the signature is SHA-1': (token, { secret }) => resign(token, secret, 'SHA-1'),
  'the signature is cut': (token, { random }) => token.slice(0, -1 - random.below(42)),
  'the signature is longer': (token) => `${token}AAAA`,
  'the signature has other bits at its end': unusedBits,
  'the signature is padded': (token) => `${token}=`,
  'the signature has a letter exchanged': (token, { random }) => {
    const place = token.length - 1 - random.below(43)
    return token.slice(0, place) + random.pick([...alphabet]) + token.slice(place + 1)
  },
  'the signature has a space in it': (token) => `${token.slice(0, -9)} ${token.slice(-9)}`,
  'the signature is ordinary base64': (token) =>
    token.replace(/[^.]*$/, (part) => part.replaceAll('-', '+').replaceAll('_', '/')),
  'the signature is of the claims alone': async (token, { secret }) => {
    const [header = '', claims = ''] = token.split('.')
    return `${header}.${claims}.${await mac(claims, secret)}`
  },
  'the claims are those of another token': (token, { claims }) => {
    const parts = token.split('.')
    return [parts[0], encode({ ...claims, iss: 'AC1' }), parts[2]].join('.')
  },
  'a letter of the token is exchanged': (token, { random }) => {
    const place = at(random, token)
    return token.slice(0, place) + random.pick([...alphabet]) + token.slice(place + 1)
  },
  'a letter of the token is missing': (token, { random }) => {
    const place = at(random, token)
    return token.slice(0, place) + token.slice(place + 1)
  },
  'there is white space before it': (token) => ` ${token}`,
  'there is white space behind it': (token) => `${token}\n`,
  'there is a scheme before it': (token) => `Bearer ${token}`,
  'there is a fourth part': (token) => `${token}.AAAA`,
  'there is an empty fourth part': (token) => `${token}.`,
  'there are five parts': (token) => `${token}.AAAA.AAAA`,
  'it is in quotation marks': (token) => JSON.stringify(token),
  'it is in the JSON serialization': (token) => {
    const [header, payload, signature] = token.split('.')
    return JSON.stringify({ protected: header, payload, signature })
  },
  'its dots are encoded': (token) => token.replaceAll('.', '%2E'),
}
const afterwards = Object.entries(after).map(([what, change]): [string, Mutation] => [
  what,
  async (draft) => change(await write(draft), draft),
])

async function resign(token: string, secret: string, hash?: string): Promise<string> {
  const input = token.replace(/\.[^.]*$/, '')
  return `${input}.${await mac(input, secret, hash)}`
}

/** All kinds of mutation by name, and those among them whose token is signed anew with the right secret. */
export const signedAgain: ReadonlyMap<string, Mutation> = new Map([
  ...changedClaims,
  ...changedHeaders,
  ...more,
  ...spelledJson,
  ...spelledParts,
])
export const mutations: ReadonlyMap<string, Mutation> = new Map([...signedAgain, ...afterwards])
