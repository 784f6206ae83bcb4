import { AccessToken, verify as verifyToken } from 'twilio-tokens'
import { afterEach, describe, expect, it, vi } from 'vitest'
import * as hmac from '../lib/hmac.ts'
import { importKey, keyOf, verify } from '../lib/hmac.ts'

const hex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (byte) => parseInt(byte, 16))
const utf8 = (text: string) => new TextEncoder().encode(text)
const sign = async (...args: Parameters<typeof hmac.sign>) =>
  new Uint8Array(await hmac.sign(...args))

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

describe('vectors', () => {
  // RFC 2202 section 3, HMAC-SHA-1, which signs webhooks. Test case 5 truncates its digest, too, which is here in full.
  it.each([
    [1, '0b'.repeat(20), utf8('Hi There'), 'b617318655057264e28bc0b6fb378c8ef146be00'],
    [
      2,
      '4a656665',
      utf8('what do ya want for nothing?'),
      'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79',
    ],
    [3, 'aa'.repeat(20), hex('dd'.repeat(50)), '125d7342b9ac11cd91a39af48aa17b4f63f175d3'],
    [5, '0c'.repeat(20), utf8('Test With Truncation'), '4c1a03424b55e07fe7f27be1d58bb9324a9a5a04'],
    [
      6,
      'aa'.repeat(80),
      utf8('Test Using Larger Than Block-Size Key - Hash Key First'),
      'aa4ae5e15272d00e95705637ce8a3b55ed402112',
    ],
  ])(
    'importKey() makes a key that signs and verifies test case %i of RFC 2202',
    async (_, key, data, signature) => {
      const imported = await importKey(hex(key), 'SHA-1')
      expect(await sign(imported, data)).toEqual(hex(signature))
      expect(await verify(imported, hex(signature), data)).toBe(true)
    },
  )

  // RFC 4231 section 4, the HMAC-SHA-256 values. Test case 5 is left out: it truncates, which JWT never does.
  it.each([
    [
      1,
      '0b'.repeat(20),
      utf8('Hi There'),
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    ],
    [
      2,
      '4a656665',
      utf8('what do ya want for nothing?'),
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    [
      3,
      'aa'.repeat(20),
      hex('dd'.repeat(50)),
      '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
    ],
    [
      4,
      '0102030405060708090a0b0c0d0e0f10111213141516171819',
      hex('cd'.repeat(50)),
      '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b',
    ],
    [
      6,
      'aa'.repeat(131),
      utf8('Test Using Larger Than Block-Size Key - Hash Key First'),
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
    [
      7,
      'aa'.repeat(131),
      utf8(
        'This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.',
      ),
      '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
    ],
  ])(
    'importKey() makes a key that signs and verifies test case %i of RFC 4231',
    async (_, key, data, signature) => {
      const imported = await importKey(hex(key))
      expect(await sign(imported, data)).toEqual(hex(signature))
      expect(await verify(imported, hex(signature), data)).toBe(true)
    },
  )
})

describe('verify', () => {
  it('verify() rejects a signature of which any bit differs, or that is shorter or longer', async () => {
    const key = await keyOf('secret')
    const data = utf8('data')
    const signature = await sign(key, data)
    for (let bit = 0; bit < 256; bit++) {
      const other = signature.slice()
      other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(await verify(key, other, data)).toBe(false)
    }
    for (const other of [
      new Uint8Array(0),
      signature.slice(0, 31),
      Uint8Array.of(...signature, 0),
    ]) {
      expect(await verify(key, other, data)).toBe(false)
    }
  })
})

describe('keyOf', () => {
  it('keyOf() makes keys that cannot be read back, for HMAC with SHA-256 only', async () => {
    const key = await keyOf('asked for here alone, so that it is imported here')
    expect(key.extractable).toBe(false)
    expect(key.algorithm).toMatchObject({ name: 'HMAC', hash: { name: 'SHA-256' } })
    expect([...key.usages].sort()).toEqual(['sign', 'verify'])
    await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow()
  })

  it('keyOf() uses the UTF-8 of a secret as the key', async () => {
    const key = await importKey(utf8('Zoë'))
    expect(await sign(await keyOf('Zoë'), utf8('data'))).toEqual(await sign(key, utf8('data')))
  })

  it('keyOf() imports a secret once for concurrent calls', async () => {
    const imported = vi.spyOn(crypto.subtle, 'importKey')
    const keys = await Promise.all(Array.from({ length: 64 }, () => keyOf('asked for 64 times')))
    expect(new Set(keys).size).toBe(1)
    expect(imported).toHaveBeenCalledTimes(1)
  })

  it.each([1000, 10_000])('keyOf() keeps 64 keys of %i and no more', async (count) => {
    const imported = vi.spyOn(crypto.subtle, 'importKey')
    const imports = async (names: number[]) => {
      imported.mockClear()
      for (const name of names) await keyOf(`secret ${name} of ${count}`)
      return imported.mock.calls.length
    }
    const many = Array.from({ length: count }, (_, name) => name)
    const few = many.slice(0, 64)
    expect(await imports(many)).toBe(count)
    expect(await imports(many.reverse())).toBeGreaterThanOrEqual(count - 64)
    await imports(few)
    await imports(few)
    expect(await imports(few)).toBe(0)
    expect(await imports([64])).toBe(1)
    expect(await imports(few)).toBe(64)
  })

  it('keyOf() forgets a key that could not be imported', async () => {
    vi.spyOn(crypto.subtle, 'importKey').mockRejectedValueOnce(new Error('out of keys'))
    await expect(keyOf('fails once')).rejects.toThrow('out of keys')
    await expect(keyOf('fails once')).resolves.toHaveProperty('type', 'secret')
  })

  it('keyOf() keeps the keys of both hashes apart, whatever the secret', async () => {
    for (const secret of ['both', 'SHA-1 both', 'SHA-256 both']) {
      const keys = [await keyOf(secret, 'SHA-1'), await keyOf(secret), await keyOf(secret, 'SHA-1')]
      expect(
        keys.map(({ algorithm }) => (algorithm as { hash?: { name: string } }).hash?.name),
      ).toEqual(['SHA-1', 'SHA-256', 'SHA-1'])
      expect(keys[0]).toBe(keys[2])
    }
  })
})

describe('a platform without crypto', () => {
  it.each([
    ['no crypto', undefined],
    ['a crypto without subtle', { getRandomValues: (bytes: Uint8Array) => bytes }],
  ])(
    'keyOf() and an access token say in one sentence what is missing from %s',
    async (_, crypto) => {
      // The edge VM's crypto cannot be taken away.
      const { configurable = true } = Object.getOwnPropertyDescriptor(globalThis, 'crypto') ?? {}
      if (!configurable) {
        expect(globalThis.crypto.subtle).toBeDefined()
        return
      }
      vi.stubGlobal('crypto', crypto)
      const options = { identity: 'andy' }
      const token = () => new AccessToken('AC1', 'SK1', 'never imported', options).generate()
      const check = () => verifyToken('eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.', 'never imported')
      for (const run of [() => keyOf('never imported'), token, check])
        await expect(run()).rejects.toThrow(
          new Error(
            "Cannot run without crypto.subtle: use https or localhost, Node 20 or newer, or Jest's environment node",
          ),
        )
    },
  )
})
