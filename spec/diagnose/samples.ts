// For each rule, a token that breaks it and one that does not. The specs run both, and lib/docs/RULES.md shows them.

import type { Rule } from 'twilio-tokens'
import { encode, inputOf, mac } from '../support/sign.ts'
import {
  claims,
  headers,
  keySecret,
  now,
  secretOf,
  sid,
  tokenOf,
  type Kind,
  type Members,
} from '../support/subjects.ts'

/** A token, or what was pasted for one. */
export interface Sample {
  /** How it differs from a sound token, for the page. */
  shown: string
  text: () => Promise<string>
  /** The secret that is given, if any. */
  secret?: string
}

/** Both samples of a rule. */
export interface Samples {
  breaks: Sample
  holds: Sample
}

const kindNames = {
  access: 'an access token',
  capability: 'a capability token',
  taskrouter: 'a TaskRouter token',
}

const list = (members: Members) =>
  Object.entries(members)
    .map(([name, value]) =>
      value === undefined ? `without \`${name}\`` : `\`${name}: ${JSON.stringify(value)}\``,
    )
    .join(', ')

const sound = (kind: Kind): Sample => ({
  shown: `${kindNames[kind]} as above`,
  text: () => tokenOf(kind),
})

const withClaims = (kind: Kind, changed: Members): Sample => ({
  shown: `${kindNames[kind]} with ${list(changed)}`.replace('with without', 'without'),
  text: () => tokenOf(kind, changed),
})

const withHeader = (kind: Kind, changed: Members): Sample => ({
  shown: `${kindNames[kind]} with ${list(changed)} in the header`.replace(
    'with without',
    'without',
  ),
  text: () => tokenOf(kind, {}, changed),
})

const withGrants = (grants: Members): Sample =>
  withClaims('access', { grants: { identity: 'ana', ...grants } })

const withScope = (scope: unknown): Sample => withClaims('capability', { scope })

const withPolicy = (changed: Members): Sample =>
  withClaims('taskrouter', { policies: [{ ...claims.taskrouter.policies[0], ...changed }] })

const pasted = (shown: string, write: (token: string) => string): Sample => ({
  shown,
  text: async () => write(await tokenOf('access')),
})

const [header, body] = [encode(headers.access), encode(claims.access)]

const signed = (shown: string, secret: string, sign: () => Promise<string>): Sample => ({
  shown,
  secret,
  text: async () => `${header}.${body}.${await sign()}`,
})

const rightlySigned: Sample = {
  shown: 'an access token that the given secret has signed',
  secret: keySecret,
  text: () => tokenOf('access'),
}

const application = { application_sid: sid('AP') }

export const samples: Record<Rule, Samples> = {
  'text-wrapped': {
    breaks: pasted('`Bearer TOKEN`', (token) => `Bearer ${token}`),
    holds: sound('access'),
  },
  'text-base64': {
    breaks: pasted('`TOKEN=`', (token) => `${token}=`),
    holds: sound('access'),
  },
  'text-cut': {
    breaks: pasted('the first 120 characters of a token', (token) => token.slice(0, 120)),
    holds: sound('access'),
  },
  'text-json': {
    breaks: {
      shown: 'a token whose claims are `[1]`',
      text: () => Promise.resolve(`${header}.${encode([1])}.AAAA`),
    },
    holds: sound('access'),
  },
  'text-encrypted': {
    breaks: {
      shown: 'five parts, the first of which is `{"alg":"dir","enc":"A256GCM"}`',
      text: () => Promise.resolve(`${encode({ alg: 'dir', enc: 'A256GCM' })}..AAAA.AAAA.AAAA`),
    },
    holds: sound('access'),
  },
  'text-long': {
    breaks: withClaims('access', { note: 'a'.repeat(60_000) }),
    holds: sound('access'),
  },
  'text-other': {
    breaks: { shown: '`[object Promise]`', text: () => Promise.resolve('[object Promise]') },
    holds: sound('access'),
  },
  'text-duplicate': {
    breaks: {
      shown: 'claims with `exp` twice: `{"exp":1,"exp":1790000900,…}`',
      text: () => {
        const json = JSON.stringify(claims.access).replace('{', '{"exp":1,')
        return Promise.resolve(`${inputOf(headers.access, json)}.${'A'.repeat(43)}`)
      },
    },
    holds: sound('access'),
  },
  'header-alg': { breaks: withHeader('access', { alg: 'HS512' }), holds: sound('access') },
  'header-typ': {
    breaks: withHeader('access', { typ: undefined }),
    holds: withHeader('capability', { typ: undefined }),
  },
  'header-cty': {
    breaks: withHeader('access', { cty: undefined }),
    holds: sound('capability'),
  },
  'header-crit': { breaks: withHeader('access', { crit: ['exp'] }), holds: sound('access') },
  'header-region': {
    breaks: withHeader('access', { twr: 'dublin' }),
    holds: withHeader('access', { twr: 'ie1' }),
  },
  'kind-unknown': {
    breaks: withClaims('capability', { scope: undefined, sub: 'ana' }),
    holds: withClaims('capability', { scope: undefined }),
  },
  'kind-deprecated': { breaks: sound('capability'), holds: sound('taskrouter') },
  'party-missing': {
    breaks: withClaims('access', { iss: undefined }),
    holds: withClaims('capability', { sub: undefined }),
  },
  'party-form': {
    breaks: withClaims('access', { iss: sid('SK').slice(0, -1) }),
    holds: withClaims('access', { iss: 'SK123' }),
  },
  'party-kind': {
    breaks: withClaims('access', { iss: sid('AC') }),
    holds: withClaims('capability', { iss: sid('AC') }),
  },
  'party-swapped': {
    breaks: withClaims('access', { iss: sid('AC'), sub: sid('SK') }),
    holds: withClaims('access', { iss: sid('SK'), sub: sid('AC') }),
  },
  'party-placeholder': {
    breaks: withClaims('access', { iss: 'SKxxxxxxxx' }),
    holds: sound('access'),
  },
  'jti-form': {
    breaks: withClaims('access', { jti: 1 }),
    holds: withClaims('access', { jti: undefined }),
  },
  'secret-exposed': {
    breaks: withClaims('access', { iss: '0123456789abcdef0123456789abcdef' }),
    holds: sound('access'),
  },
  'time-missing': {
    breaks: withClaims('access', { exp: undefined }),
    holds: withClaims('access', { iat: undefined }),
  },
  'time-form': {
    breaks: withClaims('access', { exp: '2026-09-21' }),
    holds: sound('access'),
  },
  'time-milliseconds': {
    breaks: withClaims('access', { exp: (now + 900) * 1000 }),
    holds: withClaims('access', { exp: now + 900 }),
  },
  'time-relative': {
    breaks: withClaims('access', { exp: 900 }),
    holds: withClaims('access', { exp: now + 900 }),
  },
  'time-order': {
    breaks: withClaims('access', { iat: now, exp: now - 60 }),
    holds: withClaims('access', { iat: now, exp: now + 60 }),
  },
  'time-expired': {
    breaks: withClaims('access', { iat: now - 60, exp: now }),
    holds: withClaims('access', { iat: now - 60, exp: now + 1 }),
  },
  'time-long': {
    breaks: withClaims('access', { iat: now, exp: now + 86401 }),
    holds: withClaims('access', { iat: now, exp: now + 86399 }),
  },
  'time-limit': {
    breaks: withClaims('access', { iat: now, exp: now + 86400 }),
    holds: withClaims('access', { iat: now, exp: now + 86399 }),
  },
  'time-future': {
    breaks: withClaims('access', { nbf: now + 20 }),
    holds: withClaims('access', { nbf: now - 60 }),
  },
  'time-skew': {
    breaks: withClaims('access', { nbf: now - 5, iat: now - 5 }),
    holds: withClaims('access', { nbf: now - 60, iat: now - 5 }),
  },
  'identity-missing': {
    breaks: withClaims('access', { grants: { voice: { incoming: { allow: true } } } }),
    holds: sound('access'),
  },
  'identity-form': {
    breaks: withClaims('access', { grants: { identity: 7, video: {} } }),
    holds: withClaims('access', { grants: { identity: '7', video: {} } }),
  },
  'identity-place': {
    breaks: withClaims('access', { identity: 'ana', grants: { video: {} } }),
    holds: withClaims('access', { grants: { identity: 'ana', video: {} } }),
  },
  'identity-characters': {
    breaks: withClaims('access', {
      grants: { identity: 'ana maria', voice: { incoming: { allow: true } } },
    }),
    holds: withClaims('access', { grants: { identity: 'ana maria', video: {} } }),
  },
  'identity-length': {
    breaks: withClaims('access', { grants: { identity: 'a'.repeat(257), video: {} } }),
    holds: withClaims('access', { grants: { identity: 'a'.repeat(256), video: {} } }),
  },
  'identity-placeholder': {
    breaks: withClaims('access', { grants: { identity: '{{identity}}', video: {} } }),
    holds: withClaims('access', { grants: { identity: 'identity', video: {} } }),
  },
  'identity-portable': {
    breaks: withScope('scope:client:incoming?clientName=ana-maria'),
    holds: withScope('scope:client:incoming?clientName=ana_maria'),
  },
  'grants-missing': {
    breaks: withClaims('access', { grants: undefined }),
    holds: sound('access'),
  },
  'grants-form': { breaks: withClaims('access', { grants: [] }), holds: sound('access') },
  'grants-empty': {
    breaks: withClaims('access', { grants: { identity: 'ana' } }),
    holds: withGrants({ video: {} }),
  },
  'grant-name': {
    breaks: withGrants({ sync: { service_sid: 'default' } }),
    holds: withGrants({ data_sync: { service_sid: 'default' } }),
  },
  'grant-retired': {
    breaks: withGrants({ ip_messaging: { service_sid: sid('IS') } }),
    holds: withGrants({ chat: { service_sid: sid('IS') } }),
  },
  'grant-form': {
    breaks: withGrants({ video: 'standup' }),
    holds: withGrants({ video: { room: 'standup' } }),
  },
  'grant-member-name': {
    breaks: withGrants({ voice: { incomingAllow: true } }),
    holds: withGrants({ voice: { incoming: { allow: true } } }),
  },
  'grant-member-type': {
    breaks: withGrants({ voice: { incoming: true } }),
    holds: withGrants({ voice: { incoming: { allow: true } } }),
  },
  'grant-member-sid': {
    breaks: withGrants({ voice: { outgoing: { application_sid: sid('AC') } } }),
    holds: withGrants({ voice: { outgoing: application } }),
  },
  'grant-member-placeholder': {
    breaks: withGrants({ video: { room: 'undefined' } }),
    holds: withGrants({ video: { room: 'standup' } }),
  },
  'grant-member-missing': {
    breaks: withGrants({ data_sync: {} }),
    holds: withGrants({ data_sync: { service_sid: 'default' } }),
  },
  'grant-nothing': {
    breaks: withGrants({ voice: { incoming: { allow: false } } }),
    holds: withGrants({ voice: { outgoing: application } }),
  },
  'scope-form': {
    breaks: withScope(['scope:client:incoming?clientName=ana']),
    holds: sound('capability'),
  },
  'scope-empty': { breaks: withScope(''), holds: sound('capability') },
  'scope-name': {
    breaks: withScope('client:incoming?clientName=ana'),
    holds: sound('capability'),
  },
  'scope-member': {
    breaks: withScope('scope:client:incoming?name=ana'),
    holds: sound('capability'),
  },
  'scope-sid': {
    breaks: withScope(`scope:client:outgoing?appSid=${sid('AC')}`),
    holds: withScope(`scope:client:outgoing?appSid=${sid('AP')}`),
  },
  'scope-encoding': {
    breaks: withScope(`scope:client:outgoing?appSid=${sid('AP')}&appParams=a=1&b=2`),
    holds: withScope(`scope:client:outgoing?appSid=${sid('AP')}&appParams=a%3D1%26b%3D2`),
  },
  'policy-form': {
    breaks: withClaims('taskrouter', { policies: {} }),
    holds: withClaims('taskrouter', { policies: [] }),
  },
  'policy-member': {
    breaks: withPolicy({ allow: 'true' }),
    holds: withPolicy({ query_filter: null }),
  },
  'signature-length': {
    breaks: pasted('a token that lost its last character', (token) => token.slice(0, -1)),
    holds: sound('access'),
  },
  'signature-secret': {
    breaks: signed(
      'an access token that was signed with the given secret and a line feed after it',
      keySecret,
      () => mac(`${header}.${body}`, `${keySecret}\n`),
    ),
    holds: rightlySigned,
  },
  'signature-algorithm': {
    breaks: signed('an access token that was signed with SHA-512', keySecret, () =>
      mac(`${header}.${body}`, keySecret, 'SHA-512'),
    ),
    holds: rightlySigned,
  },
  'signature-encoding': {
    breaks: signed('an access token whose signature is in hexadecimal', keySecret, async () => {
      const signature = (await mac(`${header}.${body}`, keySecret)).replace(/-/g, '+')
      const bytes = atob(signature.replace(/_/g, '/'))
      return Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('')
    }),
    holds: rightlySigned,
  },
  'signature-input': {
    breaks: signed('an access token of which only the claims were signed', keySecret, () =>
      mac(body, keySecret),
    ),
    holds: rightlySigned,
  },
  'signature-wrong': {
    breaks: {
      ...sound('capability'),
      shown: 'a capability token that another secret has signed',
      secret: 'another auth token',
    },
    holds: {
      ...sound('capability'),
      shown: 'a capability token that the given secret has signed',
      secret: secretOf('capability'),
    },
  },
}

/** When `verify` accepts a token for which `diagnose` has an error, by rule: it checks less than Twilio. */
export const acceptedErrors: Partial<Record<Rule, string>> = {
  'header-typ': '`typ` is missing in an access token',
  'header-cty': '`cty` is misspelled on a token without grants',
  'party-placeholder': 'a placeholder has the form of a short SID, such as `ACxxxx`',
  'secret-exposed': 'a secret that was given is anywhere in the token',
  'time-milliseconds': '`iat` is in milliseconds',
  'time-order': '`exp` is ahead of the current time, and not after `iat`',
  'time-long': 'the token is valid for more than 24 hours',
  'time-future': '`iat` is ahead of the current time',
  'identity-missing': 'the grants have no identity',
  'identity-form': 'an identity or client name is empty',
  'identity-place': 'the identity is not in the grants',
  'identity-characters': 'an identity or client name has forbidden characters',
  'identity-length': 'an identity or client name is too long',
  'grants-missing':
    '`cty` is misspelled, so that the token counts as a capability token that allows nothing',
  'grant-name': 'a grant has another name on the wire',
  'grant-form': 'a grant is not an object',
  'grant-member-name': 'a member of a grant has another name on the wire',
  'grant-member-type': 'a member of a grant has the wrong type',
  'grant-member-sid': 'a member of a grant is not a SID of its kind',
  'grant-member-missing': 'a grant lacks a member',
  'scope-name': "a scope is not one of Twilio's",
  'scope-member': 'the query of a scope has the wrong names',
  'scope-sid': '`appSid` is not a SID of its kind',
  'scope-encoding': 'the query of a scope is encoded wrongly',
}
