import { describe, expect, it } from 'vitest'
import { at, isAccessType, kindOf } from '../../lib/diagnose/subject.ts'

describe('isAccessType()', () => {
  it.each([
    'twilio-fpa;v=1',
    'twilio-fpa;v=2',
    'TWILIO-FPA; v=1',
    'twiliofpav1',
    'twilio-fpa',
    'twilio-abc',
    'x-fpa',
    'my-FPA token',
  ])('accepts %j', (cty) => {
    expect(isAccessType(cty)).toBe(true)
  })

  it.each(['JWT', 'my-twilio-abc', 'twilios-abc', 'twilio', 'xfpa', 'x-fpan', '', 1, undefined])(
    'refuses %j',
    (cty) => {
      expect(isAccessType(cty)).toBe(false)
    },
  )
})

describe('kindOf()', () => {
  it.each([
    ['access', 'twilio-fpa;v=2', {}],
    ['access', 'twilio-fpa;v=2', { grants: 1 }],
    ['access', undefined, { grants: 1, policies: 1, scope: 1 }],
    ['taskrouter', 'twilio-fpa;v=2', { policies: 1 }],
    ['capability', 'twilio-fpa;v=2', { scope: 1 }],
    ['validation', 'twilio-pkrv;v=1', { grants: 1 }],
    ['unknown', 'JWT', {}],
  ])('finds the kind %s for cty %s and claims %j', (kind, cty, claims) => {
    expect(kindOf({ cty }, claims)).toBe(kind)
  })
})

describe('at()', () => {
  it('escapes names as RFC 6901 section 3 says', () => {
    expect(at('', 'a/b~c/d~e')).toBe('/a~1b~0c~1d~0e')
    expect(at('/a', 0)).toBe('/a/0')
  })
})
