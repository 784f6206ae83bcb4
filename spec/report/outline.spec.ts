import { AccessToken, TwilioCapability, type Finding } from 'twilio-tokens'
import { describe, expect, it } from 'vitest'
import { examine } from '../../lib/report/examine.ts'
import { assignFindings, nodeText, outline, type OutlineNode } from '../../lib/report/outline.ts'

const now = 1_700_000_000
const access = () => new AccessToken('AC123123', 'SK123123', 'a secret', { identity: 'alice' })
const outlineOf = async (token: string) =>
  outline(await examine(token, [], () => 'there is none', now), now)
const texts = (nodes: readonly OutlineNode[], depth = 0): string[] =>
  nodes.flatMap((node) => [
    `${'  '.repeat(depth)}${nodeText(node)}`,
    ...texts(node.children, depth + 1),
  ])

describe('outline()', () => {
  it('outline() returns the kind with its contents, the expiry and the signature', async () => {
    const token = await access().grantVideo({ room: 'standup' }).generate({ now, expires: 600 })
    expect(texts(await outlineOf(token))).toEqual([
      'access token',
      '  account: AC123123',
      '  key: SK123123',
      '  identity: alice',
      expect.stringMatching(/^ {2}id: SK123123-/),
      '  issued: 2023-11-14T22:13:20Z',
      '  grants:',
      '    video:',
      '      room: standup',
      'expires in 10 min (2023-11-14T22:23:20Z)',
      'signature not checked: there is none',
    ])
  })

  it('outline() shows a capability token that allows nothing', async () => {
    const token = await new TwilioCapability('AC123123', 'a secret').generate({ now })
    expect(texts(await outlineOf(token))).toContain('  scopes: none')
  })

  it('outline() has a line for each part of the header and the claims that findings are about', async () => {
    const part = (value: unknown) => btoa(JSON.stringify(value)).replaceAll('=', '')
    const token = [
      part({ alg: 'HS256', typ: 'jwt' }),
      part({ scope: '', iss: 'AC123', exp: now + 60, nbf: 'soon' }),
      '',
    ].join('.')
    const lines = texts(await outlineOf(token))
    expect(lines[0]).toBe('capability token')
    expect(lines.join('\n')).toContain('  header:\n    typ: jwt\n  claims:\n    nbf: soon\n')
  })

  it.each([
    [
      'kind-unknown',
      { alg: 'HS256', typ: 'JWT' },
      { sub: 'x' },
      "JSON Web Token, but not one of Twilio's",
    ],
    ['header-cty', { alg: 'RS256', cty: 'twilio-pkrv;v=1' }, { exp: now + 60 }, 'JSON Web Token'],
    ['time-missing', { alg: 'HS256' }, { grants: {} }, 'access token'],
    ['text-json', { alg: 'HS256' }, [], 'token whose claims cannot be read'],
  ])('outline() names a token with the finding %s', async (rule, header, claims, title) => {
    const part = (value: unknown) => btoa(JSON.stringify(value)).replaceAll('=', '')
    const token = `${part(header)}.${part(claims)}.`
    const { findings } = await examine(token, [], () => '', now)
    expect(findings.map((finding) => finding.rule)).toContain(rule)
    expect(texts(await outlineOf(token))[0]).toBe(title)
  })

  it('outline() reports that there is nothing to read', async () => {
    expect(texts(await outlineOf('undefined'))).toEqual(['no token that can be read'])
  })
})

describe('assignFindings()', () => {
  const finding = (pointer: string) => ({ pointer }) as Finding

  it('assignFindings() finds the line of a place, or the nearest line above it', async () => {
    const token = await access().grantVideo({ room: 'standup' }).generate({ now })
    const nodes = await outlineOf(token)
    const places = {
      '': '',
      '/claims/iss': '/claims/iss',
      '/claims/exp': '/claims/exp',
      '/signature': '/signature',
      '/claims/grants/video/room': '/claims/grants/video/room',
      '/claims/grants/video/rooms': '/claims/grants/video',
      '/claims/grants/data_sync/service_sid': '/claims/grants',
      '/header/alg': '',
    }
    for (const [pointer, place] of Object.entries(places)) {
      const one = finding(pointer)
      expect([...assignFindings(nodes, [one])]).toEqual([[place, [one]]])
    }
  })

  it('assignFindings() assigns what has no line to the token as a whole', () => {
    const one = finding('/claims/iss')
    expect([...assignFindings([], [one])]).toEqual([['', [one]]])
  })

  it('assignFindings() keeps the order of findings about one line', async () => {
    const nodes = await outlineOf(await access().grantVideo().generate({ now }))
    const findings = [finding('/claims/iss'), finding(''), finding('/claims/iss')]
    expect(assignFindings(nodes, findings).get('/claims/iss')).toEqual([findings[0], findings[2]])
  })
})
