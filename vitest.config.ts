import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { alias: { 'twilio-tokens': '/lib/index.ts' } },
  test: {
    include: ['spec/*.spec.ts', 'spec/node/*.spec.ts'],
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
