// Refusals of arguments, for tables: the class of the error, the argument that it names, and what its message must say.

import { expect } from 'vitest'

/** Words in any letter case; of a list, one is enough. */
export type Words = string | readonly string[]

export type Refusal = [
  title: string,
  run: () => unknown,
  name: 'TypeError' | 'RangeError',
  argument: string,
  ...says: Words[],
]

/** Expects that a call throws immediately, or rejects if `run` is async, with such an error. */
export async function expectRefusal(
  run: () => unknown,
  name: Refusal[2],
  argument: string,
  says: readonly Words[],
): Promise<void> {
  const error = await thrownBy(run)
  expect(error).toBeInstanceOf(name === 'TypeError' ? TypeError : RangeError)
  expect(error).toMatchObject({ name, argument })
  expect(error.message).toMatch(/^Cannot use /)
  expect(error.message).toContain(argument)
  const message = error.message.toLowerCase()
  for (const words of says) {
    const found = [words].flat().some((word) => message.includes(word.toLowerCase()))
    expect(found, `"${error.message}" must say ${[words].flat().join(' or ')}`).toBe(true)
  }
}

/** Runs a row of a table of refusals. */
export function refuse(...[, run, name, argument, ...says]: Refusal): Promise<void> {
  return expectRefusal(run, name, argument, says)
}

async function thrownBy(run: () => unknown): Promise<Error> {
  let value: unknown
  try {
    value = await run()
  } catch (error) {
    return error as Error // only errors are thrown here
  }
  throw new Error(`nothing was thrown, but returned: ${typeof value}`)
}
