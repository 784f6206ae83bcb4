// Mistakes that are planted into sound tokens: `diagnose` must find each, and nothing where none was planted.

import { encode, inputOf, mac } from '../sign.ts'
import { claims, headers, now, sid } from '../subjects.ts'
import type { Library } from './calls.ts'
import { Values } from './values.ts'

/** A text, the secret that is given, and the errors that must be found. */
interface Planted {
  name: string
  text: string
  secret: string
  rules: string[]
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const toOrdinary = (part: string) => part.replaceAll('-', '+').replaceAll('_', '/')
const pad = (part: string) => part.padEnd(Math.ceil(part.length / 4) * 4, '=')
const toHex = (bytes: string) =>
  Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('')
const fromBase64url = (text: string) => atob(toOrdinary(text))

/** Forms in which a secret may have been used instead of itself. */
const usedForms: ((secret: string) => string)[] = [
  ...['\n', '\r\n', ' ', '\t', '\r'].flatMap((space) => [
    (secret: string) => secret + space,
    (secret: string) => space + secret,
  ]),
  (secret) => `\ufeff${secret}`,
  ...['"', "'", '`'].map((quote) => (secret: string) => quote + secret + quote),
  (secret) => btoa(secret),
  (secret) => toHex(secret),
  (secret) => secret.toLowerCase(),
  () => 'undefined',
  () => 'null',
  () => sid('SK'),
]

/** Forms in which a secret may be given instead of itself. */
const givenForms: ((secret: string) => string)[] = [
  (secret) => `${secret}\n`,
  (secret) => ` \t${secret}`,
  (secret) => `"${secret}"`,
  (secret) => `SECRET=${secret}`,
  (secret) => `export secret='${secret}'\n`,
  (secret) => btoa(secret),
  (secret) => toHex(secret),
]

const wrappings: ((text: string) => string)[] = [
  (text) => `Bearer ${text}`,
  (text) => `"${text}"`,
  (text) => ` ${text}\n`,
  (text) => JSON.stringify({ identity: 'ana', token: text }),
  (text) => `https://a.example/?a=1&token=${text}&b=2`,
  (text) => text.replaceAll('.', '%2E'),
  (text) => text.replace(/.{64}/g, '$&\n'),
  (text) => text.replace(/.{50}/g, '$&\u200b'),
  (text) => btoa(text),
  (text) => `${text}.`,
  (text) => `${text} ${text}`,
]

/** What the grants of an access token may be, and the errors that they must yield. */
const grantShapes: [grants: Record<string, unknown>, rules: string[]][] = [
  [{ voice: { incoming: { allow: true } } }, []],
  [{ voice: { outgoing: { application_sid: sid('AP'), params: { a: '1' } } } }, []],
  [{ video: {} }, []],
  [{ video: { room: 'standup' } }, []],
  [{ chat: { service_sid: sid('IS') } }, []],
  [{ data_sync: { service_sid: 'default' } }, []],
  [{ task_router: { workspace_sid: sid('WS'), worker_sid: sid('WK'), role: 'worker' } }, []],
  [{ flex_insights: { service_sid: 'x' } }, []],
  [{ Video: {} }, ['grant-name']],
  [{ conversations: { service_sid: sid('IS') } }, ['grant-name']],
  [{ video: { roomName: 'standup' } }, ['grant-member-name']],
  [{ voice: { incomingAllow: true } }, ['grant-member-name']],
  [{ voice: { incoming: 1 } }, ['grant-member-type']],
  [{ chat: { service_sid: sid('WS') } }, ['grant-member-sid']],
  [{ data_sync: {} }, ['grant-member-missing']],
  [{ task_router: [] }, ['grant-form']],
]

/** Plants as many mistakes as asked for, one token after another. */
export async function fuzzFindings(library: Library, runs: number, seed: number): Promise<void> {
  const values = new Values(seed)
  for (let run = 0; run < runs; run++) {
    const { name, text, secret, rules } = await plant(values)
    const findings = await library.diagnose(text, { secret, now })
    const found = findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule)
    if (found.join() !== rules.join())
      throw new Error(
        `${name} in run ${run} of seed ${seed}: wanted ${rules.join()}, got ${found.join()}`,
      )
    if (JSON.stringify(findings).includes(secret))
      throw new Error(`${name} in run ${run} of seed ${seed} shows the secret`)
  }
}

async function plant(values: Values): Promise<Planted> {
  const secret = Array.from({ length: 32 }, () => values.pick(digits.split(''))).join('')
  const [grants, grantRules] = values.pick(grantShapes)
  const note = values.chance(0.5) ? 'ÿ?~>'.repeat(values.below(9)) : 'x'
  const json = { ...claims.access, note, grants: { identity: 'ana', ...grants } }
  const input = inputOf(headers.access, json)
  const signed = async (key: string) => `${input}.${await mac(input, key)}`
  switch (values.below(6)) {
    case 0:
      return { name: 'a sound signature', text: await signed(secret), secret, rules: grantRules }
    case 1: {
      const text = values.pick(wrappings)(await signed(secret))
      return { name: 'a wrapping', text, secret, rules: ['text-wrapped', ...grantRules] }
    }
    case 2: {
      const text = await signed(values.pick(usedForms)(secret))
      return {
        name: 'a secret that was altered',
        text,
        secret,
        rules: [...grantRules, 'signature-secret'],
      }
    }
    case 3: {
      const given = values.pick(givenForms)(secret)
      const rules = [...grantRules, 'signature-secret']
      return { name: 'a secret that is altered', text: await signed(secret), secret: given, rules }
    }
    case 4:
      return {
        name: 'another secret',
        text: await signed(`${secret}x`),
        secret,
        rules: [...grantRules, 'signature-wrong'],
      }
    default:
      return plantSignature(values, input, secret, grantRules)
  }
}

async function plantSignature(
  values: Values,
  input: string,
  secret: string,
  grantRules: string[],
): Promise<Planted> {
  const [header = '', body = ''] = input.split('.')
  const bytes = fromBase64url(await mac(input, secret))
  const inputs = [
    `${pad(header)}.${pad(body)}`,
    toOrdinary(input),
    `${toOrdinary(pad(header))}.${toOrdinary(pad(body))}`,
    body,
  ].filter((other) => other !== input)
  const [signature, rule] = values.pick<readonly [string, string]>([
    [await mac(input, secret, 'SHA-384'), 'signature-algorithm'],
    [await mac(input, secret, 'SHA-512'), 'signature-algorithm'],
    [toHex(bytes), 'signature-encoding'],
    [encode(toHex(bytes)), 'signature-encoding'],
    [encode(btoa(bytes)), 'signature-encoding'],
    [await mac(values.pick(inputs), secret), 'signature-input'],
  ])
  return { name: rule, text: `${input}.${signature}`, secret, rules: [...grantRules, rule] }
}
