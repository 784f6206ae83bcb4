import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonLines } from '../../lib/report/json.ts'

describe('jsonLines()', () => {
  it('jsonLines() returns each line with the place that begins in it', () => {
    expect(
      jsonLines({ iss: 'SK1', list: [1, {}], deep: { 'a/b': null }, none: [] }, '/claims'),
    ).toEqual([
      { text: '{', pointer: '/claims' },
      { text: '  "iss": "SK1",', pointer: '/claims/iss' },
      { text: '  "list": [', pointer: '/claims/list' },
      { text: '    1,', pointer: '/claims/list/0' },
      { text: '    {}', pointer: '/claims/list/1' },
      { text: '  ],' },
      { text: '  "deep": {', pointer: '/claims/deep' },
      { text: '    "a/b": null', pointer: '/claims/deep/a~1b' },
      { text: '  },' },
      { text: '  "none": []', pointer: '/claims/none' },
      { text: '}' },
    ])
  })

  it('jsonLines() writes what JSON.stringify() writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ depthSize: 'small' }), (value) => {
        const text = jsonLines(value, '').map((line) => line.text)
        expect(JSON.parse(text.join('\n'))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it('jsonLines() ends where a value is nested too deep to read', () => {
    const depth = 50_000
    const deep: unknown = JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)
    const lines = jsonLines(deep, '')
    expect(lines).toHaveLength(201)
    expect(lines[100]?.text.trim()).toBe('[…]')
  })
})
