// The types that are shipped, as consumers compile them: strict, and with skipLibCheck off, so that every file of them is checked.

import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../runtimes/find.mjs'
import { install } from '../runtimes/install.mjs'
import { run } from '../runtimes/run.mjs'
import { installTarball } from '../runtimes/serve.mjs'

const types = join(root, 'spec/consumers/typescript')
const compilers = ['5.4', '5.9', '6.0', '7.0'] as const
const modules = {
  node16: { module: 'node16' },
  nodenext: { module: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
}

/** What a consumer has besides the language, and the programs that can do with it. */
const hosts = {
  'nothing else': { lib: ['es2022'], types: [], files: ['usage.ts'] },
  '@types/node': { lib: ['es2022'], types: ['node'], files: ['usage.ts', 'node.ts', 'worker.ts'] },
  DOM: { lib: ['es2022', 'dom'], types: [], files: ['usage.ts', 'worker.ts'] },
  WebWorker: { lib: ['es2022', 'webworker'], types: [], files: ['usage.ts', 'worker.ts'] },
  '@cloudflare/workers-types': {
    lib: ['es2022'],
    types: ['@cloudflare/workers-types'],
    files: ['usage.ts', 'worker.ts'],
  },
}

let folder: string

beforeAll(async () => {
  await install(
    'spec/consumers/typescript',
    'TypeScript 5.4, 5.9, 6.0 and 7.0, and the types of hosts (114 MB on disk)',
  )
  folder = await installTarball()
  for (const file of ['usage.ts', 'usage.cts']) await cp(join(types, file), join(folder, file))
  for (const name of ['@types/node', '@cloudflare/workers-types']) {
    await mkdir(dirname(join(folder, 'node_modules', name)), { recursive: true })
    await symlink(join(types, 'node_modules', name), join(folder, 'node_modules', name))
  }
}, 300_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

const everyModule = Object.keys(modules) as (keyof typeof modules)[]
const everyHost = Object.keys(hosts) as (keyof typeof hosts)[]

describe.each(compilers)('TypeScript %s', (compiler) => {
  const program = join(types, `node_modules/typescript${compiler.replace('.', '')}`)

  async function compile(
    module: keyof typeof modules,
    host: keyof typeof hosts,
    files: string[] = hosts[host].files,
  ) {
    const { lib, types } = hosts[host]
    const compilerOptions = {
      ...{
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        verbatimModuleSyntax: true,
      },
      ...{ noEmit: true, skipLibCheck: false, target: 'es2022', lib, types, ...modules[module] },
    }
    const config = join(
      folder,
      `tsconfig.${[compiler, module, host].join('-').replace(/\W/g, '-')}.json`,
    )
    await writeFile(config, JSON.stringify({ compilerOptions, files }))
    const { status, stdout } = await run(
      process.execPath,
      [join(program, 'bin/tsc'), '-p', config],
      { cwd: folder },
    )
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
  }

  it('is that', async () => {
    const { version } = JSON.parse(await readFile(join(program, 'package.json'), 'utf8')) as {
      version: string
    }
    expect(version.startsWith(`${compiler}.`)).toBe(true)
  })

  it.each(everyModule)('compiles a consumer with module %s', (module) =>
    compile(module, '@types/node'),
  )

  it.each(everyHost.filter((host) => host !== '@types/node'))(
    'compiles a consumer with %s',
    (host) => compile('nodenext', host),
  )

  if (compiler !== '5.4')
    it('compiles a CommonJS consumer', () => compile('nodenext', 'nothing else', ['usage.cts']))
})
