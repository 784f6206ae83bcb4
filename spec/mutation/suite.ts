// The specs in one module, whose tests can be run again and again, each by itself. runner.mjs bundles it.

import { TestRunner } from 'vitest'
import { collectTests } from 'vitest/internal/browser'
import { loadFiles } from '../runtimes/suite.ts'

export { forgetKeys } from '../../lib/hmac.ts'

type File = Awaited<ReturnType<typeof collectTests>>[number]
type Task = File['tasks'][number]
type Test = Extract<Task, { type: 'test' }>

// Limits of time are left out, because mutants are slower than the sources.
const untimed = /^(?!.*(takes no more than a second|without hanging))/

/** Loads all tests, by name, without running them. */
export async function load(
  files: Record<string, () => Promise<unknown>>,
): Promise<Map<string, () => Promise<void>>> {
  const tests = new Map<string, () => Promise<void>>()
  const visit = (task: Task): void => {
    if (task.type === 'suite') task.tasks.forEach(visit)
    else if (task.mode === 'run') tests.set(nameOf(task), () => run(task))
  }
  for (const file of await loadFiles(files, collectTests, untimed)) {
    const errors = file.result?.errors ?? []
    if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'))
    file.tasks.forEach(visit)
  }
  return tests
}

async function run(test: Test): Promise<void> {
  try {
    await TestRunner.getTestFn(test)()
  } finally {
    for (let suite = test.suite ?? test.file; ; suite = suite.suite ?? suite.file) {
      for (const hook of TestRunner.getSuiteHooks(suite).afterEach) await hook(test.context, suite)
      if (suite === suite.file) break
    }
  }
}

function nameOf(test: Test): string {
  const names = [test.name]
  for (let suite = test.suite; suite; suite = suite.suite) names.unshift(suite.name)
  return `${test.file.name} > ${names.join(' > ')}`
}
