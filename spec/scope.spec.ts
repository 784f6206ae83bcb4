import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatScope, parseScope, type Scope } from '../lib/scope.ts'

const events = '/2010-04-01/Events'

describe('vectors', () => {
  // twilio-python 9.11.0 and 5.7.0, tests/unit/jwt/test_client.py and tests/test_jwt.py, and runs of twilio-python 9.11.0.
  const canonical: [uri: string, scope: Scope][] = [
    ['scope:client:incoming?clientName=andy', { kind: 'incoming', clientName: 'andy' }],
    [
      'scope:client:incoming?clientName=tom+jerry%40x.com',
      { kind: 'incoming', clientName: 'tom jerry@x.com' },
    ],
    [
      'scope:client:outgoing?appSid=AP123',
      { kind: 'outgoing', applicationSid: 'AP123', params: {} },
    ],
    [
      'scope:client:outgoing?appParams=foobar%3D3&appSid=AP123',
      { kind: 'outgoing', applicationSid: 'AP123', params: { foobar: '3' } },
    ],
    [
      'scope:client:outgoing?appParams=foobar%3D3&appSid=AP123&clientName=andy',
      { kind: 'outgoing', applicationSid: 'AP123', clientName: 'andy', params: { foobar: '3' } },
    ],
    [
      'scope:client:outgoing?appParams=name%3DTom%2B%2526%2BJerry%26q%3Da%252Bb%253Dc%252Fd%253F%26t%3D~x-y_z.%252A%2521%2528%2529%2527&appSid=AP123',
      {
        kind: 'outgoing',
        applicationSid: 'AP123',
        params: { name: 'Tom & Jerry', q: 'a+b=c/d?', t: "~x-y_z.*!()'" },
      },
    ],
    [
      'scope:client:outgoing?appParams=tags%3Da%26tags%3Db%2Bc%26n%3D1%26n%3D2&appSid=AP123',
      { kind: 'outgoing', applicationSid: 'AP123', params: { tags: ['a', 'b c'], n: ['1', '2'] } },
    ],
    [
      'scope:client:outgoing?appParams=name%3DZo%25C3%25AB%26e%3D%25F0%259F%2598%2580&appSid=AP123',
      { kind: 'outgoing', applicationSid: 'AP123', params: { name: 'Zoë', e: '😀' } },
    ],
    [
      'scope:stream:subscribe?path=%2F2010-04-01%2FEvents',
      { kind: 'events', path: events, filters: {} },
    ],
    [
      'scope:stream:subscribe?params=foobar%3Dhey&path=%2F2010-04-01%2FEvents',
      { kind: 'events', path: events, filters: { foobar: 'hey' } },
    ],
  ]
  it.each(canonical)('formats and parses %s', (uri, scope) => {
    expect(formatScope(scope)).toBe(uri)
    expect(parseScope(uri)).toStrictEqual(scope)
  })

  // What the other libraries write; each was run but those named "read".
  it.each<[library: string, uri: string, scope: Scope]>([
    [
      'twilio-python 3.3.7',
      'scope:client:outgoing?appSid=AP123&appParams=foobar%3D3&clientName=andy',
      { kind: 'outgoing', applicationSid: 'AP123', clientName: 'andy', params: { foobar: '3' } },
    ],
    [
      'twilio-python 3.3.7, an empty list',
      'scope:client:outgoing?appSid=AP123&appParams=',
      { kind: 'outgoing', applicationSid: 'AP123', params: {} },
    ],
    [
      'twilio-python, an empty name',
      'scope:client:incoming?clientName=',
      { kind: 'incoming', clientName: '' },
    ],
    [
      'twilio-node 6.2.0, %20 for a space',
      'scope:client:outgoing?appSid=AP123&appParams=name%3DTom%2520%2526%2520Jerry',
      { kind: 'outgoing', applicationSid: 'AP123', params: { name: 'Tom & Jerry' } },
    ],
    [
      'twilio-node 6.2.0, a raw path and appParams',
      'scope:stream:subscribe?path=/2010-04-01/Events&appParams=foo%3Dbar',
      { kind: 'events', path: events, filters: { foo: 'bar' } },
    ],
    [
      'twilio-php 8.12.0, empty params',
      'scope:stream:subscribe?path=%2F2010-04-01%2FEvents&params=',
      { kind: 'events', path: events, filters: {} },
    ],
    [
      'twilio-php 8.12.0, brackets',
      'scope:client:outgoing?appSid=AP123&appParams=tags%255B0%255D%3Da',
      { kind: 'outgoing', applicationSid: 'AP123', params: { 'tags[0]': 'a' } },
    ],
    [
      'twilio-csharp on .NET 3.5 (read), lower-case digits',
      'scope:client:outgoing?appSid=AP123&appParams=foo%3dbar',
      { kind: 'outgoing', applicationSid: 'AP123', params: { foo: 'bar' } },
    ],
  ])('parses %s', (_, uri, scope) => {
    expect(parseScope(uri)).toEqual(scope)
  })
})

const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom(..." +%&=?/~!'()*:[]", '\0', '\n', 'é', '\u2028', '😀'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  ),
})
const params = fc.dictionary(
  fc.oneof(text, fc.constantFrom('__proto__', 'constructor', 'clientName', '')),
  fc.oneof(text, fc.array(text, { minLength: 2 })),
  { noNullPrototype: true },
)
const clientName = fc.option(fc.record({ clientName: text }), { nil: {} })
const scope: fc.Arbitrary<Scope> = fc.oneof(
  fc.record({ kind: fc.constant('incoming' as const), clientName: text }),
  fc
    .tuple(
      fc.record({
        kind: fc.constant('outgoing' as const),
        applicationSid: text.filter((text) => text !== ''),
        params,
      }),
      clientName,
    )
    .map(([scope, name]) => ({ ...scope, ...name })),
  fc.record({ kind: fc.constant('events' as const), path: text, filters: params }),
)

describe('laws', () => {
  it('parses what it formats', () => {
    fc.assert(
      fc.property(scope, (scope) => {
        expect(parseScope(formatScope(scope))).toEqual(scope)
      }),
    )
  })

  it('formats what it parses, so that nothing is lost', () => {
    fc.assert(
      fc.property(scope.map(formatScope), (uri) => {
        expect(formatScope(parseScope(uri))).toBe(uri)
      }),
    )
  })

  it('writes only characters that the grammar has, so that a space ends a scope', () => {
    fc.assert(
      fc.property(scope, (scope) => {
        expect(formatScope(scope)).toMatch(/^scope:[a-z]+:[a-z]+\?[A-Za-z0-9_.~+%&=-]*$/)
      }),
    )
  })

  it('parses any text', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(
            'scope:client:incoming?',
            'scope:',
            'clientName=',
            '%',
            '%4',
            '%41',
            '%ff',
            '&',
            '=',
            '+',
            '?',
          ),
        }),
        (uri) => {
          expect(formatScope(parseScope(uri))).toEqual(expect.any(String))
        },
      ),
    )
  })
})

describe('refusals', () => {
  it.each([
    ['a scope of another kind', 'scope:service:godmode?key=val'],
    ['no scope at all', 'clientName=andy'],
    ['an empty text', ''],
    ['incoming without a client name', 'scope:client:incoming'],
    ['incoming with two client names', 'scope:client:incoming?clientName=a&clientName=b'],
    ['outgoing without an application', 'scope:client:outgoing?clientName=andy'],
    ['outgoing with two applications', 'scope:client:outgoing?appSid=AP1&appSid=AP2'],
    [
      'outgoing with two client names',
      'scope:client:outgoing?appSid=AP1&clientName=a&clientName=b',
    ],
    [
      'outgoing with params twice',
      'scope:client:outgoing?appSid=AP1&appParams=a%3D1&appParams=a%3D2',
    ],
    ['events without a path', 'scope:stream:subscribe?params=a%3D1'],
    ['events with two paths', 'scope:stream:subscribe?path=a&path=b'],
    ['events with params twice', 'scope:stream:subscribe?path=a&params=a%3D1&params=a%3D2'],
    [
      'events with params of both names',
      'scope:stream:subscribe?path=a&params=a%3D1&appParams=b%3D2',
    ],
    [
      'events of twilio-ruby (read), whose second filter stands outside',
      'scope:stream:subscribe?path=a&params=a%3D1&b%3D2',
    ],
    [
      'incoming of twilio-java (read), which does not encode a name',
      'scope:client:incoming?clientName=Tom&Jerry',
    ],
    ['outgoing with an empty application', 'scope:client:outgoing?appSid='],
    ['a percent sign alone', 'scope:client:incoming?clientName=100%'],
    ['a percent sign alone within params', 'scope:client:outgoing?appSid=AP1&appParams=a%3D100%25'],
    ['bytes that are not UTF-8', 'scope:client:incoming?clientName=%ff'],
    ['a name from the prototype of objects', 'scope:client:incoming?constructor=a'],
  ])('keeps %s as other', (_, uri) => {
    expect(parseScope(uri)).toEqual({ kind: 'other', uri })
    expect(formatScope(parseScope(uri))).toBe(uri)
  })
})

describe('regressions', () => {
  it('makes a name such as __proto__ an own property', () => {
    const uri = 'scope:client:outgoing?appParams=__proto__%3Dpolluted&appSid=AP123'
    const scope = parseScope(uri)
    expect(scope.kind === 'outgoing' && Object.entries(scope.params)).toEqual([
      ['__proto__', 'polluted'],
    ])
    expect(formatScope(scope)).toBe(uri)
    expect({}).not.toHaveProperty('polluted')
  })

  it.each([
    ['the query', 'scope:client:incoming?&&clientName=Alice&'],
    ['a query that has no more', 'scope:stream:subscribe?&path=%2FEvents&params=%26%26a%3D1%26'],
  ])('passes over what is empty between the separators of %s', (_, uri) => {
    const scope = parseScope(uri)
    expect(scope.kind).not.toBe('other')
    expect(parseScope(formatScope(scope))).toEqual(scope)
  })

  it('reads a list of one as a text, and a name without a value as an empty one', () => {
    const uri = formatScope({ kind: 'events', path: 'p', filters: { one: ['a'], none: [] } })
    expect(uri).toBe('scope:stream:subscribe?params=one%3Da&path=p')
    expect(parseScope(uri)).toEqual({ kind: 'events', path: 'p', filters: { one: 'a' } })
    expect(parseScope('scope:stream:subscribe?path=p&params=a%26b%3D%26%26c')).toEqual({
      kind: 'events',
      path: 'p',
      filters: { a: '', b: '', c: '' },
    })
  })

  it('reads any number of values of one name', () => {
    const filters = { a: ['1', '2', '3', '4'], b: '5' }
    const scope = { kind: 'events', path: 'p', filters } as const
    expect(parseScope(formatScope(scope))).toEqual(scope)
  })
})
