// The specs of the sources alone: those of the folders left out run programs on dist/, which no mutant reaches, and the fuzzing covers
// every mutant without a look at what comes out.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { alias: { 'twilio-tokens': '/lib/index.ts' } },
  test: {
    include: ['spec/**/*.spec.ts'],
    exclude: ['**/{node_modules,out}/**', 'spec/{browser,consumers,node}/**', 'spec/fuzz.spec.ts'],
    testTimeout: 60_000,
  },
})
