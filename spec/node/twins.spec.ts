// The ES module and its CommonJS twin in one process, as a program has them that imports one and whose dependency
// requires the other; and two copies of one of them, as after jest.resetModules().

import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import type * as Library from '../../lib/index.ts'
import { root } from '../runtimes/find.mjs'

type Twin = typeof Library

const require = createRequire(import.meta.url)
const twin = join(root, 'dist/cjs/index.js')
const imported = (await import(pathToFileURL(join(root, 'dist/index.js')).href)) as Twin
const required = require(twin) as Twin

function requireAgain(): Twin {
  const { [twin]: first } = require.cache
  Reflect.deleteProperty(require.cache, twin)
  const again = require(twin) as Twin
  require.cache[twin] = first
  return again
}

const secret = 'the secret of that account or key'

async function errorOf({ verify }: Twin): Promise<unknown> {
  return verify('not a token', secret).then(
    () => undefined,
    (error: unknown) => error,
  )
}

describe.each([
  ['the CommonJS twin and the ES module', required, imported],
  ['the ES module and the CommonJS twin', imported, required],
  ['two copies of the CommonJS twin', required, requireAgain()],
])('%s', (_, one, other) => {
  it('a copy of the library is a module of its own with the same names', () => {
    expect(one.TokenError).not.toBe(other.TokenError)
    expect(Object.keys(one).sort()).toEqual(Object.keys(other).sort())
  })

  it('TokenError recognizes the token errors of another copy', async () => {
    const error = await errorOf(other)
    expect(error).toMatchObject({ name: 'TokenError', code: 'ERR_TOKEN_MALFORMED' })
    expect(error instanceof one.TokenError).toBe(true)
    expect(error instanceof other.TokenError).toBe(true)
    expect(new TypeError('message') instanceof one.TokenError).toBe(false)
  })

  it('verify() accepts the tokens of another copy', async () => {
    const token = await new one.TwilioCapability('AC123123', secret)
      .allowClientIncoming('alice')
      .generate()
    expect(await other.verify(token, secret)).toMatchObject({
      kind: 'capability',
      scopes: [{ kind: 'incoming', clientName: 'alice' }],
    })
  })

  it('fromCapability() converts a builder of another copy', () => {
    const capability = new one.TwilioCapability('AC123123', secret).allowClientIncoming('alice')
    const { grants } = other.AccessToken.fromCapability(capability, 'SK123123', secret).claims()
    expect(grants).toMatchObject({ identity: 'alice', voice: { incoming: { allow: true } } })
  })

  it('fromCapability() converts contents that another copy has verified', async () => {
    const token = await new one.TwilioCapability('AC123123', secret)
      .allowClientIncoming('alice')
      .generate()
    const contents = await one.verify(token, secret)
    if (contents.kind !== 'capability') throw new Error(contents.kind)
    const { grants } = other.AccessToken.fromCapability(contents, 'SK123123', secret).claims()
    expect(grants).toMatchObject({ identity: 'alice', voice: { incoming: { allow: true } } })
  })
})

describe('the CommonJS twin', () => {
  it('the CommonJS twin has exports that can be replaced, as jest.spyOn does', () => {
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(required)))
      expect({ name, ...descriptor }).toMatchObject(
        name === '__esModule' ? { value: true } : { writable: true, configurable: true },
      )
    const { verify } = required
    const spy = (() => Promise.reject(new Error('replaced'))) as unknown as Twin['verify']
    Object.assign(required, { verify: spy })
    expect((require(twin) as Twin).verify).toBe(spy)
    Object.assign(required, { verify })
  })
})
