// Times makers and checkers of one and the same token against bare crypto.subtle, the floor, in whatever runtime imports this file.
//
// All contenders take turns in each round, in random order, and are compared with the floor of that same round: a machine that slows down
// slows all of them. Each must first make the token byte for byte, or verify it.

/** The task: the capability token of the README, 292 bytes to sign. */
export const accountSid = 'AC123123'
export const applicationSid = 'APabe7650f654fc34655fc81ae71caa3ff'
export const clientName = 'Alice'
export const secret = 'XXXXX'
export const expires = 3600
export const now = 4_000_000_000 // in the year 2096, so that no verifier finds the token expired
export const header = { alg: 'HS256', typ: 'JWT' }
export const payload = {
  scope: `scope:client:incoming?clientName=${clientName} scope:client:outgoing?appSid=${applicationSid}&clientName=${clientName}`,
  iss: accountSid,
  exp: now + expires,
}

/** The modules beside this one that hold the contenders; the first two are always there. */
const modules = {
  floor: './floor.mjs',
  ours: './ours.mjs',
  jose: './peers/jose.mjs',
  hono: './peers/hono.mjs',
  tsndr: './peers/tsndr.mjs',
  'fast-jwt': './peers/fast-jwt.mjs',
  jsonwebtoken: './peers/jsonwebtoken.mjs',
  twilio: './peers/twilio.mjs',
}

const second = 1000

/** workerd's clock stands still but for I/O: there it is read behind a timer only, and slices are so long that the timer does not count. */
const isClockFrozen = globalThis.navigator?.userAgent === 'Cloudflare-Workers'
const sliceLength = isClockFrozen ? 60 : 15

async function clock() {
  if (isClockFrozen) await new Promise((resolve) => setTimeout(resolve, 1))
  return performance.now()
}

/** Calls a function `count` times, `concurrency` of them at once, and gives the milliseconds that took. */
async function time(run, count, concurrency) {
  const start = await clock()
  if (concurrency === 1) for (let i = 0; i < count; i++) await run()
  else
    for (let i = 0; i < count; i += concurrency)
      await Promise.all(Array.from({ length: concurrency }, run))
  return (await clock()) - start
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2
}

/**
 * Times functions in interleaved rounds. Gives of each the median of its ratios to `floor`, which is one of them, and of its microseconds.
 *
 * @param {Record<string, () => unknown>} contenders
 * @param {{ concurrency?: number, seconds: number }} options
 */
export async function compare(contenders, { concurrency = 1, seconds }) {
  const slices = []
  for (const [name, run] of Object.entries(contenders)) {
    const warm = Math.ceil(2000 / concurrency) * concurrency // or what is slow, as growth has it, for a while
    const once = (await time(run, concurrency, concurrency)) / concurrency
    if (once * warm < second) await time(run, warm, concurrency)
    const calls = Math.max(1, Math.ceil(200 / concurrency)) * concurrency
    const each = (await time(run, calls, concurrency)) / calls
    const count = Math.max(1, Math.round(sliceLength / each / concurrency)) * concurrency
    slices.push({ name, run, count: Number.isFinite(count) ? count : 50 * calls, times: [] })
  }
  const end = performance.now() + seconds * second
  do {
    for (const slice of shuffled(slices))
      slice.times.push((await time(slice.run, slice.count, concurrency)) / slice.count)
    if (isClockFrozen) await clock()
  } while (performance.now() < end)
  const floor = slices.find(({ name }) => name === 'floor').times
  return Object.fromEntries(
    slices.map(({ name, times }) => [
      name,
      {
        ratio: median(times.map((time, round) => time / floor[round])),
        microseconds: median(times) * 1000,
        rounds: times.length,
      },
    ]),
  )
}

function shuffled(items) {
  const order = items.map((item) => ({ item, key: Math.random() }))
  return order.sort((a, b) => a.key - b.key).map(({ item }) => item)
}

/** Loads the contenders: functions by name for signing and for verifying, and why some could not be loaded. */
async function load(names) {
  const found = { sign: {}, verify: {}, errors: {} }
  const { default: floor } = await import(modules.floor)
  const { token, ...tasks } = await floor()
  const add = ({ sign, verify }) => {
    Object.assign(found.sign, sign)
    Object.assign(found.verify, verify)
  }
  add(tasks)
  for (const name of names) {
    try {
      const { default: make } = await import(modules[name])
      const { errors, ...contenders } = await make(token)
      Object.assign(found.errors, errors)
      for (const [contender, run] of Object.entries(contenders.sign ?? {}))
        await assertToken(contender, run, token)
      for (const [contender, run] of Object.entries(contenders.verify ?? {}))
        await assertVerified(contender, run)
      add(contenders)
    } catch (error) {
      found.errors[name] = String(error).split('\n')[0]
    }
  }
  return found
}

/** Nothing is timed that does not make this token; one of twilio has an `iat` and the clock's `exp`, and is compared without them. */
async function assertToken(contender, run, expected) {
  const token = await run()
  if (contender === 'twilio') {
    const { iat, ...claims } = JSON.parse(atob(token.split('.')[1]))
    if (
      Number.isInteger(iat) &&
      JSON.stringify({ ...claims, exp: 0 }) === JSON.stringify({ ...payload, exp: 0 })
    )
      return
  } else if (token === expected) return
  throw new Error(`${contender} made another token: ${token}`)
}

async function assertVerified(contender, run) {
  const contents = await run()
  if (contents !== true && !JSON.stringify(contents).includes(accountSid))
    throw new Error(`${contender} did not verify the token`)
}

/**
 * Signs and verifies with all contenders, in turn and 64 at once.
 *
 * @param {{ seconds: number, names?: string[], kinds?: string[] }} options how long each of the comparisons takes
 */
export async function bench({
  seconds,
  names = Object.keys(modules).slice(1),
  kinds = ['sign', 'verify'],
}) {
  const { errors, ...contenders } = await load(names)
  const results = {}
  for (const kind of kinds) {
    results[kind] = {}
    for (const [shape, concurrency] of [
      ['in turn', 1],
      ['64 at once', 64],
    ]) {
      results[kind][shape] = await compare(contenders[kind], { concurrency, seconds })
    }
  }
  return { errors, ...results }
}
