// What .github/SECURITY.md promises of the surroundings: every public function works where the network, code from text, timers and
// storage are out of reach. spec/node/promises.spec.ts reads what is shipped for the same promise.

import * as library from 'twilio-tokens'
import { afterEach, describe, expect, it } from 'vitest'
import { fuzz } from './support/fuzz/fuzz.ts'

/** Names of the network, of code from text, of timers and of what outlives a call. */
const forbidden = [
  ...['fetch', 'WebSocket', 'WebSocketStream', 'WebTransport', 'XMLHttpRequest', 'EventSource'],
  ...['RTCPeerConnection', 'Worker', 'SharedWorker', 'importScripts', 'Image', 'navigator'],
  ...['eval', 'Function'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'],
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
  const replace = (owner: object, name: string) => {
    const values = owner as Record<string, unknown>
    // A `function`, so that it can be called with `new` too.
    const refuse = function () {
      used.push(name)
      throw new Error(`${name} is forbidden`)
    }
    const before = Object.getOwnPropertyDescriptor(owner, name)
    const undo = () => {
      if (before) Object.defineProperty(owner, name, before)
      else Reflect.deleteProperty(owner, name)
    }
    if (typeof values[name] === 'function') {
      // Set and not defined where that can be: the global object of the edge VM ignores the latter.
      const old = values[name]
      if (Reflect.set(owner, name, refuse) && values[name] === refuse) {
        restore.push(before?.writable === true ? () => Reflect.set(owner, name, old) : undo)
        return
      }
      if (Reflect.defineProperty(owner, name, { value: refuse, configurable: true })) {
        restore.push(undo)
        return
      }
    } else if (Reflect.defineProperty(owner, name, { get: refuse, configurable: true })) {
      restore.push(undo)
      return
    }
    fixed.push(name)
  }
  for (const name of forbidden) if (name in globalThis) replace(globalThis, name)
  for (const prototype of functionPrototypes) replace(prototype, 'constructor')
  return fixed
}

/** Uses a name as code would that must not. */
function use(name: string, owner: object = globalThis): unknown {
  const value = (owner as Record<string, unknown>)[name]
  return typeof value === 'function' ? (value as (text: string) => unknown)('0') : value
}
