// Times functions against each other, one of which is the floor, in whatever runtime imports this file.
//
// All take turns in each round, in random order, and are compared with the floor of that same round: a machine that slows down
// slows all of them.

const second = 1000

/** The clock of workerd advances only with I/O. There it is read after a timer, and slices are so long that the timer does not count. */
const isClockFrozen = globalThis.navigator?.userAgent === 'Cloudflare-Workers'
const sliceLength = isClockFrozen ? 60 : 15

async function clock() {
  if (isClockFrozen) await new Promise((resolve) => setTimeout(resolve, 1))
  return performance.now()
}

/** Calls a function `count` times, `concurrency` of them concurrently, and returns the milliseconds that this took. */
async function time(run, count, concurrency) {
  const start = await clock()
  if (concurrency === 1) for (let i = 0; i < count; i++) await run()
  else
    for (let i = 0; i < count; i += concurrency)
      await Promise.all(Array.from({ length: concurrency }, run))
  return (await clock()) - start
}

// A server has run for long: compilers have seen each function often enough, however much code it has. What is slow runs for some
// seconds at most.
async function warmUp(run, concurrency) {
  const end = performance.now() + second
  for (let count = concurrency; count < 16_000 && performance.now() < end; count *= 2)
    await time(run, count, concurrency)
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
    await warmUp(run, concurrency)
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

/** The same items in random order. */
export function shuffled(items) {
  const order = items.map((item) => ({ item, key: Math.random() }))
  return order.sort((a, b) => a.key - b.key).map(({ item }) => item)
}
