// Ways in which JSON Web Tokens have been forged, each with its advisory or with the section of an RFC that it breaks, and ways in
// which hostile surroundings could turn a check into none: all are rejected. Not every forgery that is known, but what stands here.

import {
  AccessToken,
  diagnose,
  inspect,
  TaskRouterCapability,
  TokenError,
  TwilioCapability,
  verify,
  type CapabilityContents,
  type Secret,
} from 'twilio-tokens'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { decode } from '../lib/base64url.ts'
import { refuse, type Refusal } from './support/refusal.ts'
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

/** What the advisories say that rows name: whose fault it was, which version ended it, and the record. */
const advisories: Record<string, [fault: string, fixed: string, record: string]> = {
  'CVE-2015-9235': [
    'jsonwebtoken let the token choose its algorithm',
    '4.2.2',
    'GHSA-c7hr-j4mj-j2w6',
  ],
  'CVE-2016-5431': [
    'PHP JOSE of Gree took a public key for the key of an HMAC',
    '2.2.1',
    'GHSA-xm5f-hc9r-76f3',
  ],
  'CVE-2018-0114': ['node-jose trusted the key in the header', '0.11.0', 'CVE record'],
  'CVE-2019-20933': [
    'InfluxDB accepted tokens signed with an empty secret',
    '1.7.6',
    'GHSA-2rmp-fw5r-j5qv',
  ],
  'CVE-2020-28042': [
    'ServiceStack compared as many bytes as the token had, even none',
    '5.9.2',
    'CVE record',
  ],
  'CVE-2022-21449': [
    'Java accepted an ECDSA signature of zeros',
    '17.0.3 and 18.0.1',
    'Critical Patch Update of April 2022',
  ],
  'CVE-2022-23540': [
    'jsonwebtoken accepted none unless algorithms were named',
    '9.0.0',
    'GHSA-qwph-4952-7xr6',
  ],
  'CVE-2025-59420': [
    'Authlib ignored names in crit that it did not know',
    '1.6.4',
    'GHSA-9ggr-2464-2j32',
  ],
  'CVE-2026-22817': [
    'Hono verified with HS256, or as the header said, unless an algorithm was named',
    '4.11.4',
    'GHSA-f67f-6cw9-8mq4',
  ],
}

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
    alg === 'none' ? 'CVE-2022-23540' : 'RFC 8725 2.1',
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
    'RFC 8725 3.1',
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
    'CVE-2015-9235, CVE-2016-5431, CVE-2026-22817',
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
  ['64 zeros under HS256', 'RFC 7518 3.2', `${soundInput}.${zeros(64)}`, 'ERR_TOKEN_SIGNATURE'],
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
    /bork|cnf/.test(String(crit)) ? 'CVE-2025-59420' : 'RFC 7515 4.1.11',
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

// What a caller may pass for a secret by mistake.
const unusable: [what: string, source: string, secret: unknown][] = [
  ['an empty secret', 'CVE-2019-20933', ''],
  ['an empty secret in a list', 'RFC 8725 3.5', ['', secret]],
  ['no secret', 'RFC 8725 3.5', undefined],
  ['null', 'RFC 8725 3.5', null],
  ['false', 'RFC 8725 3.5', false],
  ['an empty list', 'RFC 8725 3.5', []],
  ['half a character', 'RFC 8725 3.5', '\ud800'],
]

afterEach(() => vi.restoreAllMocks())

describe('forged tokens', () => {
  it('verify() accepts the token of which all others are made', async () => {
    expect(await outcome(sound)).toBe('accepted as capability')
    expect(await outcome(await signed({ ...header, cty: 'twilio-fpa;v=1' }, access))).toBe(
      'accepted as access',
    )
  })

  it.each([...algorithm, ...signature, ...encoding, ...extension, ...keys])(
    'verify() and diagnose() reject %s (%s)',
    async (_, __, token, code) => {
      expect(await outcome(await token)).toBe(code)
      expect(await outcome(await token, ['another', secret, 'a third'])).toBe(code)
      const findings = await diagnose(await token, { secret, now })
      // Also what only the secret or the bytes show.
      expect(findings.filter(({ severity }) => severity === 'error')).not.toEqual([])
    },
  )

  it.each(keyHeaders)(
    'verify() ignores %s if the secret has signed: it chooses nothing (%s)',
    async (_, __, more) => {
      expect(await outcome(await signed({ ...header, ...more }))).toBe('accepted as capability')
    },
  )

  it.each(unusable)('verify() rejects %s as a secret (%s)', async (_, __, key) => {
    for (const token of [sound, `${input({ alg: 'none' })}.`])
      await expect(verify(token, key as string, { now })).rejects.toThrow(TypeError)
  })

  it('name no advisory except those that are listed here, and each of these', () => {
    const sources = [...algorithm, ...signature, ...encoding, ...extension, ...keys, ...unusable]
      .flatMap(([, source]) => source.split(', '))
      .filter((source) => source.startsWith('CVE-'))
    expect([...new Set(sources)].sort()).toEqual(Object.keys(advisories))
  })

  it('TwilioCapability rejects an empty secret (RFC 8725 3.5)', () => {
    expect(() => new TwilioCapability(account, '')).toThrow(TypeError)
  })

  it('verify() and inspect() give no prototype the names of a token', async () => {
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

  it('grant() rejects what is nested deeper than a stack can follow', () => {
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

describe('crypto.subtle that is wrapped by asynchronous code', () => {
  // As instrumentation and polyfills do: the bytes that are passed are only read some turns later.
  function readLate(method: 'importKey' | 'sign' | 'verify') {
    const original = crypto.subtle[method].bind(crypto.subtle) as (...args: unknown[]) => unknown
    const late = async (...args: unknown[]) => {
      await new Promise((resolve) => setTimeout(resolve, 1))
      return original(...args)
    }
    return vi.spyOn(crypto.subtle, method).mockImplementation(late as never)
  }

  it('verify() rejects a forged token beside a sound one of the same length', async () => {
    const forged = `${input(header, { ...claims, scope: claims.scope.replace('andy', 'root') })}.${soundSignature}`
    expect(forged).toHaveLength(sound.length)
    const read = readLate('verify')
    for (const tokens of [
      [forged, sound],
      [sound, forged],
      [forged, sound, forged, sound],
    ])
      expect(await Promise.all(tokens.map((token) => outcome(token)))).toEqual(
        tokens.map((token) => (token === sound ? 'accepted as capability' : 'ERR_TOKEN_SIGNATURE')),
      )
    expect(read).toHaveBeenCalledTimes(8)
  })

  it('verify() tries the secrets of a list on the bytes of one token only', async () => {
    readLate('verify')
    const forged = `${input(header, { ...claims, iss: account.toUpperCase() })}.${soundSignature}`
    expect(
      await Promise.all([
        outcome(forged, ['another', secret]),
        outcome(sound, ['another', secret]),
        outcome(forged, [secret, 'another']),
      ]),
    ).toEqual(['ERR_TOKEN_SIGNATURE', 'accepted as capability', 'ERR_TOKEN_SIGNATURE'])
  })

  it('generate() signs the claims of its own builder beside another of the same length', async () => {
    const make = (name: string) =>
      new TwilioCapability(account, secret).allowClientIncoming(name).generate({ now })
    const names = ['andy', 'root', 'jane']
    const alone = [await make('andy'), await make('root'), await make('jane')]
    readLate('sign')
    expect(await Promise.all(names.map(make))).toEqual(alone)
  })

  it('generate() and verify() import the secret of their own call', async () => {
    readLate('importKey')
    const secrets = ['imported late, one', 'imported late, two']
    const tokens = secrets.map((secret) => new TwilioCapability(account, secret).generate({ now }))
    const [one = '', two = ''] = await Promise.all(tokens)
    vi.restoreAllMocks()
    expect([one, two]).toEqual(
      await Promise.all(
        secrets.map((secret) =>
          signed(header, { scope: '', iss: account, exp: now + 3600 }, secret),
        ),
      ),
    )
  })

  it.each(['sign and verify as they are', 'sign and verify that are wrapped'])(
    'generate() and verify() keep 200 concurrent tokens apart with %s',
    async (title) => {
      if (title.includes('wrapped')) {
        readLate('sign')
        readLate('verify')
      }
      const make = (i: number) =>
        new TwilioCapability(account, secret).allowClientIncoming(`client${i}`).generate({ now })
      const tokens = await Promise.all(Array.from({ length: 200 }, (_, i) => make(i)))
      const outcomes = tokens.map(async (token, i) => {
        const [checked, made, forged] = await Promise.all([
          verify(token, ['another', secret], { now, kind: 'capability' }),
          make(i),
          outcome(token, `${secret}${i}`),
        ])
        return { scopes: checked.scopes, made, forged }
      })
      expect(await Promise.all(outcomes)).toEqual(
        tokens.map((made, i) => ({
          scopes: [{ kind: 'incoming', clientName: `client${i}` }],
          made,
          forged: 'ERR_TOKEN_SIGNATURE',
        })),
      )
    },
  )
})

describe('a polluted Object.prototype', () => {
  const accessHeader = { ...header, cty: 'twilio-fpa;v=1' }
  const policies = [{ url: 'https://x', method: 'GET', allow: true }]
  const taskRouter = { version: 'v1', workspace_sid: 'WS1', channel: 'WK1', policies }
  const outgoing = `scope:client:outgoing?appSid=AP1`
  const times = { exp: now + 60 }
  const tokens = Promise.all([
    signed(header),
    signed(header, { ...claims, exp: now }),
    signed(header, { ...claims, exp: undefined }),
    signed(header, { ...claims, nbf: now + 1 }),
    signed({ typ: 'JWT' }),
    signed({ alg: 'HS256' }),
    signed(header, { ...claims, iss: undefined }),
    signed(header, { iss: account, ...times }),
    signed(header, { iss: 'SK123', sub: account, ...times }),
    signed(header, { ...claims, scope: outgoing }),
    signed(header, { ...claims, scope: 'scope:stream:subscribe?path=x' }),
    signed(accessHeader, access),
    signed(header, access),
    signed(accessHeader, { ...access, grants: undefined }),
    signed(accessHeader, { ...access, sub: undefined }),
    signed(accessHeader, {
      ...access,
      jti: undefined,
      iat: undefined,
      grants: { voice: { outgoing: {} }, video: {}, chat: {}, data_sync: {}, task_router: {} },
    }),
    signed(header, { ...taskRouter, iss: account, ...times }),
    signed(header, { ...taskRouter, iss: account, ...times, version: undefined }),
    signed(header, { ...taskRouter, iss: account, ...times, workspace_sid: undefined }),
    signed(header, {
      ...taskRouter,
      iss: account,
      ...times,
      policies: [{ url: 'x', method: 'GET' }],
    }),
  ])
  const capability = () => new TwilioCapability(account, secret)
  const accessToken = () => new AccessToken(account, 'SK123', secret, { identity: 'andy' })
  const convert = (from: TwilioCapability | CapabilityContents) =>
    AccessToken.fromCapability(from, 'SK123', secret).claims({ now }).grants

  /** Everything that reads members which are not there. */
  const calls: (() => unknown)[] = [
    () => capability().allowClientOutgoing('AP1').allowEventStream().claims({ now }),
    () =>
      capability().allowClientIncoming('andy').allowClientOutgoing('AP1', { a: 1 }).claims({ now }),
    () => convert(capability().allowClientOutgoing('AP1')),
    () => convert(capability().allowClientIncoming('andy').allowClientOutgoing('AP1')),
    () => convert(JSON.parse('{"accountSid":"AC1","scopes":[]}') as CapabilityContents),
    () => convert(Object.assign({}, capability().allowClientIncoming('andy'))),
    () => {
      const granted = accessToken().grantVoice().grantVideo().grantChat()
      granted.grantSync({ serviceSid: 'default' }).grantTaskRouter({ workspaceSid: 'WS1' })
      return { ...granted.claims({ now }), jti: '' }
    },
    () => accessToken().grantSync({} as never),
    () => accessToken().grantTaskRouter({} as never),
    () => accessToken().grantVoice({ outgoingApplicationParams: {} }),
    () => new AccessToken(account, 'SK123', secret, {} as never),
    () =>
      new TaskRouterCapability(account, secret, 'WS1')
        .allow('https://x.twilio.com', 'GET')
        .deny('https://x.twilio.com', 'POST', {})
        .claims({ now }),
    () => capability().claims().exp > now + 3600, // by the clock
  ]

  /** What each call and each token comes to. */
  async function outcomes(): Promise<unknown[]> {
    const settle = (run: () => unknown) =>
      Promise.resolve()
        .then(run)
        .catch((error: unknown) => error)
    const found: unknown[] = []
    for (const call of calls) found.push(await settle(call))
    for (const token of await tokens) {
      found.push(await settle(() => inspect(token)))
      found.push(await settle(() => verify(token, secret, { now })))
      found.push(await settle(() => verify(token, () => secret, { now })))
    }
    return found
  }
  const written = (found: unknown[]) =>
    found.map((value) =>
      value instanceof Error
        ? `${value.name} ${value.message} ${JSON.stringify(Object.entries(value))}`
        : JSON.stringify(value),
    )

  const names = [
    ...['exp', 'nbf', 'iat', 'iss', 'sub', 'jti', 'scope', 'grants', 'policies', 'version'],
    ...['workspace_sid', 'channel', 'identity', 'alg', 'typ', 'cty', 'crit', 'twr', 'kid'],
    ...['expires', 'now', 'clockTolerance', 'kind', 'region', 'notBefore', 'secret'],
    ...['queryFilter', 'postFilter', 'query_filter', 'post_filter', 'url', 'method', 'allow'],
    ...['incomingAllow', 'outgoingApplicationSid', 'outgoingApplicationParams', 'endpointId'],
    ...[
      'pushCredentialSid',
      'room',
      'serviceSid',
      'deploymentRoleSid',
      'workspaceSid',
      'workerSid',
    ],
    ...['role', 'voice', 'video', 'chat', 'data_sync', 'task_router', 'incoming', 'outgoing'],
    ...['application_sid', 'params', 'push_credential_sid', 'endpoint_id', 'service_sid'],
    ...['worker_sid', 'clientName', 'applicationSid', 'filters', 'uri', 'path', 'accountSid'],
    ...['scopes', 'required', 'requiredBy', 'members', 'enumerable', 'argument', 'code', 'cause'],
  ]

  it.each(names)('verify(), inspect() and the builders ignore its member %s', async (name) => {
    const expected = written(await outcomes()) // also imports the keys, by whose options platforms may be polluted themselves
    for (const value of [4e9, 'AC123', 'HS256', 'twilio-fpa;v=1', true, ['exp'], { allow: true }]) {
      let found: unknown[] = []
      const member = { value, enumerable: true, configurable: true, writable: true }
      Object.defineProperty(Object.prototype, name, member)
      try {
        found = await outcomes()
      } finally {
        Reflect.deleteProperty(Object.prototype, name)
      }
      expect(written(found)).toEqual(expected)
    }
  })

  it('fromCapability() knows no copy of verified contents, whatever Object.prototype has', async () => {
    for (const name of ['enumerable', 'writable', 'configurable', 'scopes']) {
      let copy: unknown
      Object.defineProperty(Object.prototype, name, { value: true, configurable: true })
      try {
        copy = { ...(await verify(sound, secret, { now })) }
      } finally {
        Reflect.deleteProperty(Object.prototype, name)
      }
      expect(() => convert(copy as CapabilityContents)).toThrow(TypeError)
    }
  })
})

describe('contents that nobody has verified', () => {
  const convert = (contents: unknown) => () =>
    AccessToken.fromCapability(contents as CapabilityContents, 'SK123', secret)
  const forged = async () => inspect(await signed(header, claims, 'the key of an attacker'))
  const verified = () => verify(sound, secret, { now })

  it('fromCapability() accepts contents that verify() has returned, and a builder', async () => {
    expect(convert(await verified())().claims().grants.identity).toBe('andy')
    const builder = new TwilioCapability(account, secret).allowClientIncoming('andy')
    expect(convert(builder)().claims().grants.identity).toBe('andy')
  })

  it.each<[title: string, make: () => unknown]>([
    ['contents of a forged token', forged],
    ['contents of a sound token', () => inspect(sound)],
    ['contents that were written by hand', () => ({ ...inspect(sound) })],
    ['a copy of verified contents', async () => ({ ...(await verified()) })],
    ['a deep copy of verified contents', async () => structuredClone(await verified())],
    [
      'verified contents through JSON',
      async () => JSON.parse(JSON.stringify(await verified())) as unknown,
    ],
    [
      'what inherits from verified contents',
      async () => Object.create(await verified()) as unknown,
    ],
    [
      'what inherits from a builder',
      () => Object.create(new TwilioCapability(account, secret)) as unknown,
    ],
    [
      'a mark in JSON',
      async () =>
        JSON.parse(
          JSON.stringify({ ...(await forged()), 'twilio-tokens.migratable': true }),
        ) as unknown,
    ],
    [
      'contents of another kind',
      async () =>
        verify(await signed({ ...header, cty: 'twilio-fpa;v=1' }, access), secret, { now }),
    ],
    [
      'an access token builder',
      () => new AccessToken(account, 'SK1', secret, { identity: 'andy' }),
    ],
    ['a token', () => sound],
    ['a Promise of verified contents', () => [verified()][0]],
    ['nothing', () => undefined],
    ['null', () => null],
  ])('fromCapability() rejects %s', async (title, make) => {
    const contents = title.includes('Promise') ? make() : await make()
    await refuse(title, convert(contents), 'TypeError', 'capability', 'verify')
  })
})

describe('customers of one server', () => {
  const secrets = new Map<string, Secret>([
    ['AC1', 'the secret of one'],
    ['AC2', ['the new secret of two', 'the secret of two']],
  ])
  const token = (iss: string, secret: string) => signed(header, { ...claims, iss }, secret)

  it('verify() lets a customer sign for another if it is given a list of both secrets', async () => {
    const forged = await token('AC2', 'the secret of one')
    expect(await outcome(forged, ['the secret of one', 'the secret of two'])).toBe(
      'accepted as capability',
    )
  })

  it.each<[title: string, iss: string, key: string, code: string]>([
    ['accepts a token of the first', 'AC1', 'the secret of one', 'capability'],
    ['accepts a token of the second', 'AC2', 'the secret of two', 'capability'],
    [
      'rejects a token that the first has signed for the second',
      'AC2',
      'the secret of one',
      'ERR_TOKEN_SIGNATURE',
    ],
    [
      'rejects a token that the second has signed for the first',
      'AC1',
      'the secret of two',
      'ERR_TOKEN_SIGNATURE',
    ],
    [
      'rejects a token of a customer that nobody knows',
      'AC3',
      'the secret of one',
      'ERR_TOKEN_SIGNATURE',
    ],
    ['rejects a token of a prototype', '__proto__', 'the secret of one', 'ERR_TOKEN_SIGNATURE'],
  ])('verify() with a function of the issuer %s', async (_, iss, key, code) => {
    const found = verify(await token(iss, key), (issuer) => secrets.get(issuer), { now }).then(
      ({ kind }) => kind,
      (error: unknown) => (error as TokenError).code,
    )
    expect(await found).toBe(code)
  })
})

describe('what restricts', () => {
  const taskRouter = () => new TaskRouterCapability(account, secret, 'WS1', 'WK1')
  const url = 'https://taskrouter.twilio.com/v1/Workspaces/WS1/Tasks/**'
  const accessToken = (identity = 'andy') => new AccessToken(account, 'SK123', secret, { identity })

  it.each([
    'https://twilio.com.example/',
    'https://twilio.com@example/',
    'https://taskrouter.twilio.com@example/',
    'https://taskrouter.twilio.com:443@example/',
    'https://andy@taskrouter.twilio.com/',
    'https://andy:secret@taskrouter.twilio.com/',
    'https://example/.twilio.com/',
    'https://example?.twilio.com/',
    'https://example#.twilio.com/',
    'https://example\\.twilio.com/',
    'https://taskrouter.twilio.com\\@example/',
    'https://taskrouter.twilio.com#@example/',
    'https://taskroutertwilio.com/',
    'https://eviltwilio.com/',
    'https://twilio.com/',
    'https://.twilio.com/',
    'https://taskrouter..twilio.com/',
    'https://taskrouter.twilio.com.',
    'https://taskrouter.twilio.com:/',
    'https://taskrouter.twilio.comexample/',
    'https://taskrouter.twilio.co/',
    'https://*.twilio.com/',
    'https://tаskrouter.twilio.com/',
    'http://taskrouter.twilio.com/',
    'HTTPS:taskrouter.twilio.com/',
    'https:/taskrouter.twilio.com/',
    'https:///taskrouter.twilio.com/',
    'javascript://taskrouter.twilio.com/',
    '//taskrouter.twilio.com/',
    '/v1/Workspaces',
    'https://taskrouter.twilio.com/ https://example/',
    'https://taskrouter.twilio.com/\nhttps://example/',
    '\nhttps://taskrouter.twilio.com/',
    'https://taskrouter.twilio.com/\n',
    ' https://taskrouter.twilio.com/',
  ])('allow() and deny() reject the URL %j', async (url) => {
    await refuse('allow', () => taskRouter().allow(url, 'GET'), 'TypeError', 'url')
    await refuse('deny', () => taskRouter().deny(url, 'GET'), 'TypeError', 'url')
  })

  it.each([
    'https://taskrouter.twilio.com',
    'https://taskrouter.twilio.com/v1/**',
    'https://taskrouter.twilio.com?a=https://example/',
    'https://taskrouter.dublin.ie1.twilio.com:443/v1',
    'https://event-bridge.twilio.com/v1/wschannels/AC1/WK1',
    'https://TaskRouter.Twilio.com/',
  ])('allow() accepts the URL %j', (url) => {
    expect(taskRouter().allow(url, 'GET').claims().policies.at(-1)).toHaveProperty('url', url)
  })

  it.each<Refusal>([
    [
      'a query filter',
      () => taskRouter().allow(url, 'GET', { queryFilter: undefined } as never),
      'TypeError',
      'queryFilter',
      'environment',
    ],
    [
      'a post filter',
      () => taskRouter().allow(url, 'POST', { postFilter: undefined } as never),
      'TypeError',
      'postFilter',
      'environment',
    ],
    [
      'a member of a filter',
      () => taskRouter().allow(url, 'GET', { postFilter: { WorkerSid: undefined } }),
      'TypeError',
      'postFilter.WorkerSid',
      'environment',
    ],
    [
      'a nested member of a filter',
      () => taskRouter().deny(url, 'GET', { queryFilter: { a: { required: undefined } } }),
      'TypeError',
      'queryFilter.a.required',
      'environment',
    ],
    [
      'an event filter',
      () => new TwilioCapability(account, secret).allowEventStream({ a: undefined } as never),
      'TypeError',
      'filters.a',
      'environment',
    ],
    [
      'an item of an event filter',
      () =>
        new TwilioCapability(account, secret).allowEventStream({ a: ['b', undefined] } as never),
      'TypeError',
      'filters.a[1]',
      'environment',
    ],
    [
      'a room',
      () => accessToken().grantVideo({ room: undefined } as never),
      'TypeError',
      'room',
      'environment',
    ],
    [
      'a service',
      () => accessToken().grantChat({ serviceSid: undefined } as never),
      'TypeError',
      'serviceSid',
      'environment',
    ],
    [
      'a worker',
      () => accessToken().grantTaskRouter({ workspaceSid: 'WS1', workerSid: undefined } as never),
      'TypeError',
      'workerSid',
      'environment',
    ],
    [
      'an application',
      () => accessToken().grantVoice({ outgoingApplicationSid: undefined } as never),
      'TypeError',
      'outgoingApplicationSid',
      'environment',
    ],
    [
      'a channel',
      () => new TaskRouterCapability(account, secret, 'WS1', undefined),
      'TypeError',
      'channelSid',
      'environment',
    ],
  ])('no builder loses %s that is named and undefined', (...row) => refuse(...row))

  it('grant() checks the identity of a voice grant as grantVoice() does', async () => {
    const add = () => accessToken('andy at home').grant('voice', { incoming: { allow: true } })
    await refuse('identity', add, 'TypeError', 'identity')
    expect(accessToken('andy at home').grant('voices', {}).claims().grants).toHaveProperty('voices')
  })
})

describe('long tokens', () => {
  it('verify() and inspect() decode nothing of a token of a mebibyte', async () => {
    const part = encode(`${' '.repeat(780_000)}${JSON.stringify(claims)}`)
    const long = `${encode(header)}.${part}.${soundSignature}`
    expect(long.length).toBeGreaterThan(1_000_000)
    const [parsed, checked] = [vi.spyOn(JSON, 'parse'), vi.spyOn(crypto.subtle, 'verify')]
    const secretOf = vi.fn(() => secret)
    const twenty = Array.from({ length: 20 }, () =>
      verify(long, secretOf, { now }).catch((error: unknown) => (error as TokenError).code),
    )
    expect(new Set(await Promise.all(twenty))).toEqual(new Set(['ERR_TOKEN_MALFORMED']))
    expect(() => inspect(long)).toThrow(
      expect.objectContaining({ code: 'ERR_TOKEN_MALFORMED' }) as Error,
    )
    for (const spy of [parsed, checked, secretOf]) expect(spy).not.toHaveBeenCalled()
  })
})
