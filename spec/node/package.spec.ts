// What is shipped.

import { build } from 'esbuild'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { budgets, bundleProgram, checkProgram, findHostOnlyName } from '../../esbuild.mjs'
import { root } from '../runtimes/find.mjs'
import { run } from '../runtimes/run.mjs'

const read = (file: string) => readFile(join(root, file), 'utf8')

describe('package', () => {
  it('has no dependency', async () => {
    const manifest = JSON.parse(await read('package.json')) as Record<string, unknown>
    for (const kind of [
      'dependencies',
      'peerDependencies',
      'optionalDependencies',
      'bundledDependencies',
    ])
      expect(manifest).not.toHaveProperty(kind)
  })

  it('has a bundle without imports, with a source map that contains the sources', async () => {
    const code = (await read('dist/index.js')).replace(/^ *\*.*$/gm, '') // the examples in doc comments do import
    expect(code).not.toMatch(/\bimport\b[^.]*['"(]|\brequire\(/)
    const map = JSON.parse(await read('dist/index.js.map')) as {
      sources: string[]
      sourcesContent: string[]
    }
    expect(map.sources).toContain('../lib/capability.ts')
    expect(map.sourcesContent[map.sources.indexOf('../lib/capability.ts')]).toBe(
      await read('lib/capability.ts'),
    )
  })

  it('has a CommonJS twin without imports, in strict mode', async () => {
    const code = await read('dist/cjs/index.js')
    expect(code).not.toMatch(/\b(require|import)\(/)
    expect(code).toMatch(/^"use strict";/)
    expect(JSON.parse(await read('dist/cjs/package.json'))).toEqual({ type: 'commonjs' })
  })

  it('has no syntax that the oldest browsers of lib/docs/TROUBLESHOOTING.md cannot read', async () => {
    const page = await read('lib/docs/TROUBLESHOOTING.md')
    const versionOf = (browser: string) =>
      new RegExp(`^\\| ${browser}.*?\\| (\\d+(\\.\\d+)?) +\\|`, 'm').exec(page)?.[1] ?? browser
    const compile = async (...target: string[]) => {
      const { outputFiles } = await build({
        entryPoints: [join(root, 'dist/index.js')],
        bundle: true,
        format: 'esm',
        target,
        supported: { 'regexp-unicode-property-escapes': true }, // esbuild would judge by newer properties than ours
        write: false,
      })
      return outputFiles[0]?.text
    }
    const browsers = ['Chrome', 'Firefox', 'Safari'].map(
      (browser) => browser.toLowerCase() + versionOf(browser),
    )
    expect(await compile(...browsers)).toBe(await compile('es2022'))
    expect(await compile('chrome80')).not.toBe(await compile('es2022'))
  })

  it('has the same names in both twins, also if an ES module imports the CommonJS twin', async () => {
    const program = `import { createRequire } from 'node:module'
      import * as imported from 'twilio-tokens'
      import * as importedTwin from './dist/cjs/index.js'
      const required = createRequire(import.meta.url)('twilio-tokens')
      console.log(JSON.stringify([imported, required, importedTwin].map((twin) => Object.keys(twin).sort())))`
    const { stdout } = await run(process.execPath, [
      '--input-type=module',
      '--no-warnings',
      '--eval',
      program,
    ])
    const [imported, required, importedTwin] = JSON.parse(stdout) as string[][]
    expect(imported).toContain('TwilioCapability')
    expect(required).toEqual(imported)
    expect(importedTwin).toEqual(expect.arrayContaining(imported ?? []))
  })

  it('packs both twins, their types, the map, the command, the token page, what the README links to, and nothing else', async () => {
    const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'])
    const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }]
    for (const { path } of files)
      expect(path).toMatch(
        /^(dist\/(index\.(js|js\.map|d\.ts)|(cli|command)\.js|page\.html)|dist\/cjs\/(index\.js|package\.json|([\w-]+\/)?[\w-]+\.d\.ts)|lib\/docs\/(\w+\.md|images\/\w+\.png)|spec\/examples\/.+|(bench|spec)\/README\.md|bench\/growth\.svg|\.github\/\w+\.md|README\.md|CHANGELOG\.md|LICENSE|package\.json)$/,
      )
    expect(files.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        ...['dist/index.js', 'dist/index.d.ts', 'dist/cjs/index.js', 'dist/cjs/index.d.ts'],
        ...[
          'dist/cjs/package.json',
          'dist/cli.js',
          'dist/command.js',
          'dist/page.html',
          'LICENSE',
          'README.md',
        ],
      ]),
    )
  })

  it.each([
    ['publint', ['node_modules/publint/src/cli.js', '--strict', '--pack', 'npm']],
    ['attw', ['node_modules/@arethetypeswrong/cli/dist/index.js', '--pack', '.']],
  ])('is clean in %s', async (_, args) => {
    const { status, stdout, stderr } = await run(process.execPath, args, {
      env: { ...process.env, npm_config_ignore_scripts: 'true' },
    })
    expect({ status, output: status === 0 ? '' : stdout + stderr }).toEqual({
      status: 0,
      output: '',
    })
  })

  it.each(Object.entries(budgets))(
    'stays within its budget for a program that uses %s',
    async (names, budget) => {
      const program = await bundleProgram(names, join(root, 'dist/index.js'))
      await expect(checkProgram(program, budget)).resolves.toBeUndefined()
      await expect(checkProgram(program, program.gzipped - 1)).rejects.toThrow('over its budget')
    },
  )

  it.each([
    ['Buffer', 'x = Buffer.from("")'],
    ['process', 'x = typeof process'],
    ['window', 'x = () => window'],
    ['document', 'x = globalThis.document'],
    ['require', 'x = require("fs")'],
  ])('is rejected by the build if it uses %s', async (name, code) => {
    expect(await findHostOnlyName(code)).toBe(name)
    await expect(checkProgram({ code, gzipped: 1 }, 2)).rejects.toThrow(`uses ${name}`)
  })

  it.each([
    ['a string', 'x = "process.env.TWILIO_AUTH_TOKEN, Buffer, document, require()"'],
    ['a template', 'x = `in the ${y} window`'],
    ['a local name', 'x = (process) => { const { window } = process; return window.document }'],
    ['a longer name', 'processed(myBuffer, documents)'],
  ])('is not rejected by the build because of %s', async (_, code) => {
    expect(await findHostOnlyName(code)).toBeUndefined()
  })
})
