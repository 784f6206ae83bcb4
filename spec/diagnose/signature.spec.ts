import { describe, expect, it, vi } from 'vitest'
import { encode, inputOf, mac } from '../support/sign.ts'
import {
  authToken,
  claims,
  findingsIn,
  headers,
  keySecret,
  sid,
  tokenOf,
} from '../support/subjects.ts'

const secret = keySecret
const toHex = (text: string) =>
  Array.from(text, (unit) => unit.charCodeAt(0).toString(16).padStart(2, '0')).join('')
const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (unit) => unit.charCodeAt(0))
const toOrdinary = (part: string) => part.replaceAll('-', '+').replaceAll('_', '/')
const pad = (part: string) => part.padEnd(Math.ceil(part.length / 4) * 4, '=')

/** An HMAC with any key. */
async function hmac(key: Uint8Array<ArrayBuffer>, input: string, hash = 'SHA-256') {
  const algorithm = { name: 'HMAC', hash }
  const imported = await crypto.subtle.importKey('raw', key, algorithm, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, new TextEncoder().encode(input)))
}

/** What `diagnose` finds about the signature. */
async function found(token: string, secrets?: string | string[]): Promise<string> {
  const findings = await findingsIn(token, secrets === undefined ? {} : { secret: secrets })
  return findings
    .filter(({ pointer }) => pointer === '/signature')
    .map(({ rule, code, severity }) => `${severity} ${code} ${rule}`)
    .join()
}

const wrong = 'error 20107 signature-wrong'
const altered = 'error 20107 signature-secret'

const forms: [title: string, signedWith: string][] = [
  ['a line feed after it', `${secret}\n`],
  ['a carriage return and a line feed after it', `${secret}\r\n`],
  ['a carriage return after it', `${secret}\r`],
  ['a space after it', `${secret} `],
  ['a tab after it', `${secret}\t`],
  ['a line feed before it', `\n${secret}`],
  ['a carriage return and a line feed before it', `\r\n${secret}`],
  ['a carriage return before it', `\r${secret}`],
  ['a space before it', ` ${secret}`],
  ['a tab before it', `\t${secret}`],
  ['a byte order mark before it', `\ufeff${secret}`],
  ['double quotes around it', `"${secret}"`],
  ['single quotes around it', `'${secret}'`],
  ['backticks around it', `\`${secret}\``],
  ['base64', btoa(secret)],
  ['base64 without padding', encode(secret)],
  ['hexadecimal', toHex(secret)],
  ['hexadecimal in capitals', toHex(secret).toUpperCase()],
  ['lower case', secret.toLowerCase()],
  ['upper case', secret.toUpperCase()],
  ['typographic quotes around it', `\u201c${secret}\u201d`],
  ['single typographic quotes around it', `\u2018${secret}\u2019`],
]

const given: [title: string, given: string, signedWith: string][] = [
  ['white space around it', ` \n${secret}\r\n`, secret],
  ['a byte order mark before it', `\ufeff${secret}`, secret],
  ['quotes around it', `"${secret}"`, secret],
  ['typographic quotes around it', `\u201c${secret}\u201d`, secret],
  ['a name before it', `TWILIO_API_SECRET=${secret}`, secret],
  ['a name in lower case, quotes and a line feed', `secret="${secret}"\n`, secret],
  ['export before it', `export SECRET=${secret}`, secret],
  ['a name before it, all in quotes', `"SECRET=${secret}"`, secret],
  ['base64 in quotes, a name before it, and a line feed', `KEY="${btoa(secret)}"\n`, secret],
  ['base64', btoa(secret), secret],
  ['hexadecimal', toHex(secret), secret],
  ['percent-encoding', encodeURIComponent(`${secret}+/`), `${secret}+/`],
  ['capitals', authToken.toUpperCase(), authToken],
]

describe('diagnose() judges the signature', () => {
  it('diagnose() accepts the signature of any secret that was given', async () => {
    const token = await tokenOf('access')
    expect(await found(token, secret)).toBe('')
    expect(await found(token, ['another one', secret])).toBe('')
    expect(await found(token)).toBe('')
  })

  it.each([
    ['access', wrong],
    ['taskrouter', wrong],
    ['capability', 'error 31202 signature-wrong'],
  ] as const)(
    'diagnose() reports that no secret has signed a token of kind %s',
    async (kind, line) => {
      expect(await found(await tokenOf(kind), 'another secret')).toBe(line)
    },
  )

  it.each(forms)('diagnose() proves that the secret was used with %s', async (title, key) => {
    const token = await tokenOf('access', {}, {}, key)
    expect(await found(token, secret)).toBe(altered)
    const [finding] = await findingsIn(token, { secret })
    if (/ (after|before) it$/.test(title)) expect(finding?.detail).toContain(title)
    if (title.endsWith(' around it')) expect(finding?.detail).toContain('with quotes around it')
    expect(JSON.stringify(finding)).not.toContain(secret)
  })

  it.each(given)('diagnose() proves that the secret was given with %s', async (_, given, key) => {
    const token = await tokenOf('access', {}, {}, key)
    expect(await found(token, given)).toBe(altered)
    expect(await found(token, ['another one', given])).toBe(altered)
    expect(JSON.stringify(await findingsIn(token, { secret: given }))).not.toContain(key)
  })

  it('diagnose() proves that a secret with a control character was encoded as hexadecimal', async () => {
    const odd = 'a key\twith a tab'
    expect(await found(await tokenOf('access', {}, {}, toHex(odd)), odd)).toBe(altered)
  })

  it('diagnose() says that there is white space inside the quotes', async () => {
    const [finding] = await findingsIn(await tokenOf('access'), { secret: `" ${secret} "` })
    expect(finding?.detail).toBe(
      'the token was signed with the given secret without the white space around it, such as a line feed',
    )
  })

  it('diagnose() says that there are quotes around the secret', async () => {
    for (const given of [`"${secret}"`, `KEY='${secret}'`]) {
      const [finding] = await findingsIn(await tokenOf('access'), { secret: given })
      expect(finding?.detail).toBe(
        'the token was signed with the given secret without the quotes around it',
      )
    }
  })

  it('diagnose() calls an empty secret empty, whatever white space was given', async () => {
    const input = inputOf(headers.access, claims.access)
    const token = `${input}.${encode(await hmac(new Uint8Array(1), input))}`
    const [finding] = await findingsIn(token, { secret: ' ' })
    expect(finding?.detail).toContain('an empty secret')
  })

  it.each([
    ['a byte order mark in the middle', `${secret.slice(0, 9)}\ufeff${secret.slice(9)}`],
    ['a quotation mark before it alone', `"${secret}`],
    ['another word before it', `the ${secret}`],
  ])('diagnose() takes nothing off a secret with %s', async (_, given) => {
    expect(await found(await tokenOf('access'), given)).toBe(wrong)
  })

  it.each([
    ['base64', secret, bytesOf(secret)],
    ['base64 with bits left', `${secret}ab`, bytesOf(`${secret}ab==`)],
    [
      'hexadecimal',
      authToken,
      Uint8Array.from({ length: 16 }, (_, i) => parseInt(authToken.slice(2 * i, 2 * i + 2), 16)),
    ],
  ])('diagnose() proves that the secret was decoded from %s', async (_, secret, key) => {
    const input = inputOf(headers.access, claims.access)
    expect(await found(`${input}.${encode(await hmac(key, input))}`, secret)).toBe(altered)
  })

  it.each([
    ['the text undefined', 'undefined', 'never set'],
    ['the text null', 'null', 'never set'],
    ['the API key SID', sid('SK'), 'a SID'],
    ['the account SID', sid('AC'), 'a SID'],
    ['a SID of the header', sid('CR'), 'a SID'],
  ])('diagnose() proves that the key was %s', async (_, key, words) => {
    const token = await tokenOf('access', {}, { kid: sid('CR') }, key)
    for (const given of [secret, key]) {
      const findings = await findingsIn(token, { secret: given })
      expect(findings).toMatchObject([{ rule: 'signature-secret' }])
      expect(findings[0]?.detail).toContain(words)
    }
  })

  it('diagnose() finds short SIDs among the parties', async () => {
    const short = { iss: 'SK123', sub: 'AC123', jti: undefined }
    for (const key of ['AC123', 'SK123'])
      expect(await found(await tokenOf('access', short, {}, key), secret)).toBe(altered)
    expect(await found(await tokenOf('access', short, {}, 'HS256'), secret)).toBe(wrong)
  })

  it('diagnose() proves that the key was empty, which WebCrypto does not import', async () => {
    const input = inputOf(headers.access, claims.access)
    const token = `${input}.${encode(await hmac(new Uint8Array(1), input))}`
    expect(await found(token, secret)).toBe(altered)
    expect(await found(token, '')).toBe(altered)
    expect(await found(await tokenOf('access'), '')).toBe(wrong)
  })

  it('diagnose() reports that a secret that has signed cannot be right', async () => {
    for (const key of [`${secret}\n`, `'${secret}'`])
      expect(await found(await tokenOf('access', {}, {}, key), key)).toBe(altered)
  })

  it.each([
    ['SHA-384', 'SHA-384'],
    ['SHA-512', 'SHA-512'],
  ])('diagnose() proves that %s was used', async (_, hash) => {
    const token = `${inputOf(headers.access, claims.access)}.`
    const signature = await mac(token.slice(0, -1), secret, hash)
    expect(await found(token + signature, ['x', secret])).toBe('error 20107 signature-algorithm')
    expect(await found(token + signature, 'x')).toBe('error 20107 signature-length')
  })

  it.each([
    ['hexadecimal', (bytes: string) => toHex(bytes)],
    ['hexadecimal in capitals', (bytes: string) => toHex(bytes).toUpperCase()],
    ['base64url of hexadecimal', (bytes: string) => encode(toHex(bytes))],
    ['base64url of base64', (bytes: string) => encode(btoa(bytes))],
    [
      'base64url of base64url',
      (bytes: string) => encode(encode(Uint8Array.from(bytes, (unit) => unit.charCodeAt(0)))),
    ],
  ])('diagnose() proves that the signature is %s', async (_, write) => {
    const input = inputOf(headers.access, claims.access)
    const bytes = String.fromCharCode(...(await hmac(new TextEncoder().encode(secret), input)))
    expect(await found(`${input}.${write(bytes)}`, secret)).toBe('error 20107 signature-encoding')
    expect(await found(`${input}.${write(bytes)}`, 'x')).toBe('error 20107 signature-length')
    expect(await found(`${input}.${write(bytes)}`)).toBe('error 20107 signature-length')
  })

  it('diagnose() takes a signature that something follows for no other encoding', async () => {
    const input = inputOf(headers.access, claims.access)
    const bytes = String.fromCharCode(...(await hmac(new TextEncoder().encode(secret), input)))
    for (const signature of [
      `${toHex(bytes)}0`,
      encode(`${toHex(bytes)}0`),
      encode(`${btoa(bytes)}=`),
    ])
      expect(await found(`${input}.${signature}`, secret)).toBe('error 20107 signature-length')
  })

  it('diagnose() tries no more than eight SIDs, so that other forms have their turn', async () => {
    const note = Array.from({ length: 60 }, (_, i) => `CA${String(i).padStart(32, '0')}`)
    const token = await tokenOf('access', { note }, {}, `\u2018${secret}\u2019`)
    expect(await found(token, secret)).toBe(altered)
  })

  const odd = { ...claims.access, note: '~~~???>>>>' }
  const [header, body] = [encode({ ...headers.access, kid: '~~' }), encode(odd)]

  it.each([
    ['padding', `${pad(header)}.${pad(body)}`],
    ['padding of the claims', `${header}.${pad(body)}`],
    ['padding of the header', `${pad(header)}.${body}`],
    ['ordinary base64', toOrdinary(`${header}.${body}`)],
    ['ordinary base64 with padding', toOrdinary(`${pad(header)}.${pad(body)}`)],
    ['JSON', `${JSON.stringify({ ...headers.access, kid: '~~' })}.${JSON.stringify(odd)}`],
    ['the claims alone', body],
  ])('diagnose() proves that %s was signed', async (_, input) => {
    const token = `${header}.${body}.${await mac(input, secret)}`
    expect(await found(token, secret)).toBe('error 20107 signature-input')
  })

  it('both parts of that token need padding', () => {
    expect([header, body].map((part) => part.length % 4)).not.toContain(0)
  })

  it('diagnose() accepts a signature of what was changed to ordinary base64 afterwards', async () => {
    const token = `${pad(header)}.${toOrdinary(body)}.${await mac(`${header}.${body}`, secret)}`
    expect(await found(token, secret)).toBe('')
  })

  it.each([
    ['empty', ''],
    ['one character short', 'A'.repeat(42)],
    ['20 bytes long', 'A'.repeat(27)],
    ['33 bytes long', 'A'.repeat(44)],
    ['left with bits at its end', `${'A'.repeat(42)}B`],
  ])('diagnose() reports a signature that is %s', async (_, signature) => {
    const token = `${inputOf(headers.capability, claims.capability)}.${signature}`
    expect(await found(token)).toBe('error 31202 signature-length')
    expect(await found(token, secret)).toBe('error 31202 signature-length')
  })

  it.each([
    ['none', 0],
    ['HS384', 48],
    ['HS512', 64],
    ['RS256', 512],
    ['PS512', 512],
    ['ES256', 64],
    ['ES384', 96],
    ['ES512', 132],
    ['EdDSA', 64],
  ])('diagnose() accepts a signature under %s of %i bytes', async (alg, length) => {
    const input = inputOf({ ...headers.access, alg }, claims.access)
    expect(await found(`${input}.${encode(new Uint8Array(length))}`, secret)).toBe('')
    expect(await found(`${input}.${encode(new Uint8Array(length + 1))}`)).toMatch(/-length$/)
    expect(await found(`${input}.${encode(new Uint8Array(32))}`, secret)).toBe(wrong)
  })

  it.each([
    ['RS256', 127],
    ['RS256', 513],
    ['XRS256', 256],
    ['RS2567', 256],
    ['RS128', 256],
  ])('diagnose() accepts no signature under %s of %i bytes', async (alg, length) => {
    const input = inputOf({ ...headers.access, alg }, claims.access)
    expect(await found(`${input}.${encode(new Uint8Array(length))}`)).toMatch(/-length$/)
  })

  it('diagnose() accepts signatures under RS256 of 128 to 512 bytes', async () => {
    const input = inputOf({ ...headers.access, alg: 'RS256' }, claims.access)
    for (const length of [128, 129, 256, 511, 512])
      expect(await found(`${input}.${encode(new Uint8Array(length))}`, secret)).toBe('')
  })

  it('diagnose() finds the likely mistakes with each of several secrets', async () => {
    const secrets = Array.from({ length: 7 }, (_, i) => `${i}${secret}`)
    for (const space of ['\n', '\r\n', ' ', '\t'])
      expect(await found(await tokenOf('access', {}, {}, `${space}6${secret}`), secrets)).toBe(
        altered,
      )
    expect(await found(await tokenOf('access', {}, {}, 'undefined'), secrets)).toBe(altered)
  })

  it.each([
    ['a secret', secret, 34],
    ['a secret with much around it', ` KEY="${secret}"\n`, 37],
    ['hexadecimal digits', authToken, 33],
    ['hexadecimal digits and others', `ab${secret}ab`, 33],
    ['an odd number of hexadecimal digits', authToken.slice(1), 32],
  ])('diagnose() tries no key twice for the same input, for %s', async (_, given, count) => {
    type Call = (...args: unknown[]) => Promise<unknown>
    const originalOf = (name: 'importKey' | 'verify') =>
      crypto.subtle[name].bind(crypto.subtle) as Call
    const [importKey, verifySignature] = [originalOf('importKey'), originalOf('verify')]
    const keys = new Map<CryptoKey, string>()
    const tried: string[] = []
    const spies = [
      vi.spyOn(crypto.subtle, 'importKey').mockImplementation((async (...args: unknown[]) => {
        const key = await importKey(...args)
        keys.set(key as CryptoKey, String(args[1]))
        return key
      }) as never),
      vi.spyOn(crypto.subtle, 'verify').mockImplementation(((...args: unknown[]) => {
        tried.push(`${keys.get(args[1] as CryptoKey) ?? 'the given secret'}: ${String(args[3])}`)
        return verifySignature(...args)
      }) as never),
    ]
    try {
      expect(await found(await tokenOf('access', {}, {}, 'another'), given)).toBe(wrong)
      expect(new Set(tried).size).toBe(tried.length)
      expect(tried).toHaveLength(count)
    } finally {
      for (const spy of spies) spy.mockRestore()
    }
  })

  it('diagnose() computes at most 64 HMACs beyond one for each secret', async () => {
    const counts = { verify: 0, importKey: 0 }
    const count = (name: 'verify' | 'importKey') => {
      const original = crypto.subtle[name].bind(crypto.subtle) as (...args: unknown[]) => unknown
      return vi.spyOn(crypto.subtle, name).mockImplementation(((...args: unknown[]) => {
        counts[name]++
        return original(...args)
      }) as never)
    }
    const spies = [count('verify'), count('importKey')]
    try {
      const token = await tokenOf('access', {}, {}, 'another')
      for (const length of [1, 2, 10, 100]) {
        const secrets = Array.from({ length }, (_, i) => `${secret}${length}-${i}`)
        Object.assign(counts, { verify: 0, importKey: 0 })
        expect(await found(token, secrets)).toBe(wrong)
        expect(counts.verify).toBeGreaterThan(length)
        expect(counts.verify).toBeLessThanOrEqual(length + 64)
        // A key is imported once for all variants of the input.
        expect(counts.importKey).toBeLessThanOrEqual(counts.verify)
      }
      Object.assign(counts, { verify: 0, importKey: 0 })
      await findingsIn(await tokenOf('access'), { secret })
      expect(counts.verify).toBe(1)
    } finally {
      for (const spy of spies) spy.mockRestore()
    }
  })

  it('diagnose() tries no other form of a secret of more than 1,024 characters', async () => {
    const long = 'a'.repeat(1024)
    expect(await found(await tokenOf('access', {}, {}, `${long}\n`), long)).toBe(altered)
    expect(await found(await tokenOf('access', {}, {}, `${long}a\n`), `${long}a`)).toBe(wrong)
  })

  it('diagnose() leaves client validation tokens and unknown tokens alone', async () => {
    const validation = await tokenOf('access', {}, { cty: 'twilio-pkrv;v=1', alg: 'RS256' })
    expect(await found(validation, 'another')).toBe('')
    expect(
      await found(await tokenOf('capability', { scope: undefined, iss: 'x' }), 'another'),
    ).toBe('')
  })
})
