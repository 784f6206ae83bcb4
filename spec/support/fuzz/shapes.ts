// Tokens of any length, each the worst that is known for a rule or a loop.

import { inputOf, sign } from '../sign.ts'

/** The length for which a shape is not longer than any token that is read. */
export const longest = 65_536

const now = 1400000000
const header = { alg: 'HS256', typ: 'JWT' }

/** Signed, so that `verify` reads all of it as well. */
const token = (claims: unknown, more: object = header) => sign(more, claims, 'secret')
const capability = (scope: string) => token({ scope, iss: 'AC123', exp: now + 60 })
const fill = (part: string, length: number) =>
  part.repeat(Math.ceil(length / part.length)).slice(0, length)
const whole = (part: string, length: number) => part.repeat(Math.floor(length / part.length))
const many = (length: number, perItem: number, item: (i: number) => string) =>
  Array.from({ length: Math.floor(length / perItem) }, (_, i) => item(i)).join('')
const policy = '{"url":"a","method":"GET","allow":true}'
const end = `"iss":"AC123","exp":${now + 60}}`
const accessEnd = `"a":{}},"iss":"SK123","sub":"AC123","exp":${now + 60}}`
const accessHeader = { alg: 'HS256', cty: 'twilio-fpa;v=1' }

/** How many characters of JSON a token of this length has, since base64url makes four characters of three. */
const json = (length: number) => Math.floor(((length - 100) * 3) / 4) - 300

/** Makes a token that is about as long as asked for, and never longer. */
export const shapes: Readonly<Record<string, (length: number) => string | Promise<string>>> = {
  'dots, nothing else': (length) => '.'.repeat(length),
  'commas, nothing else': (length) => ','.repeat(length),
  'a text that begins as tokens do': (length) => fill('eyJaaa.', length),
  'escapes that are not closed': (length) => fill('%7B{{"+', length),
  'hexadecimal digits': (length) => fill('e0e0', length),
  'white space around dots': (length) => fill(' . ', length),
  'a signature': (length) => `e30.e30.${'A'.repeat(length - 8)}`,
  'one scope': (length) => capability('a'.repeat(json(length))),
  'one scope with many params': (length) =>
    capability(`scope:client:outgoing?appSid=AP1&appParams=${fill('a%3Db%26', json(length))}`),
  'many scopes': (length) => capability(fill('scope:client:incoming?clientName=a ', json(length))),
  'many scopes that are misspelled': (length) =>
    capability(fill('scope:clients:incomming?clientNam=a ', json(length))),
  'percent signs': (length) =>
    capability(`scope:client:incoming?clientName=${'%'.repeat(json(length))}`),
  'many claims': (length) => token(`{${many(json(length), 11, (i) => `"${1e5 + i}":0,`)}${end}`),
  'one claim many times': (length) => token(`{${whole('"a":0,', json(length))}${end}`),
  'quotes and backslashes': (length) => token({ a: '"\\'.repeat(json(length) / 4) }),
  'spaces behind texts': (length) => token(`{"a":["a"${' '.repeat(json(length))},"b"]}`),
  'lists in lists': (length) => {
    const depth = Math.min(2000, Math.floor(json(length) / 4))
    const filling = 'a'.repeat(json(length) - 2 * depth)
    return token(`{"a":${'['.repeat(depth)}${']'.repeat(depth)},"b":"${filling}"}`)
  },
  'many grants': (length) =>
    token(
      `{"grants":{${many(json(length), 13, (i) => `"g${1e5 + i}":{},`)}${accessEnd}`,
      accessHeader,
    ),
  'many members of a grant': (length) =>
    token(
      `{"grants":{"voice":{${many(json(length), 13, (i) => `"g${1e5 + i}":{},`)}"z":0},${accessEnd}`,
      accessHeader,
    ),
  'many policies': (length) =>
    token(
      `{"version":"v1","workspace_sid":"WS1","channel":"WK1","policies":[${whole(`${policy},`, json(length))}${policy}],${end}`,
    ),
  'a header that is long': (length) =>
    token({ scope: '', iss: 'AC123', exp: now + 60 }, { ...header, kid: 'a'.repeat(json(length)) }),
  'claims that are not JSON': (length) => `${inputOf(header, '{'.repeat(json(length)))}.AAAA`,
}
