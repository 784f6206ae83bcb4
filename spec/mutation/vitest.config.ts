// The specs of the sources alone: those of the folders left out run programs on dist/, which no mutant reaches, and the fuzzing covers
// every mutant without a look at what comes out. Limits of time are left out too, because mutants are slower than the sources.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { alias: { 'twilio-tokens': '/lib/index.ts' } },
  test: {
    include: ['spec/**/*.spec.ts'],
    exclude: ['**/{node_modules,out}/**', 'spec/{browser,consumers,node}/**', 'spec/fuzz.spec.ts'],
    testNamePattern: /^(?!.*(takes no more than a second|within a quarter of a second))/,
    testTimeout: 60_000,
  },
})
