// Hostile input for every public function and method. `fuzz` makes one input after another from a seed and fails at the first that brings
// anything but a result or a documented error, changes what the caller passed, pollutes a prototype or takes too long.

/** The module that is tried: the sources or the bundle. */
export type Library = typeof import('../lib/index.ts')

/** What a run came to. */
export interface Tally {
  runs: number
  /** How many inputs each function got. */
  calls: Record<string, number>
  /** How many of them ended in which way. */
  outcomes: Record<string, number>
  /** The longest time that one input took, in milliseconds. */
  slowest: number
}

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

/** Numbers from a seed, the same in every runtime (mulberry32). */
function random(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Tries as many inputs as asked for. */
export async function fuzz(library: Library, runs: number, seed: number): Promise<Tally> {
  const {
    AccessToken,
    diagnose,
    inspect,
    TaskRouterCapability,
    TokenError,
    TwilioCapability,
    verify,
  } = library
  const next = random(seed)
  const below = (limit: number) => Math.floor(next() * limit)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T
  const chance = (share: number) => next() < share

  const text = (): string => {
    if (chance(0.6)) return pick(texts)
    return String.fromCharCode(
      ...Array.from({ length: below(24) }, () => (chance(0.8) ? 32 + below(96) : below(65536))),
    )
  }
  const name = () => (chance(0.5) ? pick(names) : text())
  // What JSON can hold, or only JavaScript: with its prototypes, cycles, holes and getters.
  const value = (depth = 0): unknown => {
    const kind = below(depth > 3 ? 5 : 16)
    if (kind < 2) return text()
    if (kind === 2) return pick(numbers)
    if (kind === 3) return chance(0.5)
    if (kind === 4) return pick([null, undefined])
    if (kind < 8) return Array.from({ length: below(4) }, () => value(depth + 1))
    if (kind < 13) return object(depth)
    if (kind === 13) return pick<() => unknown>([() => new Map([['a', 1]]), () => new Date(NaN), () => Symbol('a'), () => 1n, () => () => 1, () => /a/, () => new Uint8Array(3), () => new URLSearchParams('a=b'), () => new Error('a')])() // prettier-ignore
    if (kind === 14)
      return Object.assign(Object.create(pick([null, {}, { polluted: 1 }, []])) as object, {
        a: text(),
      })
    if (chance(0.02)) return deep
    const cycle: Record<string, unknown> = { a: [] }
    ;(cycle['a'] as unknown[]).push(chance(0.5) ? cycle : new Array(2))
    return cycle
  }
  const object = (depth = 0): object =>
    Object.fromEntries(Array.from({ length: below(4) }, () => [name(), value(depth + 1)]))
  // Deeper than any stack: 5,000 would do, but for what JSON.stringify takes in a token.
  let deep: object = {}
  for (let depth = 0; depth < 5000; depth++) deep = depth % 2 ? [deep] : { a: deep }
  // Options by their names, so that the checks behind the first one are reached.
  const options = (known: Record<string, () => unknown>): unknown => {
    if (chance(0.1)) return value()
    const members = Object.entries(known).flatMap(([key, make]) =>
      chance(0.6) ? [[key, chance(0.85) ? make() : value()] as const] : [],
    )
    return Object.fromEntries(chance(0.1) ? [...members, [name(), value()]] : members)
  }
  const one = (...right: string[]) => (chance(0.85) ? pick(right) : value())
  const sid = (prefix: string) => () =>
    one(`${prefix}123123`, `${prefix}283fefc63f0cd0e873a0000c6d07ef7b`)
  const secret = () => one('secret', 'XXXXX')
  const endpointId = () => one('phone', 'tablet')

  // Tokens: sound ones, ones with a letter changed, ones that somebody signed with whatever in them, and noise.
  const utf8 = new TextEncoder()
  const base64url = (bytes: Uint8Array) =>
    btoa(String.fromCharCode(...bytes)).replace(/[+/=]/g, (c) => ({ '+': '-', '/': '_' })[c] ?? '')
  const key = await crypto.subtle.importKey(
    'raw',
    utf8.encode('XXXXX'),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  )
  const write = (json: unknown): string => {
    try {
      return JSON.stringify([json]).slice(1, -1) // in a list, where undefined is null
    } catch {
      return '{}' // a cycle, or a bigint: there are others to try
    }
  }
  const encode = (json: string) => base64url(utf8.encode(json))
  const scope = () =>
    Array.from({ length: below(4) }, () => `${pick(['scope:client:incoming', 'scope:client:outgoing', 'scope:stream:subscribe', 'x'])}?${Array.from({ length: below(4) }, () => `${pick(['clientName', 'appSid', 'appParams', 'path', 'params', ...names])}=${text()}`).join('&')}`).join(' ') // prettier-ignore
  const time = () => (chance(0.7) ? 1400000000 + below(90000) : value())
  const header = () => ({
    alg: one('HS256'),
    typ: 'JWT',
    ...(chance(0.4) && { cty: one('twilio-fpa;v=1') }),
    ...(chance(0.1) && object()),
  })
  const claims = (): object =>
    options({
      scope,
      iss: sid(pick(['AC', 'SK'])),
      sub: sid('AC'),
      exp: time,
      nbf: time,
      iat: time,
      jti: text,
      grants: () => ({
        identity: one('alice'),
        [name()]: value(),
        ...(chance(0.5) && { voice: value(), data_sync: object() }),
      }),
      policies: () => Array.from({ length: below(3) }, () => options({ url: text, method: text, allow: () => true, query_filter: object, post_filter: object })), // prettier-ignore
      version: () => 'v1',
      workspace_sid: sid('WS'),
      channel: sid('WK'),
      [name()]: value,
    }) as object
  // In a list, since a promise waits for what has a `then`, and some values have.
  const token = async (): Promise<[unknown]> => {
    if (chance(0.05)) return [value()]
    if (chance(0.1)) return [Array.from({ length: below(6) }, text).join('.')]
    const json = write(claims())
    const broken = chance(0.1)
      ? json.replace(/[{}[\]",:]/, pick(['{', '}', '"', '[', ',', '\\']))
      : json
    const input = `${encode(write(header()))}.${encode(broken)}`
    const signature = chance(0.5)
      ? new Uint8Array(await crypto.subtle.sign('HMAC', key, utf8.encode(input)))
      : new Uint8Array(below(40))
    const made = `${input}.${base64url(signature)}`
    if (chance(0.7)) return [made]
    const at = below(made.length + 1)
    return [
      made.slice(0, at) +
        pick(['', '.', '=', ' ', '-', 'A', 'é', text()]) +
        made.slice(at + below(3)),
    ]
  }
  const verifyOptions = () => options({ now: () => 1400000000, clockTolerance: () => below(100) })
  const secrets = () => (chance(0.2) ? [secret(), secret()] : secret())
  const generateOptions = () =>
    chance(0.3) ? undefined : options({ expires: () => 1 + below(86400), now: () => 1400000000 })
  const args = () => Array.from({ length: below(4) }, () => (chance(0.3) ? text() : value()))

  // The arguments of each method, mostly of the right form: wrong ones are sprinkled in above.
  const filters = () => options({ queryFilter: object, postFilter: object })
  const methods: Record<string, Record<string, () => unknown[]>> = {
    TwilioCapability: {
      allowClientIncoming: () => [one('alice', 'bob')],
      allowClientOutgoing: () => [sid('AP')(), object()],
      allowEventStream: () => [object()],
    },
    AccessToken: {
      grantVoice: () => [options({ incomingAllow: () => true, outgoingApplicationSid: sid('AP'), outgoingApplicationParams: object, pushCredentialSid: sid('CR'), endpointId })], // prettier-ignore
      grantVideo: () => [options({ room: endpointId })],
      grantChat: () => [
        options({
          serviceSid: sid('IS'),
          endpointId,
          deploymentRoleSid: sid('RL'),
          pushCredentialSid: sid('CR'),
        }),
      ],
      grantSync: () => [options({ serviceSid: sid('IS'), endpointId })],
      grantTaskRouter: () => [
        options({ workspaceSid: sid('WS'), workerSid: sid('WK'), role: endpointId }),
      ],
      grant: () => [name(), value()],
    },
    TaskRouterCapability: {
      allow: () => [text(), one('GET', 'POST'), filters()],
      deny: () => [text(), one('GET', 'DELETE'), filters()],
      allowFetchSubresources: () => [],
      allowUpdateSelf: () => [],
      allowUpdateSubresources: () => [],
      allowDeleteSelf: () => [],
      allowDeleteSubresources: () => [],
      allowUpdateActivities: () => [],
      allowUpdateReservations: () => [],
    },
  }
  const makers: Record<string, () => [new (...args: never[]) => object, unknown[]]> = {
    TwilioCapability: () => [TwilioCapability, [sid('AC')(), secret()]],
    AccessToken: () => [AccessToken, [sid('AC')(), sid('SK')(), secret(), options({ identity: () => one('alice', 'Zoë'), region: () => one('ie1'), notBefore: () => 1400000000 })]], // prettier-ignore
    TaskRouterCapability: () => [
      TaskRouterCapability,
      [sid('AC')(), secret(), sid('WS')(), pick([sid('WK'), sid('WQ'), () => undefined])()],
    ],
  }
  const builders = new Map<string, object>()

  const tally: Tally = { runs, calls: {}, outcomes: {}, slowest: 0 }
  for (let run = 0; run < runs; run++) {
    let what: string
    let passed: unknown[]
    let call: (...args: unknown[]) => unknown
    const kind = below(10)
    if (kind < 5) {
      what = pick(['inspect', 'verify', 'verify', 'diagnose', 'diagnose'])
      passed = await token()
      if (what === 'verify') passed.push(secrets(), verifyOptions())
      if (what === 'diagnose')
        passed.push(options({ secret: secrets, now: () => 1400000000, clockTolerance: () => 5 }))
      call = { inspect, verify, diagnose }[what] as typeof call
    } else {
      const type = pick(Object.keys(makers))
      const builder = builders.get(type)
      if (!builder || chance(0.05)) {
        const [Maker, right] = memberOf(makers, type)()
        what = `new ${type}`
        passed = right
        call = (...args) => builders.set(type, new Maker(...(args as never[])))
      } else if (type === 'AccessToken' && chance(0.1)) {
        what = 'AccessToken.fromCapability'
        passed = [builders.get('TwilioCapability'), sid('SK')(), secret()]
        call = AccessToken.fromCapability as typeof call
      } else {
        const own = memberOf(methods, type)
        const method = chance(0.3) ? pick(['claims', 'generate']) : pick(Object.keys(own))
        what = `${type}.${method}`
        passed = chance(0.1) ? args() : (own[method] ?? (() => [generateOptions()]))()
        call = memberOf(builder as Record<string, typeof call>, method).bind(builder)
      }
    }
    tally.calls[what] = (tally.calls[what] ?? 0) + 1
    const before = snapshot(passed)
    const start = performance.now()
    let outcome = 'result'
    try {
      await call(...passed)
    } catch (error) {
      // By name: the edge VM has errors of two realms.
      const isArgument =
        error instanceof Error &&
        ['TypeError', 'RangeError'].includes(error.name) &&
        error.message.startsWith('Cannot ')
      const documented = error instanceof TokenError || isArgument
      if (!documented)
        throw new Error(`${what} in run ${run} of seed ${seed}: undocumented ${String(error)}`, {
          cause: error,
        })
      outcome = error instanceof TokenError ? error.code : error.name
    }
    const time = performance.now() - start
    tally.slowest = Math.max(tally.slowest, time)
    tally.outcomes[outcome] = (tally.outcomes[outcome] ?? 0) + 1
    if (time > 2000) throw new Error(`${what} in run ${run} of seed ${seed}: took ${time} ms`)
    if (snapshot(passed) !== before)
      throw new Error(`${what} in run ${run} of seed ${seed}: changed what was passed`)
    if (Reflect.ownKeys(Object.prototype).length !== 12 || 'polluted' in {})
      throw new Error(`${what} in run ${run} of seed ${seed}: polluted`)
  }
  return tally
}

function memberOf<T>(record: Record<string, T>, name: string): T {
  const member = record[name]
  if (member === undefined) throw new Error(`there is no ${name}`)
  return member
}

/** What a value holds, as a text: all own names all the way down, also where JSON would leave something out. */
function snapshot(value: unknown, parents: readonly unknown[] = []): string {
  if (typeof value !== 'object' || value === null)
    return typeof value === 'symbol' ? 'symbol' : `${typeof value} ${String(value)}`
  if (parents.includes(value) || parents.length > 50) return 'cycle'
  const inside = [...parents, value]
  return `{${Reflect.ownKeys(value)
    .map(
      (key) =>
        `${JSON.stringify(String(key))}:${snapshot((value as Record<PropertyKey, unknown>)[key], inside)}`,
    )
    .join()}}`
}
