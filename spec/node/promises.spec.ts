// What .github/SECURITY.md promises of the package, as far as it can be read: no script runs when it is installed, and what is shipped
// names nothing that could reach the network, run text as code or wait. spec/promises.spec.ts runs it without these.

import { Linter } from 'eslint'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../runtimes/find.mjs'
import { run } from '../runtimes/run.mjs'

interface Manifest {
  scripts?: Record<string, string>
}

const read = (file: string) => readFile(join(root, file), 'utf8')
const manifest = async (file: string) => JSON.parse(await read(file)) as Manifest
const tracked = async (...patterns: string[]) =>
  (await run('git', ['ls-files', '--', ...patterns])).stdout.trim().split('\n')

/** The scripts that somebody calls by name. */
const scripts = [
  ...[
    'api',
    'build',
    'check',
    'demo',
    'format',
    'fuzz',
    'mutation',
    'rules',
    'screenshots',
    'test',
  ],
  ...['bench', 'bench:cold', 'bench:growth', 'bench:load', 'bench:parts', 'bench:size'],
  'pack:check',
]

describe('SECURITY.md', () => {
  it('names a spec that exists for each promise', async () => {
    const text = await read('.github/SECURITY.md')
    const promises =
      /^## What the library promises\n(.*?)^## /ms.exec(text)?.[1]?.split('\n- ') ?? []
    expect(promises.length).toBeGreaterThan(8)
    for (const promise of promises.slice(1)) {
      const named = [...promise.matchAll(/`(spec\/[^`]+)`/g)].map(([, file = '']) => file)
      expect(named, promise).not.toEqual([])
      expect(await tracked(...named), promise).toEqual(named.sort())
    }
  })
})

describe('installing the package', () => {
  it('runs no script: prepack alone, which builds dist/, is called by npm and not by name', async () => {
    const { scripts: own = {} } = await manifest('package.json')
    expect(Object.keys(own).sort()).toEqual([...scripts, 'prepack'].sort())
    expect(own['prepack']).toBe('npm run build')
    // npm runs node-gyp for this file, without any script.
    expect(await tracked('*.gyp')).toEqual([''])
  })

  it('runs no script of a nested package, nor of what a nested package installs', async () => {
    const lifecycle =
      /^(pre|post)?(install|prepare|pack|publish|publishOnly|version)$|^dependencies$/
    for (const file of await tracked('bench/**/package.json', 'spec/**/package.json'))
      expect(
        Object.keys((await manifest(file)).scripts ?? {}).filter((name) => lifecycle.test(name)),
        file,
      ).toEqual([])
    const locks = await tracked('bench/**/package-lock.json', 'spec/**/package-lock.json')
    expect(locks.length).toBeGreaterThan(5)
    for (const file of locks)
      expect((await read(join(file, '../.npmrc'))).split('\n'), file).toEqual(
        expect.arrayContaining(['ignore-scripts=true', 'omit-lockfile-registry-resolved=true']),
      )
  })

  it('runs no script where it is ours to say', async () => {
    expect(await read('.ci/run')).toMatch(/^npm ci --ignore-scripts\b/m)
    expect(await read('spec/runtimes/install.mjs')).toContain("['ci', '--ignore-scripts', ")
  })
})

/** All that the library takes from the platform; of Function only the prototype, see below. */
const globals = [
  ...['Array', 'Boolean', 'Date', 'Error', 'Function', 'Infinity', 'JSON', 'Map', 'Math', 'NaN'],
  ...['Number', 'Object', 'Promise', 'RangeError', 'Reflect', 'Set', 'String', 'Symbol'],
  ...['SyntaxError', 'TypeError', 'Int8Array', 'Uint8Array', 'undefined', 'parseInt', 'globalThis'],
  ...['decodeURIComponent', 'encodeURIComponent', 'atob', 'crypto', 'Headers', 'Request'],
  ...['TextDecoder', 'TextEncoder', 'URL', 'URLSearchParams'],
]

describe('what is shipped', () => {
  it.each([
    ['dist/index.js', []],
    ['dist/cjs/index.js', ['exports']],
  ])('names in %s nothing of the platform except what is listed here', async (file, more) => {
    const allowed = [...globals, ...more]
    expect(findNames(await read(file)).filter((name) => !allowed.includes(name))).toEqual([])
  })

  it('takes only crypto and what encodes text from globalThis', async () => {
    const code = (await read('dist/index.js')).replace(/^\s*(\/\/|\*|\/\*).*$/gm, '')
    const rest = code.match(/\bglobalThis\b(?!\.(crypto|TextEncoder|TextDecoder)\b).*/g) ?? []
    expect(rest).toEqual([])
  })

  it.each([
    ['eval', 'const f = (text) => (0, eval)(text)'],
    ['fetch', 'const f = (text) => { void fetch(text) }'],
    ['setTimeout', 'setTimeout(() => 0)'],
    ['new Function', 'new Function("0")()'],
    ['new Function', 'const F = Function'],
    ['import()', 'const f = (text) => import(text)'],
    ['constructor', 'const f = (() => 0)["constructor"]'],
    ['constructor', 'const f = (() => 0).constructor'],
    ['require', 'require("node:fs")'],
  ])('would be found if it named %s, as in %s', (name, code) => {
    expect(findNames(code)).toContain(name)
    expect(globals).not.toContain(name)
  })
})

/** The names that code takes from outside, and import(), Function and a function's constructor if they are used. */
function findNames(code: string): string[] {
  const off = Object.fromEntries(
    Object.getOwnPropertyNames(globalThis).map((name) => [name, 'off'] as const),
  )
  const isModule = /^(import|export) /m.test(code)
  const found = new Linter().verify(code, {
    languageOptions: {
      ecmaVersion: 2022,
      sourceType: isModule ? 'module' : 'script',
      globals: off,
    },
    rules: {
      'no-undef': ['error', { typeof: true }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ImportExpression', message: "'import()'" },
        { selector: ':not(MemberExpression) > [name="Function"]', message: "'new Function'" },
        { selector: 'MemberExpression[property.name="constructor"]', message: "'constructor'" },
        { selector: 'MemberExpression[property.value="constructor"]', message: "'constructor'" },
      ],
    },
  })
  return [...new Set(found.map(({ message }) => /'(.*?)'/.exec(message)?.[1] ?? message))].sort()
}
