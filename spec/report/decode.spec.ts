import fc from 'fast-check'
import { TwilioCapability } from 'twilio-tokens'
import { describe, expect, it } from 'vitest'
import { decodeParts, encodeObject } from '../../lib/report/decode.ts'

const header = { alg: 'HS256', typ: 'JWT' }
const claims = { scope: 'ÿÿ>>', iss: 'AC1', exp: 1_800_000_000 }
const base64 = (value: unknown) => {
  const bytes = new TextEncoder().encode(JSON.stringify(value))
  return btoa(String.fromCharCode(...bytes))
}
const url = (text: string) => text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

describe('decodeParts()', () => {
  it('decodeParts() decodes what the library generates', async () => {
    const token = await new TwilioCapability('AC123123', 'secret 123').generate({
      now: 1_700_000_000,
    })
    expect(decodeParts(token)).toEqual({
      header,
      claims: { scope: '', iss: 'AC123123', exp: 1_700_003_600 },
      signature: token.split('.')[2],
    })
  })

  it.each([
    [
      'base64url',
      `${url(base64(header))}.${url(base64(claims))}.c2ln`,
      { header, claims, signature: 'c2ln' },
    ],
    [
      'ordinary base64 with padding',
      `${base64(header)}.${base64(claims)}.c2ln`,
      { header, claims, signature: 'c2ln' },
    ],
    [
      'a token without its signature',
      `${url(base64(header))}.${url(base64(claims))}`,
      { header, claims },
    ],
    ['a token that was cut in its claims', `${url(base64(header))}.eyJzY29`, { header }],
    ['an encrypted token', `${url(base64(header))}.a.b.c.d`, { header }],
    [
      'claims that are not an object',
      `${url(base64(header))}.${url(base64([1]))}.`,
      { header, signature: '' },
    ],
    ['no token', 'no token', {}],
    ['bytes that are not UTF-8', `${url(btoa('{"a":"\xff"}'))}.x.`, { signature: '' }],
  ])('decodeParts() decodes as much as it can of %s', (_, token, parts) => {
    expect(decodeParts(token)).toEqual(parts)
  })
})

describe('encodeObject()', () => {
  it('encodeObject() is the inverse of decodeParts()', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const object = JSON.parse(JSON.stringify(value)) as Record<string, unknown>
        expect(decodeParts(encodeObject(object))).toEqual({ header: object })
      }),
    )
  })
})
