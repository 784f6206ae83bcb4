// Runs spec files with vitest's own runner and `expect` where vitest itself cannot run: esbuild bundles this file, the spec files and
// vitest into one module, which imports nothing but the package that is tested.

import { startTests } from 'vitest/internal/browser'

type Runner = Parameters<typeof startTests>[1]
type File = Awaited<ReturnType<typeof startTests>>[number]

/** What a run came to. */
export interface Result {
  passed: number
  skipped: number
  /** Name, message and stack of each that failed. */
  failed: string[]
}

const everything = {
  root: '/',
  setupFiles: [],
  sequence: { seed: 0, hooks: 'stack', setupFiles: 'list' },
  maxConcurrency: 1,
  testTimeout: 60_000,
  hookTimeout: 60_000,
  retry: 0,
  tags: [],
} as unknown as Runner['config'] // vitest reads no more of it

/** Loads the spec files, given by name, one after another, with `startTests` or `collectTests`, and returns them with their tests. */
export async function loadFiles(
  files: Record<string, () => Promise<unknown>>,
  load: typeof startTests,
  testNamePattern?: RegExp,
): Promise<File[]> {
  const config = { ...everything, ...(testNamePattern && { testNamePattern }) }
  Object.assign(globalThis, { __vitest_worker__: { config, ctx: {} } })
  const { expect } = await import('vitest') // only now: vitest sets a timer, which workerd forbids while modules load
  // The edge VM's TextEncoder hands out bytes of another realm than the script's own, which toEqual takes for another type.
  expect.addEqualityTesters([
    (a, b) =>
      isBytes(a) && isBytes(b)
        ? a.length === b.length && a.every((byte, i) => byte === b[i])
        : undefined,
  ])
  return load(Object.keys(files), {
    config,
    importFile: (name) => files[name]?.(),
    extendTaskContext: (context) => Object.assign(context, { expect }),
    onBeforeTryTask: () => {
      expect.setState({
        assertionCalls: 0,
        isExpectingAssertions: false,
        expectedAssertionsNumber: null,
      })
    },
    onAfterTryTask: () => {
      const { isExpectingAssertions, expectedAssertionsNumber, assertionCalls } = expect.getState()
      if (isExpectingAssertions && assertionCalls === 0) throw new Error('no assertion ran')
      if (![null, assertionCalls].includes(expectedAssertionsNumber ?? null))
        throw new Error(`${assertionCalls} assertions ran`)
    },
  })
}

/** Runs the spec files, given by name, one after another. */
export async function run(files: Record<string, () => Promise<unknown>>): Promise<Result> {
  const collected = await loadFiles(files, startTests)
  const result: Result = { passed: 0, skipped: 0, failed: [] }
  const count = (task: File | File['tasks'][number], name: string): void => {
    const errors = task.result?.errors ?? []
    if (errors.length > 0)
      result.failed.push(
        errors.map(({ message, stack = '' }) => `${name}\n${message}\n${stack}`).join('\n'),
      )
    if (task.type === 'suite')
      for (const child of task.tasks) count(child, `${name} > ${child.name}`)
    else if (task.result?.state === 'pass') result.passed++
    else if (task.result?.state !== 'fail') result.skipped++
  }
  for (const file of collected) count(file, file.name)
  return result
}

// By its brand, since instanceof fails for objects of another realm.
function isBytes(value: unknown): value is Uint8Array {
  return Object.prototype.toString.call(value) === '[object Uint8Array]'
}
