// The library where the platform lacks something: the CommonJS twin, evaluated in contexts that have no more than the
// language and what is passed in. Whatever is missing, loading it works; what cannot be done without is named when it
// is used.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import vm from 'node:vm'
import { describe, expect, it } from 'vitest'
import type * as Library from '../../lib/index.ts'
import { root } from '../runtimes/find.mjs'

type Twin = typeof Library

const script = new vm.Script(
  `(exports) => { ${await readFile(join(root, 'dist/cjs/index.js'), 'utf8')} }`,
)

/** All that the library uses beyond the language itself. */
const platform = { TextEncoder, TextDecoder, URLSearchParams, crypto }

/** Loads the library in a context with these globals, after some code has run there. */
function load(globals: object, code = ''): Twin {
  const context = vm.createContext(globals)
  vm.runInContext(code, context)
  const exports = {}
  const evaluate = script.runInContext(context) as (exports: object) => void
  evaluate(exports)
  return exports as Twin
}

/** A crypto object that lacks a member. */
const cryptoWithout = (missing: string) => ({
  ...platform,
  crypto: Object.fromEntries(
    ['subtle', 'randomUUID', 'getRandomValues']
      .filter((name) => name !== missing)
      .map((name) => {
        const member: unknown = Reflect.get(crypto, name)
        return [name, typeof member === 'function' ? (member.bind(crypto) as unknown) : member]
      }),
  ),
})

/** The platform without one of its names. */
const without = (missing: string) =>
  Object.fromEntries(Object.entries(platform).filter(([name]) => name !== missing))

const secret = 'the secret of that account or key'
const whole = load({ ...platform })
const token = await new whole.AccessToken('AC123123', 'SK123123', secret, { identity: 'alice' })
  .grantVoice({ incomingAllow: true })
  .generate()

/** Calls of everything that needs the platform. Params that have to be encoded are the only use of URLSearchParams. */
const calls: Record<string, (tokens: Twin) => unknown> = {
  'TwilioCapability#generate': ({ TwilioCapability }) =>
    new TwilioCapability('AC123123', secret).allowClientIncoming('alice').generate(),
  'AccessToken#generate': ({ AccessToken }) =>
    new AccessToken('AC123123', 'SK123123', secret, { identity: 'alice' }).generate(),
  'TaskRouterCapability#generate': ({ TaskRouterCapability }) =>
    new TaskRouterCapability('AC123123', secret, 'WS123').generate(),
  verify: ({ verify }) => verify(token, secret),
  'diagnose with a secret': ({ diagnose }) => diagnose(token, { secret }),
  inspect: ({ inspect }) => inspect(token),
  'diagnose without a secret': ({ diagnose }) => diagnose(token),
  'params that have to be encoded': ({ TwilioCapability }) =>
    new TwilioCapability('AC123123', secret)
      .allowClientOutgoing('AP123123', { city: 'São Paulo*~' })
      .claims(),
}
const signing = Object.keys(calls).slice(0, 5)
const reading = ['verify', 'diagnose with a secret', 'inspect', 'diagnose without a secret']
const generating = signing.slice(0, 3)

/** Which of the calls do not work, and what each of them says. */
async function failuresOf(tokens: Twin): Promise<Record<string, string>> {
  const failures: Record<string, string> = {}
  for (const [name, call] of Object.entries(calls)) {
    try {
      await call(tokens)
    } catch (error) {
      failures[name] = String(error)
    }
  }
  return failures
}

const missing = (name: string) =>
  `Error: Cannot run without ${name}: use https or localhost, Node 20 or newer, or Jest's environment node`

describe('the library', () => {
  it('uses nothing of the platform while it is loaded', () => {
    const used: string[] = []
    const globals = {}
    for (const name of [...Object.keys(platform), 'process', 'Buffer', 'fetch', 'setTimeout'])
      Object.defineProperty(globals, name, { get: () => void used.push(name), configurable: true })
    expect(Object.keys(load(globals))).toContain('TwilioCapability')
    expect(used).toEqual([])
  })

  it.each([
    ['String#isWellFormed', 'delete String.prototype.isWellFormed'],
    ['String#toWellFormed', 'delete String.prototype.toWellFormed'],
    ['String#replaceAll', 'delete String.prototype.replaceAll'],
    [
      'methods of Array from 2023 on',
      'for (const name of ["findLast", "findLastIndex", "toSorted", "toReversed", "toSpliced", "with"]) delete Array.prototype[name]',
    ],
    ['Object.groupBy and Map.groupBy', 'delete Object.groupBy; delete Map.groupBy'],
    ['Array.fromAsync', 'delete Array.fromAsync'],
    ['Promise.withResolvers', 'delete Promise.withResolvers'],
    [
      'methods of Set from 2025 on',
      'for (const name of ["union", "intersection", "difference", "isSubsetOf"]) delete Set.prototype[name]',
    ],
    ['iterator helpers', 'delete globalThis.Iterator'],
  ])('works without %s', async (_, code) => {
    expect(await failuresOf(load({ ...platform }, code))).toEqual({})
  })

  it.each([
    ['crypto.randomUUID', cryptoWithout('randomUUID')],
    ['process, Buffer, fetch, timers, structuredClone, atob and btoa', { ...platform }],
  ])('works without %s', async (_, globals) => {
    expect(await failuresOf(load(globals))).toEqual({})
  })

  it.each([
    ['a crypto without subtle', 'crypto.subtle', cryptoWithout('subtle'), signing],
    ['no crypto', 'crypto.subtle', without('crypto'), signing],
    ['no TextEncoder', 'TextEncoder', without('TextEncoder'), [...generating, ...reading]],
    ['no TextDecoder', 'TextDecoder', without('TextDecoder'), [...generating, ...reading]],
  ])('names, where there is %s, %s as soon as it is needed', async (_, name, globals, failing) => {
    const expected = Object.fromEntries(failing.map((call) => [call, missing(name)]))
    expect(await failuresOf(load(globals))).toEqual(expected)
  })

  it.each(generating)('rejects the promise of %s where something is missing', async (name) => {
    const promise = calls[name]?.(load({})) // would throw here
    await expect(promise).rejects.toThrow('Cannot run without')
  })

  it('can be loaded where nothing but the language is there', async () => {
    const tokens = load({})
    expect(Object.keys(await failuresOf(tokens)).sort()).toEqual(Object.keys(calls).sort())
    const { claims } = new tokens.TwilioCapability('AC123123', secret)
    expect(claims).toBeTypeOf('function')
  })
})
