import process from 'node:process'
import { defineConfig } from 'vitest/config'
import type { Reporter } from 'vitest/node'

/** Says in one line, the last, what all specs came to. */
const total: Reporter = {
  onTestRunEnd(modules) {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const count = (state: string) => tests.filter((test) => test.result().state === state).length
    process.once('exit', () => {
      console.log(`${String(count('passed'))} passed, ${String(count('failed'))} failed, ${String(count('skipped'))} skipped`)
    })
  },
}

export default defineConfig({
  resolve: { alias: { 'twilio-tokens': '/lib/index.ts' } },
  test: {
    include: ['spec/*.spec.ts', 'spec/node/*.spec.ts'],
    reporters: ['default', total],
    testTimeout: 60_000, // some start programs, on machines that may be slow
    coverage: {
      enabled: true,
      provider: 'v8',
      include: ['lib/**/*.ts'],
      exclude: ['lib/cli/cli.ts'], // run by a spec, as a program of its own
      thresholds: { 100: true },
      reporter: ['text'],
    },
  },
})
