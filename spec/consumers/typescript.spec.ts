// The types that are shipped, as consumers compile them: strict, and with skipLibCheck off, so that every file of them
// is checked. What publint and attw report is no proof: an exports map that satisfies both can fail in tsc.

import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../runtimes/find.mjs'
import { install } from '../runtimes/install.mjs'
import { run } from '../runtimes/run.mjs'
import { installTarball } from '../runtimes/serve.mjs'

const types = join(root, 'spec/consumers/typescript')
const compilers = ['5.4', '5.5', '5.9', '6.0', '7.0'] as const
type Compiler = (typeof compilers)[number]

interface Mode {
  options: { module: string; moduleResolution?: string }
  /** The compilers that have it, if not all of them do. */
  only?: readonly Compiler[]
  /** Whether `import tokens = require('twilio-tokens')` is part of it. */
  hasImportRequire?: true
}

const modes: Record<string, Mode> = {
  node16: { options: { module: 'node16' }, hasImportRequire: true },
  node18: { options: { module: 'node18' }, only: ['5.9', '6.0', '7.0'], hasImportRequire: true },
  node20: { options: { module: 'node20' }, only: ['5.9', '6.0', '7.0'], hasImportRequire: true },
  nodenext: { options: { module: 'nodenext' }, hasImportRequire: true },
  'commonjs and node10': {
    options: { module: 'commonjs', moduleResolution: 'node10' },
    only: ['5.4', '5.5', '5.9', '6.0'],
    hasImportRequire: true,
  },
  'commonjs and bundler': {
    options: { module: 'commonjs', moduleResolution: 'bundler' },
    only: ['6.0', '7.0'],
  },
  'esnext and bundler': { options: { module: 'esnext', moduleResolution: 'bundler' } },
  'preserve and bundler': { options: { module: 'preserve', moduleResolution: 'bundler' } },
}

/** What a consumer has besides the language. Of each, `verifyWebhook` needs the type of a `Request`. */
const hosts = {
  '@types/node': { lib: ['es2022'], types: ['node'] },
  DOM: { lib: ['es2022', 'dom'], types: [] },
  WebWorker: { lib: ['es2022', 'webworker'], types: [] },
  '@cloudflare/workers-types': { lib: ['es2022'], types: ['@cloudflare/workers-types'] },
}

let folder: string

beforeAll(async () => {
  await install(
    'spec/consumers/typescript',
    'TypeScript 5.4, 5.5, 5.9, 6.0 and 7.0, and the types of hosts (135 MB on disk)',
  )
  folder = await installTarball()
  for (const type of ['module', 'commonjs']) {
    const place = join(folder, type)
    await mkdir(place)
    await writeFile(join(place, 'package.json'), JSON.stringify({ type }))
    for (const file of ['usage.ts', 'usage.cts']) await cp(join(types, file), join(place, file))
  }
  for (const name of ['@types/node', '@cloudflare/workers-types']) {
    await mkdir(dirname(join(folder, 'node_modules', name)), { recursive: true })
    await symlink(join(types, 'node_modules', name), join(folder, 'node_modules', name))
  }
}, 300_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

/** Compiles files of the consumer, and expects these errors. */
async function compile(
  compiler: Compiler,
  place: 'module' | 'commonjs',
  files: readonly string[],
  options: object,
  errors: readonly string[] = [],
): Promise<void> {
  const compilerOptions = {
    ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
    ...{ noEmit: true, skipLibCheck: false, target: 'es2022', lib: ['es2022'], types: ['node'] },
    skipDefaultLibCheck: true, // the compiler's own declarations
    // TypeScript 6 still has node10, if asked.
    ...(compiler === '6.0' && { ignoreDeprecations: '6.0' }),
    ...options,
  }
  const name = JSON.stringify([compiler, options]).replace(/\W+/g, '-')
  const config = join(folder, place, `tsconfig${name}json`)
  await writeFile(config, JSON.stringify({ compilerOptions, files }))
  const program = join(types, `node_modules/typescript${compiler.replace('.', '')}/bin/tsc`)
  const { stdout } = await run(process.execPath, [program, '-p', config], { cwd: folder })
  const found = stdout.split('\n').filter(Boolean)
  expect([...new Set(found.map((line) => line.replace(/^.*: error /, '')))].sort()).toEqual(errors)
}

describe.each(compilers)('TypeScript %s', (compiler) => {
  it(`TypeScript ${compiler} is installed`, async () => {
    const manifest = join(types, `node_modules/typescript${compiler.replace('.', '')}/package.json`)
    const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string }
    expect(version.startsWith(`${compiler}.`)).toBe(true)
  })

  const offered = Object.entries(modes).filter(([, { only }]) => only?.includes(compiler) ?? true)

  it.concurrent.each(offered)(
    `TypeScript ${compiler} compiles an ES package with module %s`,
    (_, { options }) => compile(compiler, 'module', ['usage.ts'], options),
  )

  it.concurrent.each(offered)(
    `TypeScript ${compiler} compiles a CommonJS package with module %s`,
    (_, { options, hasImportRequire }) =>
      compile(
        compiler,
        'commonjs',
        ['usage.ts', ...(hasImportRequire ? ['usage.cts'] : [])],
        options,
      ),
  )

  it.concurrent.each(Object.entries(hosts))(
    `TypeScript ${compiler} compiles a consumer with %s`,
    (_, host) =>
      compile(compiler, 'module', ['usage.ts'], {
        ...{ module: 'nodenext', verbatimModuleSyntax: true },
        ...host,
      }),
  )

  it.concurrent(`TypeScript ${compiler} misses only the Fetch API if there is no host`, () =>
    compile(
      compiler,
      'module',
      ['usage.ts'],
      { module: 'nodenext', verbatimModuleSyntax: true, types: [] },
      ["TS2304: Cannot find name 'Request'.", "TS2304: Cannot find name 'URLSearchParams'."],
    ),
  )
})
