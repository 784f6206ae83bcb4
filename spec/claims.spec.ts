import { describe, expect, it } from 'vitest'
import {
  booleanClaim,
  expiryClaim,
  isJson,
  isObject,
  listClaim,
  numberClaim,
  objectClaim,
  optionalClaim,
  own,
  parseTime,
  present,
  textClaim,
  wrongClaim,
  type Claims,
} from '../lib/claims.ts'
import { maxDepth } from '../lib/limits.ts'

const parse = (json: string) => JSON.parse(json) as Claims

/** What a reader makes of the claim `a`: its value, or the end of the message. */
function outcome(read: (claims: Claims, name: string) => unknown, claims: Claims): unknown {
  try {
    return read(claims, 'a')
  } catch (error) {
    expect(error).toMatchObject({ name: 'TokenError', code: 'ERR_TOKEN_CLAIM' })
    return (error as Error).message.replace(/^Cannot read token: its claim /, '')
  }
}

const inherited = () => Object.create({ a: 'inherited' }) as Claims

describe('readers', () => {
  const rows: [
    name: string,
    read: (claims: Claims, name: string) => unknown,
    rule: string,
    right: string[],
  ][] = [
    ['textClaim', textClaim, 'a string', ['"x"', '""']],
    ['numberClaim', numberClaim, 'a number of seconds', ['0', '-1', '1.5', '1e300']],
    ['booleanClaim', booleanClaim, 'true or false', ['true', 'false']],
    ['listClaim', listClaim, 'a list', ['[]', '[null]']],
    ['objectClaim', objectClaim, 'an object', ['{}', '{"__proto__":null}']],
  ]
  const found: [json: string, got: string][] = [
    ['null', 'null'],
    ['""', 'an empty string'],
    ['"x"', 'a string of 1 characters'],
    ['0', '0'],
    ['1.5', '1.5'],
    ['1e999', 'Infinity'],
    ['-1e999', '-Infinity'],
    ['true', 'a boolean'],
    ['[]', 'an array'],
    ['{}', 'an object'],
  ]

  it.each(rows)(
    '%s() returns what has its type, and says what else it found',
    (_, read, rule, right) => {
      for (const json of right)
        expect(outcome(read, parse(`{"a":${json}}`))).toEqual(parse(`{"a":${json}}`)['a'])
      const type = JSON.stringify(typeOf(parse(`{"a":${String(right[0])}}`)['a']))
      for (const [json, got] of found) {
        const value = parse(`{"a":${json}}`)['a']
        if (JSON.stringify(typeOf(value)) !== type)
          expect(outcome(read, { a: value })).toBe(`a must be ${rule}, got ${got}`)
      }
      expect(outcome(read, {})).toBe(`a must be ${rule}, got nothing`)
      expect(outcome(read, inherited())).toBe(`a must be ${rule}, got nothing`)
    },
  )

  it('optionalClaim() reads a claim if there is one, also one that is null', () => {
    const optional = (claims: Claims) =>
      outcome((c, name) => optionalClaim(textClaim, c, name), claims)
    expect(optional({ a: 'x' })).toBe('x')
    expect(optional({})).toBeUndefined()
    expect(optional(inherited())).toBeUndefined()
    expect(optional({ a: null })).toBe('a must be a string, got null')
  })

  it('expiryClaim() reads a finite number, and digits in a string as twilio-java wrote them', () => {
    const expiry = (exp: unknown) => outcome(() => expiryClaim({ exp }), {})
    expect(expiry(1400000000)).toBe(1400000000)
    expect(expiry(-1.5)).toBe(-1.5)
    expect(expiry('1400000000')).toBe(1400000000)
    for (const wrong of ['', ' 1', '1\n', '-1', '1.5', '1e3', '٣', null, [1], '9'.repeat(400)])
      expect(expiry(wrong)).toMatch(/^exp must be a number of seconds, got /)
  })
})

// 1e999 is a number of JavaScript and none of seconds.
function typeOf(value: unknown): string {
  if (typeof value === 'number') return Number.isFinite(value) ? 'number' : 'infinite'
  return Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value
}

describe('helpers', () => {
  it('own() returns a member of its own, and no inherited one', () => {
    expect(own({ a: 1 }, 'a')).toBe(1)
    expect(own(inherited(), 'a')).toBeUndefined()
    expect(own({}, 'constructor')).toBeUndefined()
    expect(own(parse('{"__proto__":1}'), '__proto__')).toBe(1)
    expect(own({}, '__proto__')).toBeUndefined()
  })

  it('present() omits what is undefined, and nothing else', () => {
    const members = { a: undefined, b: null, c: 0, d: '' }
    expect(present(members)).toStrictEqual({ b: null, c: 0, d: '' })
  })

  it('parseTime() reads a time or nothing', () => {
    expect(['12', 12, '1x', '', null, Infinity, [1]].map(parseTime)).toEqual([
      12,
      12,
      ...new Array<undefined>(5).fill(undefined),
    ])
  })

  it('isObject() is true for a JSON object only', () => {
    expect([{}, [], null, 'a', 1, true, undefined].map(isObject)).toEqual([
      true,
      ...new Array<boolean>(6).fill(false),
    ])
  })

  it('isJson() is true for what would be the same after JSON once more', () => {
    const right = [null, true, 'a', 0, -1.5, [], {}, [[{ a: ['b'] }]], parse('{"__proto__":1}')]
    const wrong = [
      '\ud800',
      NaN,
      Infinity,
      ['\ud800'],
      { a: ['\udc00'] },
      { '\ud800': 1 },
      [-Infinity],
    ]
    expect(right.filter((value) => !isJson(value))).toEqual([])
    expect(wrong.filter((value) => isJson(value))).toEqual([])
  })

  it('isJson() is false for what is nested deeper than allowed, also if it is very deep', () => {
    const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth))
    expect(isJson(nested(maxDepth))).toBe(true)
    expect(isJson(nested(maxDepth + 1))).toBe(false)
    expect(isJson(nested(5000))).toBe(false)
    for (const value of [true, false, null, 'a', 1]) {
      expect(isJson([[value]], 2)).toBe(true)
      expect(isJson([[value]], 1)).toBe(false)
    }
  })

  it('wrongClaim() names the claim, what it must be and what it is, but never a string', () => {
    const error = wrongClaim('iss', 'a SID', 'a secret')
    expect(error).toMatchObject({
      code: 'ERR_TOKEN_CLAIM',
      message: 'Cannot read token: its claim iss must be a SID, got a string of 8 characters',
    })
  })
})
