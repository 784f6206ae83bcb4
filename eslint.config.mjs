import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

export default defineConfig(
  globalIgnores([
    'dist',
    'coverage',
    '**/out',
    'spec/examples/{bun,deno}.ts',
    'spec/examples/next', // whose modules Next.js resolves
    'spec/consumers/*/**',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: { '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }] },
  },
  {
    files: ['spec/**/*.ts'],
    rules: {
      '@typescript-eslint/no-base-to-string': 'off', // how values print is what some specs look at
      '@typescript-eslint/no-misused-spread': 'off', // texts are taken apart on purpose
      '@typescript-eslint/no-unsafe-assignment': 'off', // expect.any() and its like are typed any
      '@typescript-eslint/unbound-method': 'off', // expectTypeOf takes methods
    },
  },
)
