// The ways in which JSON Web Tokens have been forged, each with the CVE or the section of an RFC that tells of it: all are refused.

import { AccessToken, diagnose, inspect, TokenError, TwilioCapability, verify } from 'twilio-tokens'
import { describe, expect, it } from 'vitest'
import { decode } from '../lib/base64url.ts'
import { encode, inputOf, mac, sign } from './support/sign.ts'

const secret = 'b7e0c3d4a1f2958677665544332211ff'
const now = 1400000000
const account = 'AC283fefc63f0cd0e873a0000c6d07ef7b'
const header = { alg: 'HS256', typ: 'JWT' }
const claims = { scope: 'scope:client:incoming?clientName=andy', iss: account, exp: now + 3600 }
const access = {
  jti: 'SK1-1',
  grants: { identity: 'andy', voice: {} },
  iat: now,
  exp: now + 60,
  iss: 'SK123',
  sub: account,
}

const input = (header: unknown, payload: unknown = claims) => inputOf(header, payload)
const signed = (header: unknown, payload: unknown = claims, key = secret, hash?: string) =>
  sign(header, payload, key, hash)

const outcome = (token: string, key: string | readonly string[] = secret) =>
  verify(token, key, { now }).then(
    ({ kind }) => `accepted as ${kind}`,
    (error: unknown) => {
      expect(error).toBeInstanceOf(TokenError)
      return (error as TokenError).code
    },
  )

const sound = await signed(header)
const [soundInput, soundSignature] = [
  sound.slice(0, sound.lastIndexOf('.')),
  sound.slice(sound.lastIndexOf('.') + 1),
]
const zeros = (length: number) => encode(new Uint8Array(length))

// What everybody may know, used as if it were a secret.
const publicKey = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE4f5wg2l2hKsTeNem/V41fGnJm6gOdrj8ym3rFkEjWT2btYK36VKAGFYdM8rxVqZnRuJM2GSRJH4cd3JLsUzjUg==
-----END PUBLIC KEY-----
`
const publicJwk = { kty: 'oct', k: encode('the key of an attacker') }

type Row = [attack: string, source: string, token: string | Promise<string>, code: string]

const noneSpellings = ['none', 'None', 'NONE', 'nOnE', 'none ', ' none', 'none\0', '']
const notHs256 = [
  'hs256',
  'Hs256',
  'HS256 ',
  'HS256\0',
  'HS-256',
  'HMACSHA256',
  ['HS256'],
  { alg: 'HS256' },
  256,
  true,
  null,
]
const others = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'ES256K',
  'EdDSA',
  'Ed25519',
  'HS384',
  'HS512',
]

const algorithm: Row[] = [
  ...noneSpellings.map((alg): Row => [
    `alg ${JSON.stringify(alg)}, no signature`,
    'CVE-2015-2951',
    `${input({ alg })}.`,
    'ERR_TOKEN_ALGORITHM',
  ]),
  ...noneSpellings.map((alg): Row => [
    `alg ${JSON.stringify(alg)}, signed`,
    'RFC 8725 2.1',
    signed({ alg }),
    'ERR_TOKEN_ALGORITHM',
  ]),
  ...notHs256.map((alg): Row => [
    `alg ${JSON.stringify(alg)}`,
    'RFC 7515 4.1.1',
    signed({ alg }),
    'ERR_TOKEN_ALGORITHM',
  ]),
  ...others.map((alg): Row => [
    `alg ${alg} with an HMAC under the secret`,
    'CVE-2026-22817',
    signed({ alg }),
    'ERR_TOKEN_ALGORITHM',
  ]),
  ['no alg', 'RFC 7515 4.1.1', signed({ typ: 'JWT' }), 'ERR_TOKEN_ALGORITHM'],
  [
    'alg where only a prototype has it',
    'RFC 8725 3.1',
    signed('{"__proto__":{"alg":"HS256"}}'),
    'ERR_TOKEN_ALGORITHM',
  ],
  [
    'alg in the claims',
    'RFC 7515 4.1.1',
    signed({ typ: 'JWT' }, { ...claims, alg: 'HS256' }),
    'ERR_TOKEN_ALGORITHM',
  ],
  [
    'HS256 under the PEM of a public key',
    'CVE-2015-9235, CVE-2016-5431',
    signed(header, claims, publicKey),
    'ERR_TOKEN_SIGNATURE',
  ],
  [
    'HS256 that says so, under SHA-512',
    'RFC 8725 2.1',
    signed(header, claims, secret, 'SHA-512'),
    'ERR_TOKEN_SIGNATURE',
  ],
  [
    'HS384 under SHA-384',
    'RFC 8725 3.2',
    signed({ alg: 'HS384' }, claims, secret, 'SHA-384'),
    'ERR_TOKEN_ALGORITHM',
  ],
  [
    'HS512 under SHA-512',
    'RFC 8725 3.2',
    signed({ alg: 'HS512' }, claims, secret, 'SHA-512'),
    'ERR_TOKEN_ALGORITHM',
  ],
]

const signature: Row[] = [
  ['an empty signature', 'CVE-2020-28042', `${soundInput}.`, 'ERR_TOKEN_SIGNATURE'],
  ['no signature', 'RFC 7515 7.1', soundInput, 'ERR_TOKEN_MALFORMED'],
  [
    'one byte of the signature',
    'RFC 7515 5.2',
    `${soundInput}.${truncated(1)}`,
    'ERR_TOKEN_SIGNATURE',
  ],
  [
    'half of the signature',
    'RFC 7518 3.2',
    `${soundInput}.${truncated(16)}`,
    'ERR_TOKEN_SIGNATURE',
  ],
  [
    'all but a byte of the signature',
    'RFC 7518 3.2',
    `${soundInput}.${truncated(31)}`,
    'ERR_TOKEN_SIGNATURE',
  ],
  [
    'the signature and a byte more',
    'RFC 7518 3.2',
    `${soundInput}.${extended(1)}`,
    'ERR_TOKEN_SIGNATURE',
  ],
  ['the signature twice', 'RFC 7518 3.2', `${soundInput}.${extended(32)}`, 'ERR_TOKEN_SIGNATURE'],
  ['32 zeros', 'RFC 7515 5.2', `${soundInput}.${zeros(32)}`, 'ERR_TOKEN_SIGNATURE'],
  [
    '64 zeros under HS256, as for a psychic ECDSA',
    'CVE-2022-21449',
    `${soundInput}.${zeros(64)}`,
    'ERR_TOKEN_SIGNATURE',
  ],
  [
    '64 zeros under ES256',
    'CVE-2022-21449',
    `${input({ alg: 'ES256' })}.${zeros(64)}`,
    'ERR_TOKEN_ALGORITHM',
  ],
  [
    'the signature of another token',
    'RFC 7515 5.2',
    `${input(header, { ...claims, iss: 'AC1' })}.${soundSignature}`,
    'ERR_TOKEN_SIGNATURE',
  ],
  [
    'the signature under another header',
    'RFC 7515 5.2',
    `${input({ ...header, kid: '1' })}.${soundSignature}`,
    'ERR_TOKEN_SIGNATURE',
  ],
  [
    'a signature over the claims alone',
    'RFC 7515 5.2',
    mac(encode(claims), secret).then((mac) => `${soundInput}.${mac}`),
    'ERR_TOKEN_SIGNATURE',
  ],
  [
    'the bytes of the signature in hexadecimal',
    'RFC 7515 5.2',
    `${soundInput}.${Array.from(decode(soundSignature), (byte) => byte.toString(16).padStart(2, '0')).join('')}`,
    'ERR_TOKEN_SIGNATURE',
  ],
  ['a secret of one space', 'RFC 8725 3.5', signed(header, claims, ' '), 'ERR_TOKEN_SIGNATURE'],
  [
    'the secret and a byte more',
    'RFC 8725 3.5',
    signed(header, claims, `${secret}\u0001`),
    'ERR_TOKEN_SIGNATURE',
  ],
  [
    'the secret in capital letters',
    'RFC 8725 3.5',
    signed(header, claims, secret.toUpperCase()),
    'ERR_TOKEN_SIGNATURE',
  ],
]

function truncated(length: number): string {
  return encode(decode(soundSignature).slice(0, length))
}

function extended(length: number): string {
  const bytes = decode(soundSignature)
  return encode(new Uint8Array([...bytes, ...bytes.slice(0, length)]))
}

// The same bytes written otherwise: the last character of 32 bytes holds two bits that are not used.
const lastCharacter = soundSignature.slice(-1)
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const unused = [1, 2, 3].map(
  (bits) => soundSignature.slice(0, -1) + (alphabet[alphabet.indexOf(lastCharacter) + bits] ?? ''),
)

const encoding: Row[] = [
  ...unused.map((text, i): Row => [
    `unused bits ${i + 1} in the signature`,
    'RFC 4648 3.5',
    `${soundInput}.${text}`,
    'ERR_TOKEN_MALFORMED',
  ]),
  ['padding after the signature', 'RFC 7515 2', `${sound}=`, 'ERR_TOKEN_MALFORMED'],
  ['padding in full', 'RFC 7515 2', `${sound}====`, 'ERR_TOKEN_MALFORMED'],
  ['padding after the header', 'RFC 7515 2', sound.replace('.', '=.'), 'ERR_TOKEN_MALFORMED'],
  ...[' ', '\n', '\r\n', '\t', '\0', '\ufeff', '\u200b'].flatMap((space): Row[] => [
    [
      `${JSON.stringify(space)} before the token`,
      'RFC 4648 3.3',
      space + sound,
      'ERR_TOKEN_MALFORMED',
    ],
    [
      `${JSON.stringify(space)} after the token`,
      'RFC 4648 3.3',
      sound + space,
      'ERR_TOKEN_MALFORMED',
    ],
    [
      `${JSON.stringify(space)} in the signature`,
      'RFC 4648 3.3',
      `${sound.slice(0, -9)}${space}${sound.slice(-9)}`,
      'ERR_TOKEN_MALFORMED',
    ],
  ]),
  [
    'the scheme of a header before the token',
    'RFC 6750 2.1',
    `Bearer ${sound}`,
    'ERR_TOKEN_MALFORMED',
  ],
  ['the other alphabet', 'RFC 4648 5', `${soundInput}.${'+/'.repeat(21)}8`, 'ERR_TOKEN_MALFORMED'],
  ['percent-encoding', 'RFC 7515 7.1', sound.replaceAll('.', '%2E'), 'ERR_TOKEN_MALFORMED'],
  ['letters of full width', 'RFC 4648 5', sound.replace('e', '\uff45'), 'ERR_TOKEN_MALFORMED'],
  ['a length that no bytes have', 'RFC 4648 4', `${sound}AA`, 'ERR_TOKEN_MALFORMED'],
  [
    'claims that are not UTF-8',
    'RFC 8725 3.7',
    `${encode(header)}.${encode(new Uint8Array([0x7b, 0xc0, 0xaf, 0x7d]))}.`,
    'ERR_TOKEN_MALFORMED',
  ],
  [
    'claims in UTF-16',
    'RFC 8725 3.7',
    `${encode(header)}.${encode(new Uint8Array([...'{}'].flatMap((c) => [c.charCodeAt(0), 0])))}.`,
    'ERR_TOKEN_MALFORMED',
  ],
  [
    'claims with a BOM',
    'RFC 8259 8.1',
    signed(header, `\ufeff${JSON.stringify(claims)}`),
    'ERR_TOKEN_MALFORMED',
  ],
  [
    'claims with something behind them',
    'RFC 7519 7.2',
    signed(header, `${JSON.stringify(claims)}{}`),
    'ERR_TOKEN_MALFORMED',
  ],
  ['claims that are a list', 'RFC 7519 7.2', signed(header, [claims]), 'ERR_TOKEN_MALFORMED'],
  ['claims that are a text', 'RFC 7519 7.2', signed(header, '"scope"'), 'ERR_TOKEN_MALFORMED'],
  ['a header that is null', 'RFC 7519 7.2', signed('null'), 'ERR_TOKEN_MALFORMED'],
  ['a header that is a list', 'RFC 7519 7.2', signed('["HS256"]'), 'ERR_TOKEN_MALFORMED'],
  [
    'an empty header',
    'RFC 7515 7.1',
    `.${encode(claims)}.${soundSignature}`,
    'ERR_TOKEN_MALFORMED',
  ],
  ['empty claims', 'RFC 7515 7.1', `${encode(header)}..${soundSignature}`, 'ERR_TOKEN_MALFORMED'],
  [
    'a JWE, in five parts',
    'RFC 7516 9',
    `${encode({ alg: 'dir', enc: 'A256GCM' })}..${zeros(12)}.${zeros(32)}.${zeros(16)}`,
    'ERR_TOKEN_MALFORMED',
  ],
  ['a fourth part', 'RFC 7515 7.1', `${sound}.${soundSignature}`, 'ERR_TOKEN_MALFORMED'],
  ['an empty fourth part', 'RFC 7515 7.1', `${sound}.`, 'ERR_TOKEN_MALFORMED'],
  [
    'the JSON serialization',
    'RFC 7515 7.2',
    JSON.stringify({
      payload: encode(claims),
      protected: encode(header),
      signature: soundSignature,
    }),
    'ERR_TOKEN_MALFORMED',
  ],
  [
    'a JWT within a JWT',
    'RFC 7519 5.2',
    signed({ ...header, cty: 'JWT' }, sound),
    'ERR_TOKEN_MALFORMED',
  ],
  [
    'compressed claims, as zip asks',
    'RFC 8725 3.6',
    signed({ ...header, zip: 'DEF' }, '\u0003\0'),
    'ERR_TOKEN_MALFORMED',
  ],
  [
    'more than a mebibyte',
    'RFC 8725 2.10',
    `${soundInput}.${'A'.repeat(1_048_576)}`,
    'ERR_TOKEN_MALFORMED',
  ],
  ['a million dots', 'RFC 8725 2.10', '.'.repeat(1_000_000), 'ERR_TOKEN_MALFORMED'],
  [
    'JSON nested a hundred thousand deep',
    'RFC 8259 9',
    `${encode(header)}.${encode('['.repeat(100_000))}.`,
    'ERR_TOKEN_MALFORMED',
  ],
]

const extension: Row[] = [
  ...[
    ['exp'],
    ['b64'],
    ['bork'],
    ['cnf'],
    ['alg'],
    [],
    ['exp', 'exp'],
    'exp',
    {},
    null,
    false,
    0,
  ].map((crit): Row => [
    `crit ${JSON.stringify(crit)}`,
    'RFC 7515 4.1.11, CVE-2025-59420',
    signed({ ...header, crit, b64: true, bork: 1, cnf: {} }),
    'ERR_TOKEN_MALFORMED',
  ]),
  [
    'claims that are not encoded',
    'RFC 7797 3',
    `${encode({ alg: 'HS256', b64: false, crit: ['b64'] })}.${JSON.stringify({ ...claims, iss: 'AC1' })}.`,
    'ERR_TOKEN_MALFORMED',
  ],
  // RFC 7797 section 4.2, whole: header, detached payload and signature are the RFC's.
  [
    "the RFC's own token, detached",
    'RFC 7797 4.2',
    'eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19..A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY',
    'ERR_TOKEN_MALFORMED',
  ],
  [
    "the RFC's own token, payload in its place",
    'RFC 7797 4.2',
    'eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19.$.02.A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY',
    'ERR_TOKEN_MALFORMED',
  ],
]

// Each of these names a key of the attacker's, who signs with it.
const keyHeaders: [string, string, object][] = [
  ['jwk', 'CVE-2018-0114', { jwk: publicJwk }],
  ['jku', 'RFC 8725 3.10', { jku: 'https://attacker.example/keys' }],
  ['jku of the local machine', 'RFC 8725 2.9', { jku: 'http://169.254.169.254/latest/meta-data' }],
  ['x5u', 'RFC 8725 3.10', { x5u: 'https://attacker.example/certificate' }],
  ['x5c', 'RFC 7515 4.1.6', { x5c: [publicKey] }],
  ['kid that is a path', 'RFC 8725 3.10', { kid: '../../../../dev/null' }],
  ['kid that is SQL', 'RFC 8725 3.10', { kid: "x' UNION SELECT 'the key of an attacker" }],
  ['kid that is a command', 'RFC 8725 3.10', { kid: '| id' }],
  ['kid __proto__', 'RFC 8725 3.10', { kid: '__proto__' }],
]
const keys: Row[] = [
  ...keyHeaders.map(([name, source, more]): Row => [
    name,
    source,
    signed({ ...header, ...more }, claims, 'the key of an attacker'),
    'ERR_TOKEN_SIGNATURE',
  ]),
  [
    'the last of two algs is none',
    'RFC 7515 4',
    signed('{"alg":"HS256","alg":"none"}'),
    'ERR_TOKEN_ALGORITHM',
  ],
  [
    'the last of two exps has passed',
    'RFC 7519 4',
    signed(header, `{"exp":${now + 60},"scope":"","iss":"AC1","exp":1}`),
    'ERR_TOKEN_EXPIRED',
  ],
  [
    'two exps, one with an escape in its name',
    'RFC 7519 4',
    signed(header, `{"exp":${now + 60},"scope":"","iss":"AC1","\\u0065xp":1}`),
    'ERR_TOKEN_EXPIRED',
  ],
  [
    'exp where only a prototype has it',
    'RFC 7519 4.1.4',
    signed(header, `{"__proto__":{"exp":${now + 60}},"scope":"","iss":"AC1"}`),
    'ERR_TOKEN_CLAIM',
  ],
  ['no exp', 'RFC 7519 4.1.4', signed(header, { ...claims, exp: undefined }), 'ERR_TOKEN_CLAIM'],
  [
    'exp that never comes',
    'RFC 7519 4.1.4',
    signed(header, '{"exp":1e999,"scope":"","iss":"AC1"}'),
    'ERR_TOKEN_CLAIM',
  ],
  ['exp "never"', 'RFC 7519 4.1.4', signed(header, { ...claims, exp: 'never' }), 'ERR_TOKEN_CLAIM'],
  [
    'exp in a list',
    'RFC 7519 4.1.4',
    signed(header, { ...claims, exp: [now + 60] }),
    'ERR_TOKEN_CLAIM',
  ],
  [
    'grants under the header of a capability token',
    'RFC 8725 2.8, 3.11',
    signed(header, access),
    'ERR_TOKEN_CLAIM',
  ],
  [
    'a scope under the header of an access token',
    'RFC 8725 2.8, 3.11',
    signed({ ...header, cty: 'twilio-fpa;v=1' }),
    'ERR_TOKEN_CLAIM',
  ],
  [
    'grants under a cty in capital letters',
    'RFC 8725 2.8, 3.11',
    signed({ ...header, cty: 'TWILIO-FPA;V=1' }, access),
    'ERR_TOKEN_CLAIM',
  ],
  [
    'grants under a cty of another version',
    'RFC 8725 2.8, 3.11',
    signed({ ...header, cty: 'twilio-fpa;v=2' }, access),
    'ERR_TOKEN_CLAIM',
  ],
  [
    'grants under a cty in a list',
    'RFC 8725 2.8, 3.11',
    signed({ ...header, cty: ['twilio-fpa;v=1'] }, access),
    'ERR_TOKEN_CLAIM',
  ],
]

describe('attacks', () => {
  it('leave the sound token, of which they are made, as the only one that is accepted', async () => {
    expect(await outcome(sound)).toBe('accepted as capability')
    expect(await outcome(await signed({ ...header, cty: 'twilio-fpa;v=1' }, access))).toBe(
      'accepted as access',
    )
  })

  it.each([...algorithm, ...signature, ...encoding, ...extension, ...keys])(
    '%s (%s)',
    async (_, __, token, code) => {
      expect(await outcome(await token)).toBe(code)
      expect(await outcome(await token, ['another', secret, 'a third'])).toBe(code)
      const findings = await diagnose(await token, { secret, now })
      // What only a look at the secret or at the bytes shows is an error there as well: nothing that verify refuses is called sound.
      expect(findings.filter(({ severity }) => severity === 'error')).not.toEqual([])
    },
  )

  it.each(keyHeaders)(
    '%s is passed over where the secret has signed: it chooses nothing (%s)',
    async (_, __, more) => {
      expect(await outcome(await signed({ ...header, ...more }))).toBe('accepted as capability')
    },
  )

  it.each<[what: string, key: unknown, source: string]>([
    ['an empty secret', '', 'CVE-2019-20933'],
    ['an empty secret in a list', ['', secret], 'CVE-2019-20933'],
    ['no secret', undefined, 'RFC 8725 3.5'],
    ['null', null, 'RFC 8725 3.5'],
    ['false', false, 'RFC 8725 3.5'],
    ['an empty list', [], 'RFC 8725 3.5'],
    ['half a character', '\ud800', 'RFC 8725 3.5'],
  ])('%s cannot be used to check anything', async (_, key) => {
    for (const token of [sound, `${input({ alg: 'none' })}.`])
      await expect(verify(token, key as string, { now })).rejects.toThrow(TypeError)
  })

  it('an empty secret cannot sign (RFC 8725 3.5)', () => {
    expect(() => new TwilioCapability(account, '')).toThrow(TypeError)
  })

  it('what a prototype has been given is not signed', () => {
    const builder = new TwilioCapability(account, secret)
      .allowClientIncoming('andy')
      .allowClientOutgoing('AP123', { a: 1 })
      .allowEventStream({ b: 2 })
    const before = builder.claims({ now })
    let after: unknown
    Object.defineProperty(Object.prototype, 'polluted', {
      value: 'yes',
      enumerable: true,
      configurable: true,
      writable: true,
    })
    try {
      after = builder.claims({ now })
    } finally {
      Reflect.deleteProperty(Object.prototype, 'polluted')
    }
    expect(after).toEqual(before)
  })

  it('names of a prototype become nobody’s properties', async () => {
    const token = await signed(
      header,
      `{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},${JSON.stringify(claims).slice(1)}`,
    )
    expect(await outcome(token)).toBe('accepted as capability')
    const scope =
      'scope:client:outgoing?appParams=__proto__%3Dpolluted%26constructor%3Dpolluted&appSid=AP1'
    const contents = inspect(await signed(header, { ...claims, scope }))
    expect(JSON.stringify(contents)).toContain(
      '"params":{"__proto__":"polluted","constructor":"polluted"}',
    )
    expect({}).not.toHaveProperty('polluted')
  })

  it('what is nested deeper than a stack can follow is refused like any other wrong payload', () => {
    const nested = (depth: number): object => {
      let payload = {}
      for (let level = 1; level < depth; level++) payload = { a: payload }
      return payload
    }
    const token = new AccessToken(account, 'SK123', secret, { identity: 'andy' })
    expect(token.grant('deep', nested(500)).claims().grants['deep']).toEqual(nested(500))
    for (const depth of [501, 100_000])
      expect(() => token.grant('deep', nested(depth))).toThrow(TypeError)
  })
})
