import { describe, expect, it } from 'vitest'
import type { Claims } from '../lib/claims.ts'
import { kindOf, readContents } from '../lib/contents.ts'

const cty = 'twilio-fpa;v=1'
const grants = { identity: 'andy' }
const account = { iss: 'AC123', exp: 1400000000 }
const key = { iss: 'SK123', sub: 'AC123', exp: 1400000000 }
const policies: unknown[] = []

type Row = [title: string, header: Claims, claims: Claims, kind: string | undefined]

// The order: grants or the cty of an access token, then policies, then a scope or an account's iss without sub.
const rows: Row[] = [
  ['grants and the cty', { cty }, { grants, ...key }, 'access'],
  ['grants alone', {}, { grants, ...key }, 'access'],
  ['grants that are null', {}, { grants: null, ...key }, 'access'],
  ['the cty alone', { cty }, key, 'access'],
  ['the cty and policies', { cty }, { policies, ...account }, 'access'],
  ['the cty and a scope', { cty }, { scope: '', ...account }, 'access'],
  ['grants and policies', {}, { grants, policies, ...account }, 'access'],
  ['grants and a scope', {}, { grants, scope: '', ...account }, 'access'],
  ['policies', {}, { policies, ...account }, 'taskrouter'],
  ['policies that are null', {}, { policies: null, ...account }, 'taskrouter'],
  ['policies and a scope', {}, { policies, scope: '', ...account }, 'taskrouter'],
  ['policies under another cty', { cty: 'JWT' }, { policies, ...account }, 'taskrouter'],
  ['a scope', {}, { scope: '', ...account }, 'capability'],
  ['a scope that is null', {}, { scope: null, ...account }, 'capability'],
  ['a scope and the iss of a key', {}, { scope: '', ...key }, 'capability'],
  ['a misspelled cty and a scope', { cty: 'twilio-fpa' }, { scope: '', ...account }, 'capability'],
  ['the iss of an account alone', {}, account, 'capability'],
  ['the iss of an account and a version', {}, { version: 'v1', ...account }, 'capability'],
  ['the iss of an account and a sub', {}, { sub: 'AC123', ...account }, undefined],
  ['the iss of an account and a sub that is null', {}, { sub: null, ...account }, undefined],
  ['the iss of a key', {}, key, undefined],
  ['an iss that is no SID', {}, { iss: 'AC', exp: 1 }, undefined],
  ['the iss of an account in a list', {}, { iss: ['AC123'], exp: 1 }, undefined],
  ['the cty in a list', { cty: [cty] }, key, undefined],
  ['nothing', {}, {}, undefined],
  [
    'what only prototypes have',
    Object.create({ cty }) as Claims,
    Object.create({ grants, policies, scope: '', ...account }) as Claims,
    undefined,
  ],
]

describe('kindOf', () => {
  it.each(rows)('kindOf() finds the kind of a token with %s', (_, header, claims, kind) => {
    expect(kindOf(header, claims)).toBe(kind)
  })
})

describe('readContents', () => {
  it.each<[kind: string, header: Claims, claims: Claims]>([
    ['access', { cty }, { grants, ...key }],
    ['taskrouter', {}, { policies, workspace_sid: 'WS1', channel: 'WK1', ...account }],
    ['capability', {}, { scope: '', ...account }],
  ])('readContents() reads the contents of kind %s', (kind, header, claims) => {
    expect(readContents(header, claims)).toMatchObject({
      kind,
      accountSid: 'AC123',
      expiresAt: 1400000000,
    })
  })

  it('readContents() rejects a token of no kind', () => {
    const read = () => readContents({}, key)
    expect(read).toThrow(expect.objectContaining({ name: 'TokenError' }) as Error)
    expect(read).toThrow(
      'its claim scope must be a string, or the token must have grants or policies',
    )
  })
})
