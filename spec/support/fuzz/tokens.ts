// Tokens: sound ones, ones with a letter changed, ones that somebody signed with whatever in them, and noise.

import { encode, inputOf, mac } from '../sign.ts'
import type { Values } from './values.ts'

const uris = ['scope:client:incoming', 'scope:client:outgoing', 'scope:stream:subscribe', 'x']
const parameters = ['clientName', 'appSid', 'appParams', 'path', 'params']

/** A token, in a list, because a promise waits for what has a `then`, and some values have. */
export async function token(values: Values): Promise<[unknown]> {
  if (values.chance(0.05)) return [values.value()]
  if (values.chance(0.1)) return [values.list(6, () => values.text()).join('.')]
  const made = await signed(values)
  return [values.chance(0.7) ? made : spoiled(values, made)]
}

async function signed(values: Values): Promise<string> {
  const json = write(claims(values))
  const broken = values.chance(0.1)
    ? json.replace(/[{}[\]",:]/, values.pick(['{', '}', '"', '[', ',', '\\']))
    : json
  const input = inputOf(write(header(values)), broken)
  const signature = values.chance(0.5)
    ? await mac(input, 'XXXXX')
    : encode(new Uint8Array(values.below(40)))
  return `${input}.${signature}`
}

/** The same with a few letters replaced at one place. */
function spoiled(values: Values, token: string): string {
  const at = values.below(token.length + 1)
  const insert = values.pick(['', '.', '=', ' ', '-', 'A', 'é', values.text()])
  return token.slice(0, at) + insert + token.slice(at + values.below(3))
}

function header(values: Values): object {
  return {
    alg: values.one('HS256'),
    typ: 'JWT',
    ...(values.chance(0.4) && { cty: values.one('twilio-fpa;v=1') }),
    ...(values.chance(0.1) && values.object()),
  }
}

function claims(values: Values): unknown {
  const time = () => (values.chance(0.85) ? 1400000000 + values.below(90000) : values.value())
  return values.options({
    scope: () => values.list(4, () => scope(values)).join(' '),
    iss: () => values.sid(values.pick(['AC', 'SK'])),
    sub: () => values.sid('AC'),
    exp: time,
    nbf: time,
    iat: time,
    jti: () => values.text(),
    grants: () => grants(values),
    policies: () => values.list(3, () => policy(values)),
    version: () => 'v1',
    workspace_sid: () => values.sid('WS'),
    channel: () => values.sid('WK'),
    [values.name()]: () => values.value(),
  })
}

function scope(values: Values): string {
  const parameter = () =>
    `${values.chance(0.3) ? values.pick(parameters) : values.name()}=${values.text()}`
  return `${values.pick(uris)}?${values.list(4, parameter).join('&')}`
}

function grants(values: Values): object {
  return {
    identity: values.one('alice'),
    [values.name()]: values.value(),
    ...(values.chance(0.5) && { voice: values.value(), data_sync: values.object() }),
  }
}

function policy(values: Values): unknown {
  return values.options({
    url: () => values.text(),
    method: () => values.text(),
    allow: () => true,
    query_filter: () => values.object(),
    post_filter: () => values.object(),
  })
}

function write(json: unknown): string {
  try {
    return JSON.stringify([json]).slice(1, -1) // in a list, where undefined is null
  } catch {
    return '{}' // a cycle, or a bigint: there are others to try
  }
}
