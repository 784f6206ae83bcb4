// What .github/SECURITY.md promises of the surroundings: every public function works where the network, code from text, timers and
// storage are out of reach. spec/node/promises.spec.ts reads what is shipped for the same promise.

import * as library from 'twilio-tokens'
import { afterEach, describe, expect, it } from 'vitest'
import { fuzz } from './support/fuzz/fuzz.ts'
import { replace } from './support/replace.ts'

/** Names of the network, of code from text, of timers and of what outlives a call. */
const forbidden = [
  ...['fetch', 'WebSocket', 'WebSocketStream', 'WebTransport', 'XMLHttpRequest', 'EventSource'],
  ...['RTCPeerConnection', 'Worker', 'SharedWorker', 'importScripts', 'Image', 'navigator'],
  ...['eval', 'Function'],
  ...['setTimeout', 'setInterval', 'setImmediate'], // the bodies of requests need queueMicrotask in Node
  ...['requestAnimationFrame', 'requestIdleCallback', 'scheduler'],
  ...['localStorage', 'sessionStorage', 'indexedDB', 'caches', 'cookieStore'],
  ...['BroadcastChannel', 'MessageChannel', 'postMessage'],
]

/** The constructors of functions, which run text as code and which every function leads to. */
const functionPrototypes = [
  () => undefined,
  async () => Promise.resolve(),
  function* () {
    yield 0
  },
  async function* () {
    yield Promise.resolve(0)
  },
].map((each) => Object.getPrototypeOf(each) as object)

const restore: (() => void)[] = []

afterEach(() => {
  for (const each of restore.splice(0).reverse()) each()
})

describe('the library', () => {
  it('works where what it promises not to use throws an error', async () => {
    const used: string[] = []
    const fixed = forbid(used)
    const { calls, results } = await fuzz(library, 6000, 34)
    const tried = [...used]
    // The replacements do what they should: what can be replaced throws now, and it is noticed.
    for (const name of ['fetch', 'eval', 'Function', 'setTimeout'])
      if (name in globalThis && !fixed.includes(name)) expect(() => use(name)).toThrow('forbidden')
    expect(() => use('constructor', () => undefined)).toThrow('forbidden')
    for (const undo of restore.splice(0).reverse()) undo()

    expect(tried).toEqual([])
    expect(used).toContain('constructor')
    // Each was called, and not only refused.
    expect(Object.keys(results).sort()).toEqual(Object.keys(calls).sort())
    // What cannot be replaced must be out of reach anyway.
    for (const name of fixed) expect(() => use(name), name).toThrow()
  })
})

/** Replaces all that is forbidden, writes down what is used, and returns the names that cannot be replaced. */
function forbid(used: string[]): string[] {
  const fixed: string[] = []
  const forbidName = (owner: object, name: string) => {
    // A `function`, so that it can be called with `new` too.
    const refuse = function () {
      used.push(name)
      throw new Error(`${name} is forbidden`)
    }
    const isFunction = typeof (owner as Record<string, unknown>)[name] === 'function'
    const undo = replace(owner, name, isFunction ? { value: refuse } : { get: refuse })
    if (undo) restore.push(undo)
    else fixed.push(name)
  }
  for (const name of forbidden) if (name in globalThis) forbidName(globalThis, name)
  for (const prototype of functionPrototypes) forbidName(prototype, 'constructor')
  return fixed
}

/** Uses a name as code would that must not. */
function use(name: string, owner: object = globalThis): unknown {
  const value = (owner as Record<string, unknown>)[name]
  return typeof value === 'function' ? (value as (text: string) => unknown)('0') : value
}
