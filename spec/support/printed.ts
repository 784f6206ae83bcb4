// Every way in which a runtime prints a value, and what a program can reach of it.

interface Host {
  process?: { getBuiltinModule?: (name: string) => unknown }
  Deno?: { inspect: (value: unknown, options: object) => string }
  Bun?: { inspect: (value: unknown, options: object) => string }
}
interface Util {
  inspect: (value: unknown, options: object) => string
}

/** All texts that this runtime makes of a value. */
export function printed(value: object): string {
  const { process, Deno, Bun } = globalThis as Host
  const util = process?.getBuiltinModule?.('node:util') as Util | undefined
  const options = { showHidden: true, depth: Infinity }
  return [
    String(value),
    JSON.stringify(value),
    ...reachable(value),
    util?.inspect(value, options),
    Deno?.inspect(value, options),
    Bun?.inspect(value, options),
    value instanceof Error ? value.stack : undefined,
  ].join('\n')
}

/** All texts that this runtime makes of what a call throws. */
export function printedError(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    return printed(error as Error) // only errors are thrown here
  }
  throw new Error('nothing was thrown')
}

function* reachable(value: unknown, seen = new Set<unknown>()): Generator<string> {
  if (typeof value !== 'object' && typeof value !== 'function') yield String(value)
  else if (value !== null && !seen.has(value)) {
    seen.add(value)
    for (const key of Reflect.ownKeys(value)) {
      yield String(key)
      yield* reachable(Reflect.getOwnPropertyDescriptor(value, key)?.value, seen)
    }
  }
}
