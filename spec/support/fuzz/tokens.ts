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
  const [header, claims] = values.pick([capability, access, taskRouter, anything])(values)
  const json = write(claims)
  const broken = values.chance(0.1)
    ? json.replace(/[{}[\]",:]/, values.pick(['{', '}', '"', '[', ',', '\\']))
    : json
  const input = inputOf(write(header), broken)
  const signature = values.chance(0.7)
    ? await mac(input, values.pick(['secret', 'XXXXX']))
    : encode(new Uint8Array(values.below(40)))
  return `${input}.${signature}`
}

/** The same with a few letters replaced at one place. */
function spoiled(values: Values, token: string): string {
  const at = values.below(token.length + 1)
  const insert = values.pick(['', '.', '=', ' ', '-', 'A', 'é', values.text()])
  return token.slice(0, at) + insert + token.slice(at + values.below(3))
}

type Parts = [header: unknown, claims: unknown]

const now = 1400000000
const expiry = (values: Values) => now + 1 + values.below(90000)
const past = (values: Values) => now - values.below(90000)

// Each kind of token is mostly sound, so that what reads it is reached.
function capability(values: Values): Parts {
  const claims = values.members({
    scope: () => values.list(4, () => scope(values)).join(' '),
    iss: () => values.sid('AC'),
    exp: () => expiry(values),
    iat: () => past(values),
  })
  return [header(values), claims]
}

function access(values: Values): Parts {
  const claims = values.members({
    jti: () => values.text(),
    grants: () => grants(values),
    iat: () => past(values),
    nbf: () => (values.chance(0.7) ? past(values) : expiry(values)),
    exp: () => expiry(values),
    iss: () => values.sid('SK'),
    sub: () => values.sid('AC'),
  })
  return [{ ...header(values), cty: 'twilio-fpa;v=1' }, claims]
}

function taskRouter(values: Values): Parts {
  const claims = values.members({
    version: () => 'v1',
    workspace_sid: () => values.sid('WS'),
    channel: () => values.sid('WK'),
    policies: () => values.list(3, () => policy(values)),
    iss: () => values.sid('AC'),
    exp: () => expiry(values),
  })
  return [header(values), claims]
}

function anything(values: Values): Parts {
  const time = () => (values.chance(0.85) ? now + values.below(90000) : values.value())
  const claims = values.options({
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
  return [
    { ...header(values), ...(values.chance(0.3) && { cty: values.one('twilio-fpa;v=1') }) },
    claims,
  ]
}

function header(values: Values): object {
  return {
    alg: values.one('HS256'),
    typ: 'JWT',
    ...(values.chance(0.1) && values.object()),
  }
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
