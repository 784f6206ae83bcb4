import { describe, expect, it } from 'vitest'
import { escapeText, toEscapedJson } from '../../lib/report/escape.ts'

const unsafe = [
  ['an escape', '\x1b'],
  ['a line feed', '\n'],
  ['a C1 control', '\u009b'],
  ['a bidirectional override', '\u202e'],
  ['a line separator', '\u2028'],
  ['a zero-width space', '\u200b'],
  ['a word joiner', '\u2060'],
  ['a soft hyphen', '\u00ad'],
  ['a Hangul filler', '\u3164'],
  ['a variation selector', '\ufe0f'],
  ['a combining grapheme joiner', '\u034f'],
  ['a tag', '\u{e0041}'],
] as const

describe('escapeText()', () => {
  it.each(unsafe)('escapeText() shows %s as its number', (_, character) => {
    const number = character.codePointAt(0)?.toString(16) ?? ''
    expect(escapeText(`a${character}b`)).toBe(`a\\u{${number}}b`)
  })

  it('escapeText() leaves letters of every script as they are', () => {
    expect(escapeText('Zoë 愛 🙂 <b>')).toBe('Zoë 愛 🙂 <b>')
  })
})

describe('toEscapedJson()', () => {
  it.each(unsafe)(
    'toEscapedJson() writes %s as JSON does, with the same meaning',
    (_, character) => {
      const value = { [character]: [`a${character}b`] }
      const json = toEscapedJson(value)
      expect(json.replaceAll('\n', '')).not.toMatch(
        /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u,
      )
      expect(JSON.parse(json)).toEqual(value)
    },
  )

  it('toEscapedJson() indents only if it is asked to', () => {
    expect(toEscapedJson({ a: 1 })).toBe('{\n  "a": 1\n}')
    expect(toEscapedJson({ a: 1 }, 0)).toBe('{"a":1}')
  })
})
