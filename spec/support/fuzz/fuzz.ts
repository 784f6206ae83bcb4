// Hostile input for every public function and method. `fuzz` makes one input after another from a seed and fails at the first that brings
// anything but a result or a documented error, changes what the caller passed, pollutes a prototype or takes too long.

import type { TokenError } from '../../../lib/index.ts'
import { Calls, type Call, type Library } from './calls.ts'
import { Values } from './values.ts'

/** What a run came to. */
export interface Tally {
  runs: number
  /** How many inputs each function got. */
  calls: Record<string, number>
  /** For how many of these each function had a result. */
  results: Record<string, number>
  /** How many inputs ended in which way. */
  outcomes: Record<string, number>
  /** The longest time that one input took, in milliseconds. */
  slowest: number
}

const timeLimit = 2000

/** Tries as many inputs as asked for. */
export async function fuzz(library: Library, runs: number, seed: number): Promise<Tally> {
  const calls = new Calls(library, new Values(seed))
  const tally: Tally = { runs, calls: {}, results: {}, outcomes: {}, slowest: 0 }
  for (let run = 0; run < runs; run++) {
    const call = await calls.next()
    try {
      const { outcome, time } = await attempt(call, library)
      count(tally.calls, call.name)
      count(tally.outcomes, outcome)
      if (outcome === 'result') count(tally.results, call.name)
      tally.slowest = Math.max(tally.slowest, time)
    } catch (cause) {
      throw new Error(`${call.name} in run ${run} of seed ${seed}: ${String(cause)}`, { cause })
    }
  }
  return tally
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}

/** Makes a call, and throws if it does what no call may do. */
async function attempt(call: Call, library: Library): Promise<{ outcome: string; time: number }> {
  const before = snapshot(call.args)
  const start = performance.now()
  const outcome = await outcomeOf(call, library)
  const time = performance.now() - start
  if (time > timeLimit) throw new Error(`took ${time} ms`)
  if (snapshot(call.args) !== before) throw new Error('changed what was passed')
  if (Reflect.ownKeys(Object.prototype).length !== 12 || 'polluted' in {})
    throw new Error('polluted Object.prototype')
  return { outcome, time }
}

async function outcomeOf({ run, args }: Call, library: Library): Promise<string> {
  try {
    await run(...args)
    return 'result'
  } catch (error) {
    if (isLibraryError(error, library)) return error.code
    // By name: the edge VM has errors of two realms. By the argument too, because engines begin messages with "Cannot" as well.
    const isDocumented =
      error instanceof Error &&
      ['TypeError', 'RangeError'].includes(error.name) &&
      error.message.startsWith('Cannot use ') &&
      typeof (error as { argument?: unknown }).argument === 'string'
    if (isDocumented) return error.name
    throw new Error(`undocumented ${String(error)}`, { cause: error })
  }
}

function isLibraryError(error: unknown, library: Library): error is { code: string } {
  return Object.entries(library).some(
    ([name, value]) => name.endsWith('Error') && error instanceof (value as typeof TokenError),
  )
}

/** What a value holds, as a text: all own names all the way down, also where JSON would leave something out. */
function snapshot(value: unknown, parents: readonly unknown[] = []): string {
  if (typeof value !== 'object' || value === null)
    return typeof value === 'symbol' ? 'symbol' : `${typeof value} ${String(value)}`
  if (value instanceof Request) return `${value.method} ${value.url}` // its body is read, as it should be
  if (parents.includes(value) || parents.length > 50) return 'cycle'
  const inside = [...parents, value]
  const members = Reflect.ownKeys(value).map(
    (key) =>
      `${JSON.stringify(String(key))}:${snapshot((value as Record<PropertyKey, unknown>)[key], inside)}`,
  )
  return `{${members.join()}}`
}
