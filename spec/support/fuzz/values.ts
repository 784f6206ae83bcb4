// Values that somebody may pass, made from a seed: what JSON can hold, and what only JavaScript can.

const names = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'toJSON',
  'then',
  'length',
  'hasOwnProperty',
  'a',
  '',
  '0',
]
const texts = [
  '',
  'alice',
  'AC123123',
  'SK123123',
  'AP123123',
  'WS123',
  'WK123',
  'WQ123',
  'IS123',
  'GET',
  'identity',
  'default',
  'ie1',
  '\0',
  '\ud800',
  '\ufeff',
  '💥',
  '%',
  '%zz',
  '=&?',
  'scope:client:outgoing?appSid=AP1&appParams=%25',
  'a'.repeat(257),
  '../..',
  '1e999',
  '1400000000',
]
const numbers = [
  0,
  -0,
  1,
  -1,
  0.5,
  3600,
  86400,
  86401,
  1400000000,
  1400000000000,
  1e11,
  2 ** 53,
  -1e20,
  1e308,
  NaN,
  Infinity,
  -Infinity,
]
const strangers: readonly (() => unknown)[] = [
  () => new Map([['a', 1]]),
  () => new Date(NaN),
  () => Symbol('a'),
  () => 1n,
  () => () => 1,
  () => /a/,
  () => new Uint8Array(3),
  () => new URLSearchParams('a=b'),
  () => new Error('a'),
]

/** Choices from a seed, the same in every runtime (mulberry32). */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed | 0
  }

  /** A whole number from 0 to `limit - 1`. */
  below(limit: number): number {
    return Math.floor(this.#next() * limit)
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }

  /** Whether something happens that does so in this share of all cases. */
  chance(share: number): boolean {
    return this.#next() < share
  }

  /** A list of fewer than `limit` items. */
  list<T>(limit: number, make: () => T): T[] {
    return Array.from({ length: this.below(limit) }, make)
  }

  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Hostile values, and values of the right form with hostile ones among them. */
export class Values extends Random {
  readonly #deep = deepObject()

  text(): string {
    if (this.chance(0.6)) return this.pick(texts)
    const unit = () => (this.chance(0.8) ? 32 + this.below(96) : this.below(65536))
    return String.fromCharCode(...this.list(24, unit))
  }

  /** The name of a property. */
  name(): string {
    return this.chance(0.5) ? this.pick(names) : this.text()
  }

  value(depth = 0): unknown {
    const kind = this.below(depth > 3 ? 5 : 16)
    if (kind < 2) return this.text()
    if (kind === 2) return this.pick(numbers)
    if (kind === 3) return this.chance(0.5)
    if (kind === 4) return this.pick([null, undefined])
    if (kind < 8) return this.list(4, () => this.value(depth + 1))
    if (kind < 13) return this.object(depth)
    if (kind === 13) return this.pick(strangers)()
    if (kind === 14) return this.#heir()
    return this.chance(0.02) ? this.#deep : this.#cycle()
  }

  object(depth = 0): object {
    return Object.fromEntries(
      this.list(4, (): [string, unknown] => [this.name(), this.value(depth + 1)]),
    )
  }

  /** Options by their names, mostly right, so that the checks behind the first one are reached. */
  options(known: Record<string, () => unknown>): unknown {
    if (this.chance(0.1)) return this.value()
    const members = Object.entries(known).flatMap(([key, make]) =>
      this.chance(0.6) ? [[key, this.chance(0.85) ? make() : this.value()] as const] : [],
    )
    return Object.fromEntries(
      this.chance(0.1) ? [...members, [this.name(), this.value()]] : members,
    )
  }

  /** Members by their names, of which few are missing or wrong, for what needs all of them. */
  members(known: Record<string, () => unknown>): object {
    const members = Object.entries(known).filter(() => this.chance(0.97))
    return Object.fromEntries(
      members.map(([key, make]) => [key, this.chance(0.97) ? make() : this.value()]),
    )
  }

  /** One of the values that are right, or any other. */
  one(...right: string[]): unknown {
    return this.chance(0.85) ? this.pick(right) : this.value()
  }

  sid(prefix: string): unknown {
    return this.one(`${prefix}123123`, `${prefix}283fefc63f0cd0e873a0000c6d07ef7b`)
  }

  secret(): unknown {
    return this.one('secret', 'XXXXX')
  }

  /** An object that inherits. */
  #heir(): object {
    const parent = this.pick([null, {}, { polluted: 1 }, []])
    return Object.assign(Object.create(parent) as object, { a: this.text() })
  }

  #cycle(): object {
    const cycle: Record<string, unknown> = {}
    cycle['a'] = [this.chance(0.5) ? cycle : new Array(2)]
    return cycle
  }
}

// Deeper than any stack: 5,000 would do, but for what JSON.stringify takes in a token.
function deepObject(): object {
  let deep: object = {}
  for (let depth = 0; depth < 5000; depth++) deep = depth % 2 ? [deep] : { a: deep }
  return deep
}
