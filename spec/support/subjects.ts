// Sound tokens of each kind, with members replaced, and what `diagnose` finds in a text, in one line each.

import { diagnose, type DiagnoseOptions, type Finding } from 'twilio-tokens'
import { sign } from './sign.ts'

/** Members to put in place of those of a sound token; `undefined` takes one away. */
export type Members = Record<string, unknown>

export const now = 1790000000
export const keySecret = 'tY6uI8oP0aS2dF4gH6jK8lZ1xC3vB5nM'
export const authToken = '0f1e2d3c4b5a69788796a5b4c3d2e1f0'

/** A SID with this prefix. */
export const sid = (prefix: string) => `${prefix}${'9a'.repeat(16)}`

export const headers = {
  access: { alg: 'HS256', typ: 'JWT', cty: 'twilio-fpa;v=1' },
  capability: { alg: 'HS256', typ: 'JWT' },
  taskrouter: { alg: 'HS256', typ: 'JWT' },
}

export const claims = {
  access: {
    jti: `${sid('SK')}-1`,
    grants: { identity: 'ana', voice: { incoming: { allow: true } } },
    iat: now - 5,
    exp: now + 900,
    iss: sid('SK'),
    sub: sid('AC'),
  },
  capability: {
    scope: 'scope:client:incoming?clientName=ana',
    iss: sid('AC'),
    exp: now + 900,
  },
  taskrouter: {
    iss: sid('AC'),
    exp: now + 900,
    version: 'v1',
    friendly_name: sid('WK'),
    policies: [{ url: 'https://taskrouter.twilio.com/v1/Workspaces', method: 'GET', allow: true }],
    account_sid: sid('AC'),
    channel: sid('WK'),
    workspace_sid: sid('WS'),
  },
}

export type Kind = keyof typeof headers

/** A sound token, except for the members that are given. */
export function tokenOf(
  kind: Kind,
  changedClaims: Members = {},
  changedHeader: Members = {},
  secret: string = secretOf(kind),
): Promise<string> {
  return sign({ ...headers[kind], ...changedHeader }, { ...claims[kind], ...changedClaims }, secret)
}

/** An access token with these grants beside its identity. */
export function tokenWith(grants: Members): Promise<string> {
  return tokenOf('access', { grants: { identity: 'ana', ...grants } })
}

/** A capability token with this scope. */
export function tokenFor(scope: unknown): Promise<string> {
  return tokenOf('capability', { scope })
}

/** The secret that signs a sound token. */
export function secretOf(kind: Kind): string {
  return kind === 'access' ? keySecret : authToken
}

/** What `diagnose` finds, at the time of the sound tokens. */
export function findingsIn(text: string, options: DiagnoseOptions = {}): Promise<Finding[]> {
  return diagnose(text, { now, ...options })
}

/** The same in one line each, without the warning that every capability token yields. */
export async function linesOf(text: string, options?: DiagnoseOptions): Promise<string[]> {
  const findings = await findingsIn(text, options)
  return findings
    .filter(({ rule }) => rule !== 'kind-deprecated')
    .map(({ rule, code, severity, pointer }) => `${severity} ${code} ${rule} ${pointer}`.trim())
}
