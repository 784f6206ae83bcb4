import process from 'node:process'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { alias: { 'twilio-tokens': '/lib/index.ts' } },
  test: {
    include: ['spec/**/*.spec.ts'],
    exclude: [
      '**/{node_modules,out}/**',
      'spec/consumers/*/**', // projects with test runners of their own
      ...(process.env['ALL'] ? [] : ['spec/{browser,consumers}/**']),
    ],
    maxWorkers: '100%', // of the cores; the default leaves one idle
    testTimeout: 60_000, // programs that specs start may share the machine with others
    coverage: {
      enabled: true,
      provider: 'v8',
      include: ['lib/**/*.ts'],
      exclude: ['lib/cli/{cli,launch}.ts', 'lib/page/*.ts'], // run by specs, as a program of its own and in Chromium
      thresholds: { 100: true },
      reporter: ['text'],
    },
  },
})
